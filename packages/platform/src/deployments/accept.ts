import type { Database } from '@pileus/database';
import { because, Failure } from '@pileus/model';
import type { Drift, Survey } from '@pileus/orchestrator';

/** Takes what the cloud shows of some resources as what they are meant to be, until the template says something new. */
export async function accept(
  database: Database,
  deployment: string,
  survey: Survey,
  drifts: readonly Drift[],
  resources: readonly string[],
): Promise<void> {
  const held = new Map(survey.resources.map((one) => [one.step, one]));
  for (const name of resources) {
    const drift = drifts.find(({ resource, is }) => resource === name && is === 'changed');
    if (!drift) {
      const reason = because('no-drift');
      throw new Failure('conflict', { what: name, reason });
    }
    const shown = Object.fromEntries(drift.changes.map(({ field, from }) => [field, from]));
    await database
      .updateTable('resource')
      .set({ accepted: JSON.stringify({ ...held.get(name)?.accepted, ...shown }) })
      .where('deployment', '=', deployment)
      .where('step', '=', name)
      .execute();
  }
}
