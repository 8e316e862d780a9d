import { expect, test } from 'vitest';
import { agreeOnRandom } from './testing/agreement.ts';
import { agreeWithCedar } from './testing/cedar.ts';

test('a million more random questions are answered as the plain semantics answer them', () => {
  const reasons = agreeOnRandom({ from: 5_000, to: 55_000 });
  for (const reason of ['allowed', 'denied explicitly', 'nothing allows it'])
    expect(reasons.get(reason)).toBeGreaterThan(100_000);
});

test('Cedar answers a hundred thousand random questions alike', () => {
  const { allowed, denied } = agreeWithCedar({ from: 100, to: 5_100 });
  expect(allowed).toBeGreaterThan(10_000);
  expect(denied).toBeGreaterThan(10_000);
});
