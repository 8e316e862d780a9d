import type { DeploymentDetail, NodeInstance, Plan, Step, Variant } from '../../api/types.ts';
import type { DrawnNode } from '../../parts/topology/graph.ts';
import { type StateLook, stateLooks } from '../../parts/state.ts';
import { signs } from './plan/action-looks.ts';
import { actionsOf, templateNodeOf } from './plan/plan-rows.ts';

type Drawable = Pick<DeploymentDetail, 'state' | 'nodeInstances' | 'scaling'>;

/** The instances of a deployment, to be drawn: those of a node that can be counted as one stack, others each for itself. */
export function drawnInstances({ state, nodeInstances, scaling }: Drawable): DrawnNode[] {
  const isGoing = state === 'deleting' || state === 'deleted';
  const instances = isGoing ? nodeInstances : nodeInstances.filter((instance) => instance.state !== 'deleted');
  const counted = new Set(scaling.flatMap(({ members }) => members));
  const idOf = ({ id, template }: NodeInstance) => (counted.has(template) ? template : id);
  const drawnAs = new Map(instances.map((instance) => [instance.id, idOf(instance)]));
  return Array.from(Map.groupBy(instances, idOf), ([id, members]): DrawnNode => {
    const [first] = members as [NodeInstance, ...NodeInstance[]];
    const targets = new Map(
      members
        .flatMap(({ requires }) => requires)
        .map((one) => ({ ...one, target: drawnAs.get(one.target) ?? one.target }))
        .map((one) => [`${one.name} ${one.target}`, one]),
    );
    return {
      id,
      title: counted.has(first.template) ? first.template : shortName(first.id),
      node: first.node,
      type: first.type,
      state: first.state,
      requires: [...targets.values()],
      ...(counted.has(first.template) && stackOf(members)),
    };
  });
}

/** How many there are in each state; the stack as a whole is in the one that most needs to be looked at. */
function stackOf(members: readonly NodeInstance[]): Required<Pick<DrawnNode, 'stack' | 'state'>> {
  const states = Array.from(
    Map.groupBy(members, ({ state }) => state),
    ([state, these]) => [state, these.length] as const,
  );
  const sorted = states.toSorted(
    ([a], [b]) => urgency.indexOf(stateLooks[a].tone) - urgency.indexOf(stateLooks[b].tone),
  );
  return { stack: sorted, state: sorted[0]?.[0] ?? 'initial' };
}

const urgency: readonly StateLook['tone'][] = ['bad', 'busy', 'warn', 'idle', 'ok'];

/** A node instance's id begins with its deployment's: `dep-7k3m9q2x4c5n.web` is `web` on the deployment's own page. */
export function shortName(instance: string): string {
  return instance.replace(/^dep-[^.]+\./, '');
}

/** The nodes that a plan works on, to be drawn; each says what is done with it. */
export function drawnPlan(plan: Pick<Plan, 'steps' | 'scaling'>, nodes: Variant['nodes']): DrawnNode[] {
  const steps = Map.groupBy(plan.steps, (step) => templateNodeOf(step.node, plan.scaling));
  return nodes
    .filter((node) => steps.has(node.name))
    .map((node) => {
      const remark = actionsOf(steps.get(node.name) ?? [])
        .map(([action, count]) => `${signs[action]}${count}`)
        .join('  ');
      return { ...node, id: node.name, node: node.name, remark };
    });
}

/** The steps of one node instance, or of a node as a whole. */
export function stepsOf(steps: readonly Step[], instance: { readonly id: string; readonly node: string }): Step[] {
  return steps.filter((step) => step.node === instance.id || step.node === instance.node);
}
