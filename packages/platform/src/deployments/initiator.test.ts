import { createClient, type Client } from '@pileus/api';
import { Failure } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';

const { platform, client, bugs, url, database } = await aPlatform([simulated]);
const { anAccount, aDeployment, aPlan } = onSimulatedClouds(client);
const { engine } = platform;
const password = 'correct horse battery';

// Nothing begins until a test lets it: what happens to people meanwhile happens while their runs wait.
beforeEach(() => engine.stop());
afterEach(() => expect(bugs.splice(0)).toEqual([]));

async function person(name: string, ...policies: string[]) {
  const { id } = await client.call('post /users', { body: { name, password } });
  for (const policy of policies) await attach(policy, id);
  const { token = '' } = await createClient({ server: url }).call('post /sessions', {
    body: { name, password, kind: 'cli' },
  });
  return { id, client: createClient({ server: url, token }) };
}
const attach = (policy: string, principal: string) =>
  client.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
const detach = (policy: string, principal: string) =>
  client.call('delete /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
const disable = (user: string) => client.call('patch /users/{user}', { params: { user }, body: { isDisabled: true } });

async function begun(who: Client): Promise<{ deployment: string; run: string }> {
  const { id: plan, hash } = await aPlan(await anAccount());
  return who.call('post /deployments', { body: { plan, hash } });
}
const runOf = (run: string) => client.call('get /runs/{run}', { params: { run } });
const pause = (run: string) => client.call('post /runs/{run}/pause', { params: { run } });
const resume = (who: Client, run: string) => who.call('post /runs/{run}/resume', { params: { run } });
const isPaused = (run: string) => expect.poll(async () => (await runOf(run)).state).toBe('paused');

test('a run of somebody who was disabled while it waited begins nothing, and goes on for whoever resumes it', async () => {
  const li = await person('Li', 'DeploymentFullAccess');
  const { run, deployment } = await begun(li.client);
  await disable(li.id);
  await engine.work();
  await isPaused(run);
  const held = await runOf(run);
  expect(held).toMatchObject({ actor: 'Li', steps: [] });
  expect(held.held).toEqual({
    reason: 'initiator-gone',
    facts: { who: 'Li', needs: 'deployment.create, account.use' },
  });

  // Whoever may control runs but not deploy does not become the one who deploys.
  const operator = await person('Operator', 'OperatorAccess');
  await expect(resume(operator.client, run)).rejects.toMatchObject({
    failure: { code: 'not-allowed', facts: { permission: 'deployment.create' } },
  });
  expect(await runOf(run)).toMatchObject({ state: 'paused', actor: 'Li' });

  const zhao = await person('Zhao', 'DeploymentFullAccess');
  expect(await resume(zhao.client, run)).toMatchObject({ actor: 'Zhao' });
  expect((await settled(client, deployment)).state).toBe('running');
  const done = await runOf(run);
  expect([done.state, done.actor, done.held]).toEqual(['succeeded', 'Zhao', undefined]);
});

test('who resumes a run answers for it: that the one who began it is gone stops nothing any more', async () => {
  const wang = await person('Wang', 'DeploymentFullAccess');
  const sun = await person('Sun', 'DeploymentFullAccess');
  const { run, deployment } = await begun(wang.client);
  await pause(run);
  await resume(sun.client, run);
  await disable(wang.id);
  await engine.work();
  expect((await settled(client, deployment)).state).toBe('running');
  expect(await runOf(run)).toMatchObject({ state: 'succeeded', actor: 'Sun' });
});

test('a run is held back when its initiator may not do it any more, with what is lacking, and can still be cancelled', async () => {
  const zheng = await person('Zheng', 'DeploymentFullAccess');
  const { run, deployment } = await begun(zheng.client);
  await detach('DeploymentFullAccess', zheng.id);
  await attach('DeploymentReadOnlyAccess', zheng.id);
  await engine.work();
  await isPaused(run);
  expect((await runOf(run)).held).toEqual({
    reason: 'initiator-not-allowed',
    facts: { who: 'Zheng', lacks: 'deployment.create, account.use', needs: 'deployment.create, account.use' },
  });
  await client.call('post /runs/{run}/cancel', { params: { run } });
  expect((await settled(client, deployment)).state).toBe('cancelled');
  expect((await runOf(run)).held).toBeUndefined();
});

test('a revoked access token takes what it began with it, an ended session does not', async () => {
  const qian = await person('Qian', 'DeploymentFullAccess');
  const scopes = ['deployment.*', 'account.*', 'template.read'];
  const key = await qian.client.call('post /me/tokens', { body: { name: 'pipeline', scopes } });
  const { run, deployment } = await begun(createClient({ server: url, token: key.token }));
  await qian.client.call('delete /me/tokens/{token}', { params: { token: key.id } });
  await engine.work();
  await isPaused(run);
  expect((await runOf(run)).held?.reason).toBe('initiator-key-gone');
  await engine.stop();
  await resume(qian.client, run);
  await qian.client.call('delete /sessions/current', {});
  await engine.work();
  expect((await settled(client, deployment)).state).toBe('running');
});

test('the scopes of the token it was begun with hold for a run too', async () => {
  const feng = await person('Feng', 'DeploymentFullAccess');
  const key = await feng.client.call('post /me/tokens', { body: { name: 'narrow', scopes: ['deployment.*'] } });
  const { run } = await begun(feng.client);
  // As if it had come with that token: its owner may use the account, the token may not.
  const row = await database.selectFrom('run').select('initiator').where('id', '=', run).executeTakeFirstOrThrow();
  const initiator = JSON.stringify({ ...(row.initiator as object), token: key.id });
  await database.updateTable('run').set({ initiator }).where('id', '=', run).execute();
  await engine.work();
  await isPaused(run);
  expect((await runOf(run)).held).toMatchObject({ facts: { lacks: 'account.use' } });
});

test('what an initiator had proved counts when its run goes on: the address it came from, and a second factor', async () => {
  const policyWith = async (name: string, Condition: Record<string, unknown>) =>
    client.call('post /policies', {
      body: {
        name,
        document: {
          Version: '2026-11-01',
          Statement: [
            { Effect: 'Allow', Action: ['deployment.*', 'account.use'], Resource: '*' },
            { Effect: 'Deny', Action: 'deployment.create', Resource: '*', Condition },
          ],
        },
      },
    });
  const wu = await person('Wu', (await policyWith('From here', { NotIpAddress: { sourceIp: '127.0.0.0/8' } })).id);
  const { run, deployment } = await begun(wu.client);
  const strict = await policyWith('Two factors', { BoolIfExists: { mfa: 'false' } });
  const { run: second } = await begun(wu.client);
  await engine.work();
  expect((await settled(client, deployment)).state).toBe('running');
  expect((await runOf(run)).held).toBeUndefined();
  await expect.poll(async () => (await runOf(second)).state).toBe('succeeded');

  await engine.stop();
  const { run: third } = await begun(wu.client);
  await attach(strict.id, wu.id);
  await engine.work();
  await isPaused(third);
  expect((await runOf(third)).held).toMatchObject({ facts: { who: 'Wu', lacks: 'deployment.create' } });
});

test('what the platform mends by itself asks nobody, and whoever resumes it must be allowed to mend', async () => {
  await engine.work();
  const { id } = await settled(client, await aDeployment(await anAccount()));
  await engine.stop();
  const run = await platform.deployments.mend(id, ['front'], 'front: it is gone');
  if (run === undefined) throw new Failure('internal');
  const row = await database.selectFrom('run').select(['initiator', 'actor']).where('id', '=', run).executeTakeFirst();
  expect(row).toEqual({ initiator: null, actor: 'pileus' });
  await pause(run);
  const controller = await client.call('post /policies', {
    body: {
      name: 'Controls runs',
      document: {
        Version: '2026-11-01',
        Statement: [{ Effect: 'Allow', Action: ['deployment.control', 'account.use', '*.read'], Resource: '*' }],
      },
    },
  });
  const he = await person('He', controller.id);
  await expect(resume(he.client, run)).rejects.toMatchObject({
    failure: { code: 'not-allowed', facts: { permission: 'deployment.heal' } },
  });
  const operator = await person('Mender', 'OperatorAccess');
  expect(await resume(operator.client, run)).toMatchObject({ actor: 'Mender' });
  await engine.work();
  expect((await settled(client, id)).state).toBe('running');
});
