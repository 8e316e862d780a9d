import { compile, decide, explain } from '../decide.ts';
import { decideNaively } from './naive.ts';
import { randomAttached, randomQuestion } from './random-policies.ts';
import { Random } from './random.ts';
import { vocabulary } from './vocabulary.ts';

/**
 * Puts twenty random questions to each of so many random sets and compares with the naive evaluator. Answers how often each decision
 * was made; throws with everything that is needed to have it again when two disagree.
 */
export function agreeOnRandom(seeds: { readonly from: number; readonly to: number }): ReadonlyMap<string, number> {
  const reasons = new Map<string, number>();
  for (let seed = seeds.from; seed < seeds.to; seed++) {
    const random = new Random(seed);
    const attached = randomAttached(random);
    const set = compile(attached, vocabulary);
    for (let asked = 0; asked < 20; asked++) {
      const question = randomQuestion(random);
      const { allowed, reason } = decide(set, question);
      const expected = decideNaively(attached, vocabulary, question);
      const explained = explain(set, question).reason;
      if (reason !== expected || explained !== expected || allowed !== (expected === 'allowed'))
        throw new Error(
          `seed ${seed}: ${reason}, ${explained}, not ${expected}: ${JSON.stringify({ attached, question })}`,
        );
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return reasons;
}
