import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerOf, Client } from '@pileus/api';
import { seconds, systemClock } from '@pileus/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bed, bedAnswers, bedListing } from './testing/openstack-bed.ts';
import { eventually, startServerProcess, type ServerProcess } from './testing/server-process.ts';

const isUp = await bedAnswers();
if (!isUp)
  console.log(`skipped: the product on a real OpenStack: nothing answers at ${bed.url} (testbeds/openstack/up)`);

describe.skipIf(!isUp)('on a real OpenStack', () => {
  let home: string;
  let server: ServerProcess;
  let account: string;
  let template: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pileus-openstack-'));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    server = await startServerProcess({ home });
    const client = await server.client();
    account = (
      await client.call('post /accounts', { body: { provider: 'openstack', name: 'bed', settings: { ...bed } } })
    ).id;
    template = (await client.call('get /templates', { query: { provider: 'openstack' } })).items[0]?.id ?? '';
  });
  afterAll(async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  const deploy = async (client: Client, name: string): Promise<string> => {
    const inputs = { flavor: 'm1.tiny', image: 'tiny', external_network: 'public' };
    const { id: plan, hash } = await client.call('post /plans', { body: { template, account, name, inputs } });
    return (await client.call('post /deployments', { body: { plan, hash } })).deployment;
  };
  const settled = (client: Client, deployment: string) =>
    eventually(
      `the end of ${deployment}`,
      async () => {
        const found = await client.call('get /deployments/{deployment}', { params: { deployment } });
        return ['deploying', 'deleting'].includes(found.state) ? undefined : found;
      },
      seconds(300),
    );

  test('the three-tier template is deployed as its plan says, and deleting it leaves every list as it was', async () => {
    const before = await bedListing();
    const client = await server.client();
    const deployment = await settled(client, await deploy(client, 'three-tier'));
    expect({ state: deployment.state, failure: deployment.run?.failure }).toEqual({
      state: 'running',
      failure: undefined,
    });
    await expectWhole(client, deployment, before);
    await client.call('delete /deployments/{deployment}', { params: { deployment: deployment.id } });
    expect((await settled(client, deployment.id)).state).toBe('deleted');
    expect(await bedListing()).toEqual(before);
  });

  test('killed in the middle of deploying and of deleting, it makes everything once and removes everything', async () => {
    const before = await bedListing();
    for (const [round, moment] of [4, 9, 15].entries()) {
      const id = await deploy(await server.client(), `killed-${round}`);
      server = await killedAfter(server, moment, home);
      const deployment = await settled(await server.client(), id);
      expect({ state: deployment.state, failure: deployment.run?.failure }).toEqual({
        state: 'running',
        failure: undefined,
      });
      await expectWhole(await server.client(), deployment, before);
      await (await server.client()).call('delete /deployments/{deployment}', { params: { deployment: id } });
      server = await killedAfter(server, moment / 2, home);
      expect((await settled(await server.client(), id)).state).toBe('deleted');
      expect(await bedListing()).toEqual(before);
    }
  });

  test('a wrong password and an endpoint that nothing listens at are told apart, and say what to change', async () => {
    const client = await server.client();
    const tried = async (settings: Record<string, unknown>) => {
      const checks: AnswerOf<'post /accounts/check'>[] = [];
      const body = { provider: 'openstack', settings: { ...bed, ...settings } };
      for await (const { data } of client.stream('post /accounts/check', { body })) checks.push(data);
      return checks.filter(({ ok }) => !ok);
    };
    expect(await tried({})).toEqual([]);
    expect((await tried({ password: 'wrong' }))[0]?.detail.en).toMatch(/password/i);
    expect((await tried({ url: 'http://127.0.0.1:1/v3' }))[0]?.detail.en).toContain('127.0.0.1:1');
    expect((await tried({ project: 'nowhere' }))[0]?.detail.en).toMatch(/project/i);
  });
});

async function killedAfter(server: ServerProcess, moment: number, home: string): Promise<ServerProcess> {
  await systemClock.sleep(seconds(moment));
  await server.kill();
  return startServerProcess({ home });
}

/** Everything the template speaks of is there once, in the state it should be in, and the outputs name it. */
async function expectWhole(
  client: Client,
  deployment: AnswerOf<'get /deployments/{deployment}'>,
  before: Record<string, string[]>,
): Promise<void> {
  const now = await bedListing();
  const more = Object.fromEntries(
    Object.keys(now).map((kind) => [kind, (now[kind]?.length ?? 0) - (before[kind]?.length ?? 0)]),
  );
  expect(more).toMatchObject({
    servers: 4,
    networks: 1,
    subnets: 1,
    routers: 1,
    security_groups: 3,
    floatingips: 1,
    volumes: 1,
    attachments: 1,
  });
  // Four of the servers, one of the router on each side; DHCP has none on the bed.
  expect(more['ports']).toBeGreaterThanOrEqual(5);

  const of = (kind: string) =>
    deployment.resources.filter((resource) => resource.kind === kind && resource.state !== 'deleted');
  expect(of('server').map(({ native }) => native)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE']);
  const [volume] = of('volume');
  const [data] = of('server').filter(({ node }) => node === 'data');
  const { items: volumes } = await client.call('get /accounts/{account}/resources', {
    params: { account: deployment.account.id },
    query: { kind: 'volume' },
  });
  expect(volumes.find(({ ref }) => ref === volume?.ref)?.details).toMatchObject({ attachedTo: [data?.ref] });
  const outputs = Object.fromEntries(deployment.outputs.map(({ name, value }) => [name, value]));
  const address = of('address')[0]?.details['address'];
  expect(outputs).toMatchObject({
    url: `http://${String(address)}/`,
    balancer_address: address,
    volume_id: volume?.ref,
  });
  expect(now['floatingips']).toEqual(expect.arrayContaining([of('address')[0]?.ref]));
}
