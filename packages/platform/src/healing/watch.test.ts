import { simulated } from '@pileus/provider';
import { newId } from '@pileus/model';
import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds, twoServers } from '../testing/on-simulated-clouds.ts';

const { platform, client, bugs, database } = await aPlatform([simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount } = onSimulatedClouds(client);
const policy = '{ type: pileus.policies.Healing, targets: [front], properties: { threshold: 1, interval: 1 } }';
const watched = twoServers.replace('  outputs:', `  policies: [{ well: ${policy} }]\n  outputs:`);

async function aWatchedDeployment(): Promise<string> {
  const { id: template } = await client.call('post /templates', {
    body: { files: [{ path: 'template.yaml', content: watched }] },
  });
  const body = { template, account: await anAccount(), name: newId('deployment') };
  const { id: plan, hash } = await client.call('post /plans', { body });
  const { deployment } = await client.call('post /deployments', { body: { plan, hash } });
  await settled(client, deployment);
  return deployment;
}

test('a deployment whose deletion failed is not mended back, one whose mending failed is mended again', async () => {
  const deployment = await aWatchedDeployment();
  const mending = await platform.deployments.mend(deployment, ['front'], 'front: it is gone');
  expect((await settled(client, deployment)).state).toBe('running');
  await platform.engine.stop();
  const { run: deletion } = await client.call('delete /deployments/{deployment}', { params: { deployment } });
  // As each of them would leave it.
  const leftBy = async (run: string | undefined) => {
    await database.updateTable('run').set({ state: 'failed' }).where('id', '=', deletion).execute();
    await database
      .updateTable('deployment')
      .set({ state: 'failed', run: run ?? null, watched_at: null })
      .where('id', '=', deployment)
      .execute();
    await database
      .updateTable('resource')
      .set({ state: 'failed' })
      .where('deployment', '=', deployment)
      .where('node', '=', 'front')
      .execute();
    await platform.watch(new AbortController().signal);
    return database
      .selectFrom('deployment')
      .select(['state', 'run'])
      .where('id', '=', deployment)
      .executeTakeFirstOrThrow();
  };
  expect(await leftBy(deletion)).toEqual({ state: 'failed', run: deletion });
  const again = await leftBy(mending);
  expect(again.state).toBe('changing');
  expect([deletion, mending]).not.toContain(again.run);
});
