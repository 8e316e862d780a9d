import { milliseconds, minutes, seconds } from '@pileus/model';
import { expect, test } from 'vitest';
import { virtualClock } from './index.ts';

test('sleepers wake in the order of their time, at their time', async () => {
  const clock = virtualClock({ start: 0 });
  const woken: [string, number][] = [];
  const sleeper = async (name: string, ...naps: number[]) => {
    for (const nap of naps) {
      await clock.sleep(milliseconds(nap));
      woken.push([name, clock.now()]);
    }
  };
  void sleeper('a', 300, 300);
  void sleeper('b', 100, 100, 100);
  await clock.advance(milliseconds(500));
  expect(woken).toEqual([
    ['b', 100],
    ['b', 200],
    ['a', 300],
    ['b', 300],
  ]);
  expect([clock.now(), clock.sleepers]).toEqual([500, 1]);
});

test('a sleeper that is aborted rejects with the reason, and is not waited for', async () => {
  const clock = virtualClock({ start: 0 });
  const stop = new AbortController();
  const sleeping = clock.sleep(seconds(5), stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  expect(clock.sleepers).toBe(0);
});

test('with auto, an hour of naps passes by itself, and nobody oversleeps', async () => {
  const clock = virtualClock({ start: 0, auto: true });
  const nappers = Array.from({ length: 100 }, async (_, n) => {
    for (let i = 1; i <= 10; i += 1) {
      await clock.sleep(seconds(n));
      expect(clock.now()).toBe(i * n * 1000);
    }
  });
  await Promise.all([...nappers, clock.sleep(minutes(60))]);
  expect(clock.now()).toBe(3_600_000);
});
