import type { DeploymentDetail } from '../../../api/types.ts';
import { isAtWork } from '../../../parts/state.ts';

export const changes = ['update', 'scale', 'heal', 'rollback', 'workflow', 'operation', 'stop', 'start'] as const;
export type Change = (typeof changes)[number];

/** Why something cannot be done, as the last part of a text's key. */
export type Refusal = 'atWork' | 'deleting' | 'nothingCounted' | 'nothingEarlier' | 'isStopped' | 'isRunning';

/** Why a deployment cannot be changed so just now; undefined when it can. What the server would refuse is not offered. */
export function refusal(
  change: Change,
  {
    state,
    run,
    scaling,
    wanted,
    revision,
  }: Pick<DeploymentDetail, 'state' | 'run' | 'scaling' | 'wanted' | 'revision'>,
): Refusal | undefined {
  if (state === 'deleting') return 'deleting';
  if (run && (isAtWork(run.state) || run.state === 'paused')) return 'atWork';
  switch (change) {
    case 'scale':
      return scaling.length === 0 ? 'nothingCounted' : undefined;
    case 'rollback':
      return rollbackTarget({ wanted, revision }) === undefined ? 'nothingEarlier' : undefined;
    case 'stop':
      return state === 'stopped' ? 'isStopped' : undefined;
    case 'start':
      return state === 'running' ? 'isRunning' : undefined;
    default:
      return undefined;
  }
}

/** The revision that rolling back leads to: the one before, or after a change that failed the one last reached. */
export function rollbackTarget({
  wanted,
  revision,
}: Pick<DeploymentDetail, 'wanted' | 'revision'>): number | undefined {
  const number = revision === wanted ? (wanted ?? 1) - 1 : revision;
  return number !== undefined && number >= 1 ? number : undefined;
}
