import { expect, test } from 'vitest';
import { compile, decide, explain } from './decide.ts';
import { decideNaively } from './testing/naive.ts';
import { randomAttached, randomQuestion } from './testing/random-policies.ts';
import { Random } from './testing/random.ts';
import { vocabulary } from './testing/vocabulary.ts';

test(
  'a hundred thousand random questions are answered as the plain semantics answer them',
  { timeout: 120_000 },
  () => {
    const reasons = new Map<string, number>();
    for (let seed = 0; seed < 5_000; seed++) {
      const random = new Random(seed);
      const attached = randomAttached(random);
      const set = compile(attached, vocabulary);
      for (let asked = 0; asked < 20; asked++) {
        const question = randomQuestion(random);
        const { allowed, reason } = decide(set, question);
        const expected = decideNaively(attached, vocabulary, question);
        const isOne =
          reason === expected && allowed === (reason === 'allowed') && explain(set, question).reason === reason;
        if (!isOne)
          expect.fail(`seed ${seed}: ${reason}, expected ${expected}: ${JSON.stringify({ attached, question })}`);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
    for (const reason of ['allowed', 'denied explicitly', 'nothing allows it'])
      expect(reasons.get(reason)).toBeGreaterThan(10_000);
  },
);
