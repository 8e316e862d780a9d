import i18next, { type TFunction } from 'i18next';
import type { Run } from '../../api/types.ts';
import type { en } from '../../i18n/en.ts';

/** What a run does and to what: `Deploy shop`. A run of another kind says that itself. */
export function runTitle({ kind, title }: Pick<Run, 'kind' | 'title'>, t: TFunction): string {
  const action = kind.startsWith('deployment.') ? kind.slice('deployment.'.length) : '';
  return i18next.exists(`runKind.${action}`) ? t(`runKind.${action as keyof typeof en.runKind}`, { title }) : title;
}
