import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { history, type Design, type Outcome } from './history.ts';
import type { Fault } from './weather.ts';

/** Some seeds, one after the other. */
export interface Stretch {
  readonly from: number;
  readonly seeds: number;
  readonly design: Design;
  /** A fault that every one of them meets. */
  readonly always?: Fault | undefined;
}

/** So many are worth a thread. */
const many = 100;

/** Plays the history of every seed, on every core when there are many; tells of each as it is over. */
export async function simulate(
  whole: Stretch,
  tell: (outcome: Outcome) => void = () => {},
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const over = (outcome: Outcome) => {
    tell(outcome);
    outcomes.push(outcome);
  };
  const stretches = Array.from({ length: Math.ceil(whole.seeds / many) }, (_, n) => ({
    ...whole,
    from: whole.from + n * many,
    seeds: Math.min(many, whole.seeds - n * many),
  }));
  if (stretches.length < 2) for (const stretch of stretches) await playEach(stretch, over);
  else {
    const left = stretches.values();
    await Promise.all(
      Array.from({ length: Math.min(availableParallelism(), stretches.length) }, () => inThread(left, over)),
    );
  }
  return outcomes.toSorted((a, b) => a.seed - b.seed);
}

export async function playEach({ from, seeds, ...how }: Stretch, over: (outcome: Outcome) => void): Promise<void> {
  for (let seed = from; seed < from + seeds; seed++) over(await history({ seed, ...how }));
}

/** A thread that plays one stretch after the other; see `thread.ts`. */
async function inThread(left: Iterator<Stretch>, over: (outcome: Outcome) => void): Promise<void> {
  const thread = new Worker(new URL('./thread.ts', import.meta.url));
  const failed = new Promise<never>((_, reject) => thread.once('error', reject));
  failed.catch(() => {});
  try {
    for (let next = left.next(); !next.done; next = left.next()) {
      const answer = new Promise<readonly Outcome[]>((resolve) => thread.once('message', resolve));
      thread.postMessage(next.value);
      for (const outcome of await Promise.race([answer, failed])) over(outcome);
    }
  } finally {
    await thread.terminate();
  }
}
