import {
  amountOf,
  billableOf,
  isBillable,
  priceOf,
  UnpricedCount,
  type Billable,
  type PriceList,
  type Quote,
  type StepPrice,
} from '@pileus/model';
import type { PlanStep } from '@pileus/orchestrator';
import type { Flavors } from './flavors.ts';

/** A resource that is there, by the inventory's name. */
export interface There {
  readonly resource: string;
  readonly what: Billable;
}

/** One thing that is paid for, from what it is before a plan to what it is after: a replacement goes on with what it replaces. */
interface Course {
  readonly before: readonly Billable[];
  readonly now: Billable[];
}

/**
 * What steps cost, from what there is to what there will be. Where everything has a price the differences of the steps
 * add up to that of the whole, to the millionth. What is done only when something fails is not counted.
 */
export function quoteOf(steps: readonly PlanStep[], there: readonly There[], list: PriceList, flavors: Flavors): Quote {
  const courses = new Map<string, Course>();
  for (const { resource, what } of there)
    if (isBillable(list, what)) courses.set(resource, { before: [what], now: [what] });
  const all = new Set(courses.values());
  const replacements = replacementsOf(steps);
  const prices: [string, StepPrice][] = [];

  /** Prices a step, and lets what it works on be from then on what it makes of it. */
  const become = ({ key }: PlanStep, course: Course, after: readonly Billable[]): void => {
    prices.push([key, { ...side('before', list, course.now), ...side('after', list, after) }]);
    course.now.splice(0, course.now.length, ...after);
  };

  for (const step of steps) {
    if (step.onFailureOf) continue;
    if (step.action === 'create') {
      const replaced = replacements.ofCreation.get(step.key) ?? [];
      const earlier = replaced.flatMap((resource) => courses.get(resource) ?? []);
      const what = billableOf(step.kind, step.spec, false, flavors);
      if (!what || !isBillable(list, what)) continue;
      for (const course of earlier) all.delete(course);
      for (const resource of replaced) courses.delete(resource);
      const joined: Course = {
        before: earlier.flatMap(({ before }) => before),
        now: earlier.flatMap(({ now }) => now),
      };
      all.add(joined);
      become(step, joined, [what]);
      continue;
    }
    if (step.action !== 'update' && step.action !== 'delete' && step.action !== 'verb') continue;
    const course = courses.get(step.resource);
    if (!course) continue;
    const isStopped = course.now.some((what) => what.kind === 'server' && what.isStopped);
    if (step.action === 'delete') {
      // The price of what is replaced is with its replacement, wherever its removal comes.
      if (!replacements.resources.has(step.resource)) become(step, course, []);
    } else if (step.action === 'update') {
      const what = billableOf(step.kind, step.spec, isStopped, flavors);
      if (what) become(step, course, [what]);
    } else if (step.verb !== 'reboot') {
      become(
        step,
        course,
        course.now.map((what) => (what.kind === 'server' ? { ...what, isStopped: step.verb === 'stop' } : what)),
      );
    }
  }
  return { currency: list.currency, ...totals([...all], list), steps: Object.fromEntries(prices) };
}

/** What each creation takes the place of. */
function replacementsOf(steps: readonly PlanStep[]) {
  const removed = new Map(steps.flatMap((step) => (step.action === 'delete' ? [[step.key, step.resource]] : [])));
  const ofCreation = new Map(
    steps.flatMap((step) =>
      step.action === 'create' && step.replaces && !step.onFailureOf
        ? [[step.key, step.replaces.flatMap((key) => removed.get(key) ?? [])]]
        : [],
    ),
  );
  return { ofCreation, resources: new Set([...ofCreation.values()].flat()) };
}

function totals(
  courses: readonly Course[],
  list: PriceList,
): Pick<Quote, 'before' | 'after' | 'resources' | 'unpriced'> {
  const unpriced = new UnpricedCount();
  let [before, after] = [0n, 0n];
  for (const course of courses) {
    const [first, last] = [sumOf(list, course.before), sumOf(list, course.now)];
    if (first !== undefined && last !== undefined) {
      before += first;
      after += last;
      continue;
    }
    const unknown = [...course.now, ...course.before].find((what) => priceOf(list, what) === undefined);
    if (unknown) unpriced.add(unknown);
  }
  return { before: amountOf(before), after: amountOf(after), resources: courses.length, unpriced: unpriced.all() };
}

function side(name: keyof StepPrice, list: PriceList, things: readonly Billable[]): StepPrice {
  const sum = sumOf(list, things);
  return sum === undefined ? {} : { [name]: amountOf(sum) };
}

/** Undefined when one of them has no price. */
function sumOf(list: PriceList, things: readonly Billable[]): bigint | undefined {
  let sum = 0n;
  for (const what of things) {
    const price = priceOf(list, what);
    if (price === undefined) return undefined;
    sum += price;
  }
  return sum;
}
