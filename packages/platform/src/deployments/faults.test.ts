import { managedKinds as kinds, milliseconds, systemClock, type Clock } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled, type Deployment } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';

/** A cloud that does not answer is waited for; here the time for that passes forty times as fast. */
const start = Date.now();
const hurried: Clock = {
  now: () => start + (Date.now() - start) * 40,
  sleep: (duration, signal) => systemClock.sleep(milliseconds(Math.max(0, duration / 40)), signal),
};
const { client, bugs } = await aPlatform([simulated], hurried);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount, aDeployment, listing, remove, resume } = onSimulatedClouds(client);

/** A run that such a cloud has made fail is resumed, as people do. */
async function persistently(deployment: Deployment): Promise<Deployment> {
  let now = deployment;
  for (let tries = 0; now.state === 'failed' && tries < 5; tries++) {
    await resume(now);
    now = await settled(client, now.id);
  }
  return now;
}

test.each(['token', 'claim', 'look-up'])(
  'lost replies, lost requests and refused deletions leave nothing doubled and nothing behind (%s)',
  { timeout: 60_000 },
  async (once) => {
    const account = await anAccount({ once, seed: 7, lostReplies: 0.1, lostRequests: 0.1, refusedDeletes: 0.3 });
    const before = await listing(account);
    const deployment = await persistently(await settled(client, await aDeployment(account)));
    expect(deployment.state).toBe('running');
    const lists = await listing(account);
    expect(
      Object.fromEntries(kinds.map((kind) => [kind, (lists[kind]?.length ?? 0) - (before[kind]?.length ?? 0)])),
    ).toEqual({
      'key-pair': 0,
      network: 1,
      subnet: 1,
      router: 1,
      'security-group': 1,
      port: 2,
      volume: 1,
      server: 2,
      attachment: 1,
      address: 1,
    });
    expect((await persistently(await remove(deployment.id))).state).toBe('deleted');
    expect(await listing(account)).toEqual(before);
  },
);
