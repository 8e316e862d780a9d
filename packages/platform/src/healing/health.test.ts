import type { Watch } from '@pileus/orchestrator';
import { expect, test } from 'vitest';
import { after, isDue, isMeltdown, mended, unknownHealth, type Health } from './health.ts';

const watch: Watch = {
  node: 'web',
  check: 'tcp',
  path: '/',
  interval: 10,
  timeout: 5,
  threshold: 3,
  backoff: 30,
  limit: 2,
};
const start = Date.parse('2026-01-01T00:00:00Z');

/** The health after looks ten seconds apart; `x` fails, `.` is well, `m` mends when that is due. */
function watched(looks: string, from: Health = unknownHealth): { health: Health; mendings: number[] } {
  let health = from;
  const mendings: number[] = [];
  for (const [index, look] of looks.split('').entries()) {
    const now = start + 10_000 * index;
    health = after(health, look === 'x' ? 'refused' : undefined, watch, now);
    if (!isDue(health, watch, now)) continue;
    health = mended(health, watch, now);
    mendings.push(index);
  }
  return { health, mendings };
}

test('one or two failures are no reason to mend anything', () => {
  expect(watched('.xx.xx.xx.').mendings).toEqual([]);
});

test('what keeps failing is mended, each time after a longer pause, and then left to a person', () => {
  const { mendings, health } = watched('x'.repeat(40));
  expect(mendings).toEqual([2, 5]);
  expect(health).toMatchObject({ is: 'given up', heals: 2, reason: 'refused' });
});

test('what was well for long may be mended as often again', () => {
  const { health } = watched(`${'x'.repeat(8)}${'.'.repeat(40)}`);
  expect(health).toMatchObject({ is: 'ok', heals: 0 });
  expect(watched('xxx', health).mendings).toEqual([2]);
});

test('when most of many fail at once nothing is mended', () => {
  expect(isMeltdown(4, 4)).toBe(false);
  expect(isMeltdown(5, 9)).toBe(true);
  expect(isMeltdown(5, 10)).toBe(false);
});
