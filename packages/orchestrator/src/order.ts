import { because, problemAt } from '@pileus/model';
import { planInvalid } from './plan-invalid.ts';
import type { PlanStep } from './plan.ts';

/** In order, or `invalid`: steps that wait for each other are a problem of the template's values. */
export function sorted(steps: readonly PlanStep[]): PlanStep[] {
  const { order, stuck } = inOrder(steps);
  if (stuck.length === 0) return order;
  const nodes = [...new Set(stuck.map(({ node }) => node))];
  const reason = because('values-wait', { nodes: nodes.slice(0, 10).join(', ') });
  throw planInvalid([problemAt(`/nodes/${nodes[0]}`, reason)]);
}

/** Each step after those it needs; `stuck` are those that wait for each other. */
export function inOrder(steps: readonly PlanStep[]): { order: PlanStep[]; stuck: PlanStep[] } {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const waiting = new Map(steps.map(({ key, needs }) => [key, needs.filter((need) => byKey.has(need)).length]));
  const followers = new Map<string, string[]>();
  for (const { key, needs } of steps) {
    for (const need of needs) {
      const list = followers.get(need);
      if (list) list.push(key);
      else followers.set(need, [key]);
    }
  }
  const order = steps.filter(({ key }) => waiting.get(key) === 0);
  for (let next = 0; next < order.length; next++) {
    for (const follower of followers.get(order[next]?.key ?? '') ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      const step = byKey.get(follower);
      if (left === 0 && step) order.push(step);
    }
  }
  return { order, stuck: steps.filter(({ key }) => (waiting.get(key) ?? 0) > 0) };
}
