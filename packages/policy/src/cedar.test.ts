import { expect, test } from 'vitest';
import { agreeWithCedar } from './testing/cedar.ts';

test('Cedar answers two thousand random questions alike', { timeout: 60_000 }, () => {
  const { allowed, denied } = agreeWithCedar({ from: 0, to: 100 });
  expect(allowed).toBeGreaterThan(200);
  expect(denied).toBeGreaterThan(200);
});
