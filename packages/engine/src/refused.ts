import { because, Failure, type RunId } from '@pileus/model';
import type { RunState } from './tables.ts';

/** Why a run in its state cannot be paused, cancelled or resumed. */
export function refused(
  cannot: 'cannot-pause' | 'cannot-cancel' | 'cannot-resume',
  { id, title, state }: { readonly id: RunId; readonly title: string; readonly state: RunState },
): Failure {
  return new Failure('conflict', {
    what: because(cannot, { title, run: id }),
    reason: because('in-state', { state }),
  });
}
