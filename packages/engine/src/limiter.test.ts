import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Limiter } from './limiter.ts';

const never = new AbortController().signal;

test('no more are inside a key at once than it allows, and whoever needs several keys has them all', async () => {
  const caps: Record<string, number> = { account: 3, template: 2 };
  const limiter = new Limiter((key) => caps[key]);
  const inside: Record<string, number> = { account: 0, template: 0, free: 0 };
  const most: Record<string, number> = { account: 0, template: 0, free: 0 };
  const work = async (run: string, keys: readonly string[]) => {
    const leave = await limiter.enter(keys, run, never);
    for (const key of keys) most[key] = Math.max(most[key] ?? 0, ++inside[key]!);
    await setImmediate();
    for (const key of keys) inside[key]!--;
    leave();
  };
  const kinds = [['account', 'template'], ['template', 'account'], ['account'], ['free']];
  await Promise.all(Array.from({ length: 200 }, (_, i) => work(`run-${i % 7}`, kinds[i % kinds.length] ?? [])));
  expect(most).toEqual({ account: 3, template: 2, free: 50 });
});

test('a run with one step does not wait for all steps of another one', async () => {
  const limiter = new Limiter(() => 1);
  const order: string[] = [];
  const work = async (run: string) => {
    const leave = await limiter.enter(['account'], run, never);
    order.push(run);
    await setImmediate();
    leave();
  };
  await Promise.all([...Array.from({ length: 100 }, () => work('big')), work('small')]);
  expect(order.indexOf('small')).toBe(2);
  expect(order.length).toBe(101);
});

test('one that stops waiting leaves its place to the next, and none is lost', async () => {
  const limiter = new Limiter(() => 1);
  const leave = await limiter.enter(['account'], 'a', never);
  const stop = new AbortController();
  const stopped = limiter.enter(['account'], 'b', stop.signal);
  const waiting = limiter.enter(['account'], 'c', never);
  stop.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
  leave();
  (await waiting)();
  (await limiter.enter(['account'], 'd', never))();
});
