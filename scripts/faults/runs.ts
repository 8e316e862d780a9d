import type { RunDefinition } from '@pileus/engine';
import type { ChangeAction, RunId } from '@pileus/model';
import { changeRuns, type World } from '@pileus/orchestrator';

/** What is done with the deployments of a history, in this order; some of the changes only in some seeds. */
const acts = {
  create: { run: 'simcreate0', input: { plan: 'plan-1' } },
  update: { run: 'simupdate0', input: { revision: 2 } },
  heal: { run: 'simheal000', input: { revision: 3, mend: [] } },
  rollback: { run: 'simback000', input: { revision: 4 } },
  delete: { run: 'simdelete0', input: {} },
} as const satisfies Partial<Record<ChangeAction, { run: string; input: object }>>;
export type Act = keyof typeof acts;

export const deploymentOf = (number: number) => `dep-sim${number}`;
/** @param era one more each time the database was restored: ids that were forgotten are never given again */
export const runOf = (act: Act, number: number, era: number): RunId => `run-${acts[act].run}${era}${number}` as RunId;
export const inputOf = (act: Act, number: number) => ({ deployment: deploymentOf(number), ...acts[act].input });
export const definitionOf = (world: World, act: Act): RunDefinition => changeRuns(world)[act];

/** As a later version of the code may tell a run: with a step more before all others. */
export function laterVersion(definition: RunDefinition): RunDefinition {
  return {
    ...definition,
    async tell(run, input) {
      await run.step({ key: 'later', name: 'What only a later version does' }, async () => {});
      return definition.tell(run, input);
    },
  };
}
