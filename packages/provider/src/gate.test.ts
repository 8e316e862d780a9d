import { Failure, milliseconds, plainCall, seconds, type Clock } from '@pileus/model';
import { expect, test } from 'vitest';
import { AskedToWait, gateOf, inBackground } from './gate.ts';
import { simulated, SimulatedAccount } from './simulated/index.ts';
import { surroundings, virtualClock } from './testing/index.ts';

const { signal } = new AbortController();

/** A cloud that allows so many calls a second and refuses each one above. */
function aLimitedCloud(clock: Clock, perSecond: number, asksToWait: boolean) {
  let level = perSecond;
  let at = clock.now();
  const told = { done: 0, over: 0 };
  const call = async (): Promise<void> => {
    await clock.sleep(milliseconds(50));
    level = Math.min(perSecond, level + ((clock.now() - at) / 1000) * perSecond);
    at = clock.now();
    if (level < 1) {
      told.over += 1;
      const cause = asksToWait ? new AskedToWait(seconds(1)) : undefined;
      throw new Failure('provider-throttled', { provider: 'test', detail: 'too many' }, { cause });
    }
    level -= 1;
    await clock.sleep(milliseconds(50));
    told.done += 1;
  };
  return { call, told };
}

test('a known budget is never exceeded, and at least nine tenths of it are made use of', async () => {
  const clock = virtualClock({ auto: true });
  const gate = gateOf({ clock, width: 10, perSecond: 20 });
  const { call, told } = aLimitedCloud(clock, 20, true);
  const start = clock.now();
  await Promise.all(Array.from({ length: 1_200 }, () => gate.pass(call, signal)));
  expect(told).toEqual({ done: 1_200, over: 0 });
  expect(1_200 / ((clock.now() - start) / 1000)).toBeGreaterThan(0.9 * 20);
});

test('the budget of the simulated cloud too: none of a storm of calls is refused', async () => {
  const clock = virtualClock({ auto: true });
  const account = SimulatedAccount.parse({ keep: false, callsPerSecond: 10, latencyMilliseconds: 20 });
  const { drivers } = simulated.connect(account, surroundings({ clock }));
  const gate = gateOf({ clock, width: 50, perSecond: 10 });
  let refused = 0;
  const create = (n: number) =>
    drivers.network!.create({ name: `n${n}` }, plainCall(`t${n}`)).catch((error: unknown) => {
      refused += 1;
      throw error;
    });
  const made = await Promise.all(Array.from({ length: 90 }, (_, n) => gate.pass(() => create(n), signal)));
  expect(new Set(made).size).toBe(90);
  expect(refused).toBe(0);
});

test.each([true, false])(
  'a budget that is not known is felt for, and every call is made (asks to wait: %s)',
  async (asks) => {
    const clock = virtualClock({ auto: true });
    const gate = gateOf({ clock, width: 10 });
    const { call, told } = aLimitedCloud(clock, 20, asks);
    const start = clock.now();
    await Promise.all(Array.from({ length: 1_000 }, () => gate.pass(call, signal)));
    expect(told.done).toBe(1_000);
    expect(told.over).toBeLessThan(100);
    expect(1_000 / ((clock.now() - start) / 1000)).toBeGreaterThan(0.9 * 20);
  },
);

test('while the cloud asks to wait nobody calls it, and a wait too long to sit out is told', async () => {
  const clock = virtualClock({ auto: true });
  const gate = gateOf({ clock, width: 10 });
  const start = clock.now();
  const calls: number[] = [];
  const call = (wait: number) => async () => {
    calls.push(clock.now() - start);
    if (calls.length > 1) return;
    throw new Failure(
      'provider-throttled',
      { provider: 'test', detail: '' },
      { cause: new AskedToWait(seconds(wait)) },
    );
  };
  const first = gate.pass(call(7), signal);
  await clock.sleep(seconds(1));
  await Promise.all([first, gate.pass(call(7), signal)]);
  expect(calls).toEqual([0, 7_000, 7_000]);
  calls.length = 0;
  await expect(gate.pass(call(3_600), signal)).rejects.toMatchObject({ code: 'provider-throttled' });
});

test('no more calls are under way than fit, and people go before what runs in the background', async () => {
  const clock = virtualClock({ auto: true });
  const gate = gateOf({ clock, width: 4 });
  const order: string[] = [];
  let underWay = 0;
  let most = 0;
  const call = (name: string) => async () => {
    order.push(name);
    most = Math.max(most, (underWay += 1));
    await clock.sleep(seconds(1));
    underWay -= 1;
  };
  const syncing = inBackground(async () => {
    await Promise.all(Array.from({ length: 8 }, () => gate.pass(call('sync'), signal)));
  });
  const people = Array.from({ length: 6 }, (_, n) => gate.pass(call(`person ${n}`), signal));
  await Promise.all([...people, syncing]);
  expect(most).toBe(4);
  expect(order.slice(0, 8)).toEqual(['sync', 'sync', ...people.map((_, n) => `person ${n}`)]);
});

test('who is aborted while waiting leaves, never calls, and holds up nobody', async () => {
  const clock = virtualClock({ auto: true });
  const gate = gateOf({ clock, width: 1 });
  const reason = new Failure('cancelled');
  const abort = new AbortController();
  const done: string[] = [];
  const call = (name: string) => async () => {
    await clock.sleep(seconds(1));
    done.push(name);
  };
  const first = gate.pass(call('first'), signal);
  const left = gate.pass(call('left'), abort.signal);
  const last = gate.pass(call('last'), signal);
  abort.abort(reason);
  await expect(left).rejects.toBe(reason);
  await Promise.all([first, last]);
  expect(done).toEqual(['first', 'last']);
});
