import type { Outcome } from './history.ts';
import { faults, kinds, type Fault } from './weather.ts';

/** What scripts read. */
export interface Figures {
  readonly seeds: number;
  readonly crashes: number;
  readonly orphans: number;
  readonly duplicates: number;
  readonly stuck: number;
  readonly falseDeletes: number;
  readonly seconds: number;
}

export function figuresOf(outcomes: readonly Outcome[], seconds: number): Figures {
  return { ...sums(outcomes), seconds: Number(seconds.toFixed(1)) };
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

function sums(outcomes: readonly Outcome[]): Omit<Figures, 'seconds'> {
  const sum = (of: 'crashes' | 'orphans' | 'duplicates' | 'stuck' | 'falseDeletes') =>
    outcomes.reduce((total, outcome) => total + outcome[of], 0);
  return {
    seeds: outcomes.length,
    crashes: sum('crashes'),
    orphans: sum('orphans'),
    duplicates: sum('duplicates'),
    stuck: sum('stuck'),
    falseDeletes: sum('falseDeletes'),
  };
}
