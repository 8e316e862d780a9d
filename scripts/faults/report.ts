import type { Outcome } from './history.ts';
import { faults, kinds, type Fault } from './weather.ts';

/** What is counted; all but crashes, and what was reported or taken in after a restore, is to be 0. */
const counted = [
  'crashes',
  'reported',
  'adopted',
  'orphans',
  'duplicates',
  'stuck',
  'falseDeletes',
  'lost',
  'takenWrongly',
  'overBudget',
  'signedInAgain',
  'turnedAway',
  'ranTwice',
  'strangers',
] as const satisfies readonly (keyof Outcome)[];
type Counts = Readonly<Record<(typeof counted)[number], number>>;

/** What scripts read. */
export interface Figures extends Counts {
  readonly seeds: number;
  readonly seconds: number;
}

export function figuresOf(outcomes: readonly Outcome[], seconds: number): Figures {
  const { seeds, crashes, orphans, duplicates, stuck, falseDeletes, ...more } = sums(outcomes);
  return { seeds, crashes, orphans, duplicates, stuck, falseDeletes, seconds: Number(seconds.toFixed(1)), ...more };
}

/** Everything that went wrong, by what it is. */
export function wrongIn(figures: Figures): Omit<Counts, 'crashes' | 'reported' | 'adopted'> {
  const { seeds: _, seconds: __, crashes: ___, reported: ____, adopted: _____, ...wrong } = figures;
  return wrong;
}

/** One row for each fault, then one for each way in which creating is repeated safely. */
export function tables(outcomes: readonly Outcome[]): readonly (readonly Record<string, string | number>[])[] {
  const ofFault = (Object.keys(faults) as Fault[]).map((fault) => ({
    fault,
    what: faults[fault],
    ...sums(outcomes.filter((outcome) => outcome.faults.has(fault))),
  }));
  const ofKind = kinds.map((once) => ({ once, ...sums(outcomes.filter((outcome) => outcome.once === once)) }));
  return [ofFault, ofKind];
}

function sums(outcomes: readonly Outcome[]): Counts & { readonly seeds: number } {
  const sum = (of: keyof Counts) => outcomes.reduce((total, outcome) => total + outcome[of], 0);
  // One entry for each that is counted.
  const counts = Object.fromEntries(counted.map((of) => [of, sum(of)])) as unknown as Counts;
  return { seeds: outcomes.length, ...counts };
}
