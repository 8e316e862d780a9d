import { history, type Design, type Outcome } from './history.ts';

/** Plays one history after another. */
export async function simulate(
  { seeds, from, design }: { seeds: number; from: number; design: Design },
  tell: (outcome: Outcome) => void = () => {},
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const outcome = await history(seed, design);
    tell(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}
