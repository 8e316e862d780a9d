import type { RunDefinition } from '@pileus/engine';
import { changeRuns, type World } from '@pileus/orchestrator';

/** The runs that a history consists of. */
export function runsOf(world: World): { readonly deploy: RunDefinition; readonly remove: RunDefinition } {
  const { create, delete: remove } = changeRuns(world);
  return { deploy: create, remove };
}

/** What they are asked to do. */
export const deployment = 'dep-sim';
export const inputs = { deploy: { deployment, plan: 'plan-1' }, remove: { deployment } };
