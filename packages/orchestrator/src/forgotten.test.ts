import { milliseconds, plainCall } from '@pileus/model';
import { simulated, type Driver } from '@pileus/provider';
import { surroundings, virtualClock } from '@pileus/provider/testing';
import { expect, test } from 'vitest';
import { Forgotten } from './forgotten.ts';

const account = simulated.account.parse({ latencyMilliseconds: 0, listLagSeconds: 60, once: 'look-up', keep: false });

/** A cloud whose lists lag for a minute, with networks that were made with these tokens before that. */
async function aCloud(...tokens: readonly string[]) {
  const clock = virtualClock({ auto: true });
  const { drivers } = simulated.connect(account, surroundings({ clock }));
  const network = drivers.network as unknown as Driver;
  const refs = new Map<string, string>();
  for (const token of tokens) refs.set(token, await network.create({ name: token }, plainCall(token)));
  await clock.sleep(milliseconds(600_000));
  const forgotten = new Forgotten();
  const find = (token: string) => {
    const unclearSince = new Date(clock.now());
    return forgotten.find(network, 'network', { ...plainCall(token), unclearSince }, clock);
  };
  return { clock, network, refs, find };
}

test('what was made under a later token, or in place of what had failed, is met', async () => {
  const { refs, find } = await aCloud('run-a/one.network/2', 'run-a/two.network:3', 'run-a/two.network:2/4');
  expect(await find('run-a/one.network')).toBe(refs.get('run-a/one.network/2'));
  expect(await find('run-a/two.network')).toBe(refs.get('run-a/two.network:2/4'));
  expect(await find('run-a/two.network:3/2')).toBe(refs.get('run-a/two.network:3'));
});

test('what another run or step has made is not, nor what was made before, nor what the call would answer anyway', async () => {
  const { find } = await aCloud(
    'run-b/one.network/2',
    'run-a/one.network_b',
    'run-a/one.network',
    'run-a/two.network/5',
  );
  expect(await find('run-a/one.network:2')).toBeUndefined();
  expect(await find('run-a/one.network')).toBeUndefined();
  expect(await find('run-a/three.network')).toBeUndefined();
});

test('it is looked for once the lists cannot lag any more, and each kind is listed once', async () => {
  const { clock, network, find } = await aCloud();
  let lists = 0;
  const { list } = network;
  network.list = (signal) => {
    lists++;
    return list(signal);
  };
  const from = clock.now();
  const ref = await network.create({ name: 'late' }, plainCall('run-a/one.network/2'));
  expect(await find('run-a/one.network')).toBe(ref);
  expect(clock.now() - from).toBeGreaterThanOrEqual(60_000);
  await find('run-a/two.network');
  expect(lists).toBe(1);
});
