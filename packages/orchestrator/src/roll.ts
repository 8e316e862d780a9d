import type { Data } from '@pileus/tosca';
import type { Graph } from './expand.ts';
import type { ScaleGroup } from './scale-groups.ts';
import { inOrder, sorted } from './order.ts';
import type { PlanStep } from './plan.ts';
import { policiesOn, policyValue } from './policies.ts';

/** What is wanted, as far as the order of what is changed goes. */
interface Rolled {
  readonly graph: Graph;
  readonly scaling: readonly ScaleGroup[];
  readonly setting: { readonly inputs: Readonly<Record<string, Data>> };
}

/**
 * Instances of one scale group that are changed go one after the other (as many at a time as an update policy allows),
 * so that the others serve meanwhile.
 */
export function roll(steps: readonly PlanStep[], { graph, scaling, setting }: Rolled): PlanStep[] {
  if (steps.every(({ why }) => why === 'new')) return sorted(steps);
  const extra = new Map<string, Set<string>>();
  const byNode = new Map<string, PlanStep[]>();
  const settingUp = new Set(
    steps.flatMap((step) => (step.action === 'run' && step.relation === undefined ? [step.node] : [])),
  );
  for (const step of steps) {
    // Who only tells others of a node does it for that node, unless it is being set up itself.
    const of =
      step.action === 'run' && step.target !== undefined && !settingUp.has(step.node) ? step.target : step.node;
    const list = byNode.get(of);
    if (list) list.push(step);
    else byNode.set(of, [step]);
  }
  for (const group of scaling) {
    const templates = new Set(group.members);
    const members = Object.values(graph.nodes).filter(({ template }) => templates.has(template));
    const atOnce = maxUnavailable(graph, group, setting.inputs);
    const changed = [...Map.groupBy(members, ({ index }) => index)]
      .toSorted(([a], [b]) => a - b)
      .map(([, instances]) => instances.flatMap(({ name }) => byNode.get(name) ?? []))
      // Making what is new disturbs nobody.
      .filter((own) => own.some(({ why }) => why !== 'new'));
    for (let at = atOnce; at < changed.length; at++) {
      const [before, after] = [changed[at - atOnce], changed[at]];
      if (!before || !after) continue;
      const last = ends(before);
      for (const first of begins(after)) extra.set(first, new Set([...(extra.get(first) ?? []), ...last]));
    }
  }
  const rolled = steps.map((step) => ({
    ...step,
    needs: [...new Set([...step.needs, ...(extra.get(step.key) ?? [])])],
  }));
  const { order, stuck } = inOrder(rolled);
  // Instances that wait for each other's values cannot go one after the other.
  return stuck.length > 0 ? sorted(steps) : order;
}

function maxUnavailable(graph: Graph, { members }: ScaleGroup, inputs: Readonly<Record<string, Data>>): number {
  const [policy] = members.flatMap((member) => policiesOn(graph, 'tosca.policies.Update', member));
  return Math.max(1, Math.floor(Number(policyValue(graph, policy, 'max_unavailable', inputs) ?? 1)) || 1);
}

/** The steps nothing of the set comes before, and those nothing of it comes after. */
function begins(steps: readonly PlanStep[]): string[] {
  const keys = new Set(steps.map(({ key }) => key));
  return steps.filter(({ needs }) => !needs.some((need) => keys.has(need))).map(({ key }) => key);
}

function ends(steps: readonly PlanStep[]): string[] {
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  return steps.filter(({ key }) => !needed.has(key)).map(({ key }) => key);
}
