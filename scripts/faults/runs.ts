import type { RunDefinition } from '@pileus/engine';
import type { ChangeAction, RunId } from '@pileus/model';
import { changeRuns, type World } from '@pileus/orchestrator';

/** What is done with the deployment of a history, in this order; some of the changes only in some seeds. */
export const acts = {
  create: { run: 'run-simcreate00', input: { plan: 'plan-1' } },
  update: { run: 'run-simupdate00', input: { revision: 2 } },
  heal: { run: 'run-simheal0000', input: { revision: 3, mend: [] } },
  rollback: { run: 'run-simback0000', input: { revision: 4 } },
  delete: { run: 'run-simdelete00', input: {} },
} as const satisfies Partial<Record<ChangeAction, { run: string; input: object }>>;
export type Act = keyof typeof acts;

export const deployment = 'dep-sim';
export const runOf = (act: Act): RunId => acts[act].run as RunId;
export const inputOf = (act: Act) => ({ deployment, ...acts[act].input });
export const definitionOf = (world: World, act: Act): RunDefinition => changeRuns(world)[act];
