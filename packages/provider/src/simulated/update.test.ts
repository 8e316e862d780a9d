import { Failure, plainCall, seconds, type Clock, type Ref, type Specs } from '@pileus/model';
import { expect, test } from 'vitest';
import type { Connection } from '../provider.ts';
import { surroundings, virtualClock } from '../testing/index.ts';
import { chanceOf } from './chance.ts';
import { eventsInMemory, type Event, type Events } from './events.ts';
import { cloudOf } from './cloud.ts';
import { simulated, SimulatedAccount } from './index.ts';

const { signal } = new AbortController();
const volume = { name: 'data', gigabytes: 10 };
const server: Specs['server'] = {
  name: 'web',
  flavor: 'sim.small',
  image: 'sim-image-debian',
  ports: [],
  networks: [],
  securityGroups: [],
};

function connect(settings: object, clock: Clock): Connection {
  return simulated.connect(SimulatedAccount.parse({ keep: false, ...settings }), surroundings({ clock }));
}

test('whatever is lost, late, repeated or throttled, a change is made when it is repeated until it succeeds', async () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const clock = virtualClock({ auto: true });
    const bad = { lostReplies: 0.3, lostRequests: 0.3, repeatedRequests: 0.2, listLagSeconds: 20, callsPerSecond: 1 };
    const { drivers } = connect({ seed, ...bad }, clock);
    const until = async <T>(act: () => Promise<T>): Promise<T> => {
      for (;;) {
        try {
          return await act();
        } catch (error) {
          if (!(error instanceof Failure && error.retry)) throw error;
          await clock.sleep(seconds(2));
        }
      }
    };
    const ref = await until(() => drivers.server!.create(server, plainCall(`made-${seed}`)));
    await clock.advance(seconds(60));
    for (const flavor of ['sim.large', 'sim.medium']) {
      const wanted = { ...server, flavor, name: flavor };
      await until(() => drivers.server!.update!(ref, wanted, ['flavor', 'name'], plainCall(`change-${flavor}`)));
      await clock.advance(seconds(60));
      const seen = await until(() => drivers.server!.read(ref, signal));
      expect(seen, `seed ${seed}`).toMatchObject({ name: flavor, state: 'running', shown: { flavor } });
    }
  }
}, 60_000);

test('a change takes its time, and meanwhile another one is refused for a while', async () => {
  const clock = virtualClock({ auto: true });
  const { drivers } = connect({ bootSeconds: 20, listLagSeconds: 0 }, clock);
  const ref = await drivers.server!.create(server, plainCall('t'));
  await clock.advance(seconds(60));
  await drivers.server!.update!(ref, { ...server, flavor: 'sim.large' }, ['flavor'], plainCall('a'));
  expect(await drivers.server!.read(ref, signal)).toMatchObject({ state: 'changing', native: 'UPDATING' });
  const other = drivers.server!.update!(ref, { ...server, flavor: 'sim.medium' }, ['flavor'], plainCall('b'));
  await expect(other).rejects.toMatchObject({ code: 'provider-conflict', retry: true });
  await clock.advance(seconds(60));
  expect(await drivers.server!.read(ref, signal)).toMatchObject({ state: 'running', details: { flavor: 'sim.large' } });
});

test('what cannot be is refused: shrinking, more than the quota, what is not changed in place, what is gone', async () => {
  const clock = virtualClock({ auto: true });
  const { drivers } = connect({ quotas: { gigabytes: 25, cores: 4 }, bootSeconds: 0, listLagSeconds: 0 }, clock);
  const ref = await drivers.volume!.create(volume, plainCall('t'));
  const host = await drivers.server!.create(server, plainCall('s'));
  const resize = (gigabytes: number, of: Ref = ref) =>
    drivers.volume!.update!(of, { ...volume, gigabytes }, ['gigabytes'], plainCall('r'));
  await expect(resize(5)).rejects.toMatchObject({ code: 'provider-invalid' });
  await expect(resize(26)).rejects.toMatchObject({ code: 'quota-exceeded' });
  await resize(25);
  await expect(resize(25, 'sim-none')).rejects.toMatchObject({ code: 'not-found' });
  const grow = (flavor: string) => drivers.server!.update!(host, { ...server, flavor }, ['flavor'], plainCall('f'));
  await expect(grow('sim.xlarge')).rejects.toMatchObject({ code: 'quota-exceeded' });
  await expect(grow('sim.none')).rejects.toMatchObject({ code: 'provider-invalid' });
  await grow('sim.large');
  await expect(drivers.server!.update!(host, server, ['image'], plainCall('i'))).rejects.toMatchObject({
    code: 'not-supported',
    message: expect.stringContaining('change image of the kind server in place') as string,
  });
});

test('lists of the past show what was before the change, and forgetting the past keeps what it came to', () => {
  const account = SimulatedAccount.parse({ bootSeconds: 0 });
  const kept: Event[] = [];
  const events: Events = { ...eventsInMemory(), areMany: true, compact: (all) => void kept.push(...all) };
  const cloud = cloudOf(account, events, chanceOf(1));
  const [ref = ''] = cloud.create('volume', [{ spec: volume, token: 't' }], 1_000);
  cloud.update('volume', ref, { ...volume, gigabytes: 20 }, ['gigabytes'], 2_000);
  const sizeAt = (at: typeof cloud, time: number) => at.read('volume', ref, time)?.details.gigabytes;
  expect([sizeAt(cloud, 1_500), sizeAt(cloud, 2_500)]).toEqual([10, 20]);
  cloud.compact(3_000);
  const again = eventsInMemory();
  for (const event of kept) again.append(event);
  expect(sizeAt(cloudOf(account, again, chanceOf(1)), 3_000)).toBe(20);
});
