import { expect, test } from 'vitest';
import type { Attached } from './attached.ts';
import { compile, decide } from './decide.ts';
import { agreeOnRandom } from './testing/agreement.ts';
import { randomAttached, randomDocument, randomQuestion } from './testing/random-policies.ts';
import { Random } from './testing/random.ts';
import { vocabulary } from './testing/vocabulary.ts';

test(
  'a hundred thousand random questions are answered as the plain semantics answer them',
  { timeout: 180_000 },
  () => {
    const reasons = agreeOnRandom({ from: 0, to: 5_000 });
    for (const reason of ['allowed', 'denied explicitly', 'nothing allows it'])
      expect(reasons.get(reason)).toBeGreaterThan(10_000);
  },
);

/** Statements of one effect, attached beside what is there. */
function only(effect: 'Allow' | 'Deny', random: Random): Attached {
  const document = randomDocument(random);
  const Statement = document.Statement.map((statement) => ({ ...statement, Effect: effect }));
  return { policy: 'more', name: 'More', document: { ...document, Statement } };
}

/** Asks before and after a change of random sets, and answers how often the change was felt. */
function compare(
  change: (attached: Attached[], random: Random) => Attached[],
  check: (before: boolean, after: boolean) => boolean,
): number {
  let felt = 0;
  for (let seed = 0; seed < 1_000; seed++) {
    const random = new Random(seed);
    const attached = randomAttached(random);
    const before = compile(attached, vocabulary);
    const after = compile(change(attached, random), vocabulary);
    for (let asked = 0; asked < 20; asked++) {
      const question = randomQuestion(random);
      const [was, is] = [decide(before, question).allowed, decide(after, question).allowed];
      if (!check(was, is)) expect.fail(`seed ${seed}: ${was}, then ${is}: ${JSON.stringify({ attached, question })}`);
      if (was !== is) felt++;
    }
  }
  return felt;
}

test('one more statement that denies never grants', { timeout: 60_000 }, () => {
  expect(
    compare(
      (attached, random) => [...attached, only('Deny', random)],
      (was, is) => was || !is,
    ),
  ).toBeGreaterThan(500);
});

test('one more statement that allows never revokes', { timeout: 60_000 }, () => {
  expect(
    compare(
      (attached, random) => [only('Allow', random), ...attached],
      (was, is) => is || !was,
    ),
  ).toBeGreaterThan(500);
});

test('the order of policies and statements does not matter', { timeout: 60_000 }, () => {
  const shuffled = (attached: Attached[], random: Random) =>
    random.shuffled(attached).map((each) => {
      const document = { ...each.document, Statement: random.shuffled(each.document.Statement) };
      return { ...each, document };
    });
  compare(shuffled, (was, is) => was === is);
});

test('attaching a policy twice does not matter', { timeout: 60_000 }, () => {
  compare(
    (attached, random) => [...attached, ...random.shuffled(attached)],
    (was, is) => was === is,
  );
});
