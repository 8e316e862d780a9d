import type { RunDefinition } from '@pileus/engine';
import { deleteRun, deployRun, type World } from '@pileus/orchestrator';

/** The runs that a history consists of: what to change when the orchestrator tells them in another way. */
export function runsOf(world: World): { readonly deploy: RunDefinition; readonly remove: RunDefinition } {
  return { deploy: deployRun(world) as RunDefinition, remove: deleteRun(world) as RunDefinition };
}

/** What both are asked to do. */
export const input = { deployment: 'dep-sim' };
