import type { Tables } from '@pileus/database';
import { isActive, type Engine } from '@pileus/engine';
import { because, Failure, type ChangeAction, type RunId } from '@pileus/model';
import type { Selectable } from 'kysely';

/**
 * What a plan for a deployment rests on: its last run, and how that ended. Another run, or the same one resumed, makes the
 * plan worthless. Only a deletion can be planned while something runs: it will cancel that, and plan anew when it begins.
 */
export async function baseOf(
  row: Pick<Selectable<Tables['deployment']>, 'name' | 'run' | 'state'>,
  engine: Pick<Engine, 'get'>,
  action: ChangeAction,
): Promise<string> {
  if (row.state === 'deleted') throw new Failure('conflict', { what: row.name, reason: because('deleted-already') });
  const run = row.run === null ? undefined : await engine.get(row.run as RunId); // stored by us
  if (run && isActive(run) && action !== 'delete') {
    throw new Failure('conflict', {
      what: row.name,
      reason: because('at-work'),
    });
  }
  if (row.state === 'deleting' && action !== 'delete') {
    throw new Failure('conflict', { what: row.name, reason: because('deletion-begun') });
  }
  return run ? `${run.id} ${run.generation}` : '';
}
