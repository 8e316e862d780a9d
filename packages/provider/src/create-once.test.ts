import { Failure, milliseconds, plainCall, seconds, type Clock, type Ref } from '@pileus/model';
import { expect, test } from 'vitest';
import { createOnce } from './create-once.ts';
import type { Driver } from './provider.ts';
import { chanceOf, type Chance } from './simulated/chance.ts';
import { simulated, SimulatedAccount } from './simulated/index.ts';
import { surroundings, virtualClock } from './testing/index.ts';

const seeds = 1_500;
const creates = 4;

for (const once of ['token', 'claim', 'look-up'] as const) {
  test(`by ${once}: whatever is lost, late or killed, each creation makes one thing and none is forgotten`, async () => {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { journal, made } = await history(once, seed, createOnce);
      expect(made.toSorted(), `seed ${seed}`).toEqual(journal.toSorted());
      expect(journal, `seed ${seed}`).toHaveLength(creates);
    }
  }, 60_000);
}

test('the same faults do harm where an unclear outcome is not settled', async () => {
  let doubles = 0;
  for (let seed = 1; seed <= 100; seed += 1) {
    const { journal, made } = await history('look-up', seed, (driver, spec, call) => driver.create(spec, call));
    doubles += made.length - journal.length;
  }
  expect(doubles).toBeGreaterThan(50);
});

test('what an earlier attempt left half made is completed, and what is made at once is not', async () => {
  const told: string[] = [];
  const driver: Driver<'network'> = {
    once: {
      by: 'look-up',
      lag: seconds(30),
      find: async (token) => (token === 'known' ? 'n1' : undefined),
      resume: async (ref) => void told.push(`resumed ${ref}`),
    },
    create: async (_, { token }) => `made ${token}`,
    async *list() {},
    read: async () => undefined,
    delete: async () => {},
  };
  const clock = virtualClock({ auto: true });
  const attempt = (token: string, unclearSince?: Date) =>
    createOnce(driver, { name: 'n' }, { ...plainCall(token), unclearSince }, clock);
  expect(await attempt('known', new Date(clock.now()))).toBe('n1');
  expect(await attempt('lost', new Date(clock.now()))).toBe('made lost');
  expect(await attempt('new')).toBe('made new');
  expect(told).toEqual(['resumed n1']);
});

test('a clock that is set meanwhile brings nobody to look too early', async () => {
  const clock = virtualClock({ auto: true });
  const start = clock.now();
  let ahead = 0;
  const set: Clock = { now: () => clock.now() + ahead, sleep: clock.sleep.bind(clock) };
  const looks: number[] = [];
  const driver: Driver<'network'> = {
    once: {
      by: 'look-up',
      lag: seconds(30),
      find: async () => {
        looks.push(clock.now() - start);
        ahead = 3_600_000;
        return undefined;
      },
    },
    create: async () => 'made',
    async *list() {},
    read: async () => undefined,
    delete: async () => {},
  };
  await createOnce(driver, { name: 'n' }, { ...plainCall('t'), unclearSince: new Date(set.now()) }, set);
  expect(looks).toEqual([0, 30_000]);
});

/** Some creations in a bad world: what their journal says was made, and what the cloud has in the end. */
async function history(once: SimulatedAccount['once'], seed: number, create: typeof createOnce) {
  const clock = virtualClock({ auto: true });
  const chance = chanceOf(seed);
  const account = SimulatedAccount.parse({
    seed,
    once,
    keep: false,
    latencyMilliseconds: 2_000 * chance.roll('latency'),
    listLagSeconds: 120 * chance.roll('lag'),
    callsPerSecond: 2,
    lostRequests: 0.15,
    lostReplies: 0.25,
    repeatedRequests: once === 'look-up' ? 0 : 0.1,
  });
  const { drivers } = simulated.connect(account, surroundings({ clock }));
  const driver = drivers.network;
  if (!driver) throw new Error('no networks');
  const all = Array.from({ length: creates }, (_, n) => persist(driver, `run/${n}`, clock, chance, create));
  const journal = await Promise.all(all);
  await clock.advance(seconds(300));
  return { journal, made: await ours(driver, clock) };
}

/**
 * One step as the engine makes it: the token is written down before the call, the ref after it; killed now and then before
 * the call, in the middle of it, or before its answer is written down.
 */
async function persist(
  driver: Driver<'network'>,
  step: string,
  clock: Clock,
  chance: Chance,
  create: typeof createOnce,
): Promise<Ref> {
  let token = step;
  let unclearSince: Date | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const dies = attempt < 12 ? chance.roll('death', step, attempt) : 1;
    const life = new AbortController();
    const call = { token, attempt, unclearSince, signal: life.signal, log: () => {} };
    try {
      if (dies < 0.1) throw killed;
      const made = create(driver, { name: step }, call, clock);
      if (dies < 0.3) dieAfter(8_000 * chance.roll('when', step, attempt), life, clock);
      const ref = await made;
      if (dies < 0.4) throw killed;
      return ref;
    } catch (error) {
      const isClear = error instanceof Failure && !error.unclear;
      if (!isClear) unclearSince = new Date(clock.now());
      else if (!unclearSince) token = `${step}/${attempt + 1}`;
      await clock.sleep(milliseconds(1_000 + 4_000 * chance.roll('pause', step, attempt)));
    }
  }
}

const killed = new Error('the process was killed');

/** Nothing more is sent from then on; what has been sent goes its way. */
function dieAfter(time: number, life: AbortController, clock: Clock): void {
  void clock.sleep(milliseconds(time)).then(() => life.abort(killed));
}

async function ours(driver: Driver<'network'>, clock: Clock): Promise<Ref[]> {
  for (;;) {
    try {
      const all = await Array.fromAsync(driver.list(new AbortController().signal));
      return all.filter(({ token }) => token).map(({ ref }) => ref);
    } catch {
      await clock.sleep(seconds(5));
    }
  }
}
