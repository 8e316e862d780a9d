import type { Plan, PlannedStep } from '../../../api/types.ts';
import { plain } from '../../../format/value.ts';

type Action = PlannedStep['action'];

/** What is shown of a plan: every step, or those of one action on one kind of thing, of one node, or with some text. */
export interface PlanFilter {
  /** As in the plan's counts: `create server`, `run script`. */
  readonly count?: string | undefined;
  /** A node of the template. */
  readonly node?: string | undefined;
  readonly text?: string | undefined;
}

/** The steps of one instance. */
export interface PlanGroup {
  readonly node: string;
  readonly steps: readonly PlannedStep[];
  /** How many steps of each action, in the order of {@link actionOrder}. */
  readonly actions: readonly (readonly [Action, number])[];
}

export type PlanRow =
  | { readonly is: 'group'; readonly group: PlanGroup; readonly isOpen: boolean }
  | { readonly is: 'step'; readonly step: PlannedStep };

/** How the actions of a plan are told, the most telling first. */
export const actionOrder: readonly Action[] = ['create', 'update', 'replace', 'delete', 'stop', 'start', 'run'];

/** Plans with more steps than this begin folded: a person reads the groups first. */
export const mostOpen = 60;

/** What a step is counted as. */
export function countKey({ action, what }: Pick<PlannedStep, 'action' | 'what'>): string {
  return `${action} ${action === 'run' ? 'script' : what}`;
}

/** The steps that fit, by instance, in the plan's order. */
export function groupsOf(plan: Pick<Plan, 'steps' | 'scaling'>, filter: PlanFilter = {}): PlanGroup[] {
  const text = filter.text?.trim().toLowerCase() ?? '';
  const groups = new Map<string, PlannedStep[]>();
  for (const step of plan.steps) {
    if (filter.node !== undefined && templateNodeOf(step.node, plan.scaling) !== filter.node) continue;
    if (filter.count !== undefined && (step.isReplaced || countKey(step) !== filter.count)) continue;
    if (text !== '' && !wordsOf(step).includes(text)) continue;
    const steps = groups.get(step.node);
    if (steps) steps.push(step);
    else groups.set(step.node, [step]);
  }
  return Array.from(groups, ([node, steps]) => ({ node, steps, actions: actionsOf(steps) }));
}

/** Groups and, below those that are open, their steps. */
export function rowsOf(groups: readonly PlanGroup[], isOpen: (node: string) => boolean): PlanRow[] {
  return groups.flatMap((group): PlanRow[] => {
    const open = isOpen(group.node);
    const head: PlanRow = { is: 'group', group, isOpen: open };
    return open ? [head, ...group.steps.map((step): PlanRow => ({ is: 'step', step }))] : [head];
  });
}

/** What replaces is counted once, with its replacement. */
export function actionsOf(steps: readonly PlannedStep[]): [Action, number][] {
  const counts = new Map<Action, number>();
  for (const { action, isReplaced } of steps) if (!isReplaced) counts.set(action, (counts.get(action) ?? 0) + 1);
  return actionOrder.flatMap((action): [Action, number][] => {
    const count = counts.get(action);
    return count === undefined ? [] : [[action, count]];
  });
}

/** Which steps wait for each step. */
export function dependentsOf(steps: readonly PlannedStep[]): ReadonlyMap<string, readonly PlannedStep[]> {
  const dependents = new Map<string, PlannedStep[]>();
  for (const step of steps) {
    for (const need of step.needs) {
      const waiting = dependents.get(need);
      if (waiting) waiting.push(step);
      else dependents.set(need, [step]);
    }
  }
  return dependents;
}

/** The template's node that an instance was made of: `web-2` is one of `web` where `web` can be counted. */
export function templateNodeOf(instance: string, scaling: Plan['scaling']): string {
  const node = /^(.+?)(?:-{1,3}|\.)\d+$/.exec(instance)?.[1];
  return node !== undefined && scaling.some(({ members }) => members.includes(node)) ? node : instance;
}

function wordsOf(step: PlannedStep): string {
  const changes = step.changes?.map(({ field, from, to }) => `${field} ${plain(from)} ${plain(to)}`) ?? [];
  return [step.node, step.what, step.title, step.key, ...changes].join(' ').toLowerCase();
}
