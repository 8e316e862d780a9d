import type { TFunction } from 'i18next';
import type { Run } from '../../api/types.ts';

/** What a run does and to what: `Deploy shop`. A run of another kind says that itself. */
export function runTitle({ kind, title }: Pick<Run, 'kind' | 'title'>, t: TFunction): string {
  if (kind === 'deployment.create') return t('runKind.create', { title });
  return kind === 'deployment.delete' ? t('runKind.delete', { title }) : title;
}
