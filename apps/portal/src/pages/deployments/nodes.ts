import type { NodeInstance, PlannedStep, Step, Variant } from '../../api/types.ts';
import type { DrawnNode } from '../../parts/topology/graph.ts';

/** The running instances of a deployment, to be drawn. */
export function drawnInstances(instances: readonly NodeInstance[]): DrawnNode[] {
  return instances.map((instance) => ({
    id: instance.id,
    title: shortName(instance.id),
    node: instance.node,
    type: instance.type,
    state: instance.state,
    requires: instance.requires,
  }));
}

/** A node instance's id begins with its deployment's: `dep-7k3m9q2x4c5n.web` is `web` on the deployment's own page. */
export function shortName(instance: string): string {
  return instance.replace(/^dep-[^.]+\./, '');
}

/** The nodes that a plan works on, to be drawn; each says how many steps it has. */
export function drawnPlan(
  steps: readonly PlannedStep[],
  nodes: Variant['nodes'],
  remark: (count: number) => string,
): DrawnNode[] {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(nodeOf(step.node), (counts.get(nodeOf(step.node)) ?? 0) + 1);
  return nodes
    .filter((node) => counts.has(node.name))
    .map((node) => ({ ...node, id: node.name, node: node.name, remark: remark(counts.get(node.name) ?? 0) }));
}

/** The steps of one node instance, or of a node as a whole. */
export function stepsOf(steps: readonly Step[], instance: { readonly id: string; readonly node: string }): Step[] {
  return steps.filter((step) => step.node === instance.id || step.node === instance.node);
}

/** `web.2` is an instance of `web`. */
export function nodeOf(name: string): string {
  return name.replace(/\.\d+$/, '');
}
