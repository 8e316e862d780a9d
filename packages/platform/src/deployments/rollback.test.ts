import { ApiProblem } from '@pileus/api';
import { simulated } from '@pileus/provider';
import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';

type Change = Parameters<typeof client.call<'post /deployments/{deployment}/plans'>>[1]['body'];

const { client, bugs, database } = await aPlatform([simulated]);
const { anAccount, aDeployment } = onSimulatedClouds(client);
afterEach(() => expect(bugs.splice(0)).toEqual([]));

test(
  'rolling back leads to what was once reached, and is refused where there is no such state',
  { timeout: 60_000 },
  async () => {
    const { id: deployment } = await settled(client, await aDeployment(await anAccount()));
    const params = { deployment };
    const apply = async (body: Change) => {
      const plan = await client.call('post /deployments/{deployment}/plans', { params, body });
      await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
      return settled(client, deployment);
    };
    expect(await apply({ action: 'update', inputs: { flavor: '4核8G' } })).toMatchObject({
      state: 'running',
      revision: 2,
    });
    expect(await apply({ action: 'rollback' })).toMatchObject({ revision: 3, inputs: { flavor: '2核4G' } });
    expect(await apply({ action: 'rollback' }), 'there and back').toMatchObject({ inputs: { flavor: '4核8G' } });

    // As if neither of those had ever come to its end.
    await apply({ action: 'rollback', revision: 1 });
    const never = database
      .selectFrom('revision')
      .select('run')
      .where('deployment', '=', deployment)
      .where('number', 'in', [2, 4]);
    await database.updateTable('run').set({ state: 'failed' }).where('id', 'in', never).execute();
    const refused = await apply({ action: 'rollback' }).catch((error: unknown) => error);
    expect(refused instanceof ApiProblem && refused.failure.code).toBe('conflict');
  },
);

test(
  'a volume cannot be made smaller: who asks for that is told, and rolling back leaves it as large as it is',
  { timeout: 60_000 },
  async () => {
    const { id: deployment } = await settled(client, await aDeployment(await anAccount()));
    const params = { deployment };
    const planned = (body: Change) => client.call('post /deployments/{deployment}/plans', { params, body });
    const sized = (volume_size: string): Change => ({ action: 'update', inputs: { volume_size, flavor: '4核8G' } });
    const plan = await planned(sized('20 GB'));
    await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
    expect((await settled(client, deployment)).state).toBe('running');

    const refused = await planned(sized('10 GB')).catch((error: unknown) => error);
    const problems = refused instanceof ApiProblem ? (refused.failure.problems ?? []) : [];
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('has 20 GB, and 10 GB are asked for'),
    ]);

    const back = await planned({ action: 'rollback' });
    expect(back.steps.map(({ what }) => what)).toEqual(['server', 'server']);
    await client.call('post /deployments', { body: { plan: back.id, hash: back.hash } });
    const { state, resources } = await settled(client, deployment);
    expect(state).toBe('running');
    expect(resources.find(({ kind }) => kind === 'volume')?.details).toMatchObject({ gigabytes: 20 });
    const drift = await client.call('get /deployments/{deployment}/drift', { params });
    expect(drift.items).toEqual([]);
  },
);
