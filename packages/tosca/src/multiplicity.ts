import type { Node, Requirement, Value } from './topology.ts';

/** How many there are as far as the template says; Infinity where a deployment decides. */
export function mostOf(count: Value | undefined): number {
  if (!count) return 1;
  return count.is === 'literal' && typeof count.value === 'number' ? count.value : Infinity;
}

/** The relationship with a number, counted over all assignments of a requirement, each of which may make several. */
export function relationshipAt(made: readonly Requirement[], index: number): Requirement | undefined {
  let before = 0;
  for (const requirement of made) {
    before += mostOf(requirement.count);
    if (index < before) return requirement;
  }
  return undefined;
}

/** The number of the first relationship an assignment makes among those of its requirement. */
export function firstIndex(node: Node, requirement: Requirement): number {
  let before = 0;
  for (const other of node.requirements) {
    if (other.name !== requirement.name) continue;
    if (other.at === requirement.at) break;
    const most = mostOf(other.count);
    before += most === Infinity ? 1 : most;
  }
  return before;
}
