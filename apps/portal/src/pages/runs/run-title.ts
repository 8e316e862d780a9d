import { stepNameIn } from '@pileus/model/step-name';
import i18next, { type TFunction } from 'i18next';
import type { Run } from '../../api/types.ts';
import type { en } from '../../i18n/en.ts';

/** What a run does and to what: `Deploy shop`, `Run back_up of shop`. A run of another kind says that itself. */
export function runTitle({ kind, title, called }: Pick<Run, 'kind' | 'title' | 'called'>, t: TFunction): string {
  const action = kind.startsWith('deployment.') ? kind.slice('deployment.'.length) : '';
  if (called?.node !== undefined) return t('runCalled.operation', { title, name: called.name, node: called.node });
  if (called) return t('runCalled.workflow', { title, name: called.name });
  if (i18next.exists(`runKind.${action}`)) return t(`runKind.${action as keyof typeof en.runKind}`, { title });
  return stepNameIn(i18next.language === 'zh-CN' ? 'zh-CN' : 'en', title);
}
