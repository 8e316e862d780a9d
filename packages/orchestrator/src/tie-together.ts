import { deletionKey, type Comparison } from './comparison.ts';
import type { PlanStep } from './plan.ts';

/** Ties the way down to the way up. */
export function tieTogether(comparison: Comparison, downs: readonly PlanStep[]): PlanStep[] {
  const keys = new Set([...comparison.ups.keys(), ...downs.map(({ key }) => key)]);
  const scripts = Map.groupBy(
    downs.filter((step) => step.action === 'run'),
    ({ node, host }) => `${node} ${host}`,
  );
  const usedBy = usersOfReplaced(comparison);
  const waiting = new Map<string, string[]>();
  const ups = [...comparison.ups.values()].map((step): PlanStep => {
    const extra: string[] = [];
    if (step.action === 'create') {
      for (const deletion of step.replaces ?? []) {
        const users = usedBy.get(deletion) ?? [];
        if (users.length === 0) extra.push(deletion);
        else waiting.set(deletion, [...users, step.key]);
      }
    }
    if (step.action === 'run') {
      // A node parts with what goes before it is set up anew, and with the old one of a kind before it meets the new one.
      const parting = (scripts.get(`${step.node} ${step.host}`) ?? []).filter(
        ({ target }) => step.target === undefined || step.target === target,
      );
      extra.push(...parting.map(({ key }) => key));
    }
    return { ...step, needs: [...new Set([...step.needs, ...extra])].filter((need) => keys.has(need)) };
  });
  return [
    ...ups,
    ...downs.map((step) => ({
      ...step,
      needs: [...new Set([...step.needs, ...(waiting.get(step.key) ?? [])])].filter((need) => keys.has(need)),
    })),
  ];
}

/** By the deletion of what is replaced: the updates of those that use it and stay. They need the new one first. */
function usersOfReplaced(comparison: Comparison): Map<string, string[]> {
  const users = new Map<string, string[]>();
  const updates = [...comparison.ups.values()].filter((step) => step.action === 'update');
  if (updates.length === 0) return users;
  const byStep = new Map(comparison.present.survey.resources.map((one) => [one.step, one]));
  for (const step of comparison.deleted.keys()) {
    const ref = byStep.get(step)?.ref;
    if (ref === undefined) continue;
    const using = updates.filter(({ resource }) =>
      JSON.stringify(byStep.get(resource)?.spec ?? {}).includes(JSON.stringify(ref)),
    );
    if (using.length > 0)
      users.set(
        deletionKey(step),
        using.map(({ key }) => key),
      );
  }
  return users;
}
