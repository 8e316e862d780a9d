import { appendFileSync } from 'node:fs';

/** What every contender is given: `node CONTENDER.ts URL FILE begin|finish`. */
export interface Given {
  readonly url: string;
  /** Each step appends a line to it when it is done: a world that sees what happens twice. */
  readonly file: string;
  /** `begin` is killed while every run is in its second step, `finish` carries all of them to their end. */
  readonly phase: 'begin' | 'finish';
}

export const runs = 10_000;

export function given(): Given {
  const [url = '', file = '', phase] = process.argv.slice(2);
  return { url, file, phase: phase === 'finish' ? 'finish' : 'begin' };
}

/** The three steps of a run; the second one never ends before the kill. */
export function stepsOf({ file, phase }: Given, isInFlight: () => void) {
  let waiting = 0;
  return {
    one: async (run: string) => appendFileSync(file, `${run} one\n`),
    two: async () => {
      if (phase === 'finish') return;
      if (++waiting === runs) isInFlight();
      await new Promise(() => {});
    },
    three: async (run: string) => appendFileSync(file, `${run} three\n`),
  };
}

/** Answers once `isThere` does; asks seldom enough to cost next to nothing itself. */
export async function until(isThere: () => Promise<boolean>): Promise<void> {
  while (!(await isThere())) await new Promise((done) => setTimeout(done, 100));
}
