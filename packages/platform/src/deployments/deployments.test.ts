import { ApiProblem } from '@pileus/api';
import { simulated } from '@pileus/provider';
import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { calm, onSimulatedClouds, twoServers } from '../testing/on-simulated-clouds.ts';

const { client, bugs } = await aPlatform([simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount, aPlan, aDeployment, listing, remove } = onSimulatedClouds(client);

async function refusal(call: Promise<unknown>): Promise<ApiProblem> {
  const problem: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (problem instanceof ApiProblem) return problem;
  throw new Error('it was not refused', { cause: problem });
}

test('a plan shows what will be made and where, and makes nothing', async () => {
  const account = await anAccount();
  const before = await listing(account);
  const plan = await aPlan(account);
  expect(Object.fromEntries(plan.counts.map(({ what, count }) => [what, count]))).toEqual({
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
  const front = plan.steps.find(({ key }) => key === 'front.server');
  expect(front?.spec).toMatchObject({
    ports: [{ 'known after': ['front_port.port'] }],
    userData: { 'known after': ['back_port.port'] },
  });
  expect(front?.needs.toSorted()).toEqual(['back_port.port', 'front_port.port']);
  expect(await listing(account)).toEqual(before);
});

test('a plan that is carried out makes exactly that, and deleting the deployment leaves the cloud as it was', async () => {
  const account = await anAccount();
  const before = await listing(account);
  const deployment = await settled(client, await aDeployment(account));
  expect(deployment.state).toBe('running');
  expect(deployment.nodeInstances.map(({ state }) => state)).toEqual(deployment.nodeInstances.map(() => 'started'));
  const outputs = Object.fromEntries(deployment.outputs.map(({ name, value }) => [name, value]));
  const [address] = deployment.resources.filter(({ kind }) => kind === 'address');
  expect(outputs['url']).toBe(`http://${String(address?.details['address'])}/`);
  expect(outputs['back']).toMatch(/^10\.1\.0\.\d+$/);

  const { items } = await client.call('get /instances', { query: { deployment: deployment.id } });
  expect(
    items.map(({ node, state, simulated: is }) => ({ node, state, is })).toSorted((a, b) => (a.node < b.node ? -1 : 1)),
  ).toEqual([
    { node: 'back', state: 'running', is: true },
    { node: 'front', state: 'running', is: true },
  ]);
  const removed = await remove(deployment.id);
  expect(removed.state).toBe('deleted');
  expect(await listing(account)).toEqual(before);
});

test('what the template or its inputs get wrong is said before anything is planned, with the place', async () => {
  const account = await anAccount();
  const wrong = await refusal(aPlan(account, { flavor: '200核1G', volume_size: '10 GB', colour: 'red' }));
  expect(wrong.failure.problems?.map(({ at }) => at)).toEqual(['/inputs/colour']);
  const big = await refusal(aPlan(account, { flavor: '200核1G' }));
  expect(big.failure.problems?.map(({ at }) => at)).toEqual(['/nodes/front', '/nodes/back']);
  expect(big.failure.problems?.[0]?.message).toContain('200 cores');
  const broken = twoServers.replace('pileus.nodes.Volume', 'pileus.nodes.Volumes');
  const invalid = await refusal(
    client.call('post /templates', { body: { files: [{ path: 'template.yaml', content: broken }] } }),
  );
  expect(invalid.failure.code).toBe('template-invalid');
  const line = broken.split('\n').findIndex((text) => text.includes('Volumes')) + 1;
  expect(invalid.failure.problems?.[0]?.at).toMatch(new RegExp(`^template\\.yaml:${line}:\\d+$`));
});

test('a plan is found by its hash, the newest of equal ones first, page by page', async () => {
  const account = await anAccount();
  const first = await aPlan(account);
  const body = { template: first.template.id, account, name: first.name, inputs: {} };
  const second = await client.call('post /plans', { body });
  expect(second.hash).toBe(first.hash);
  const query = { hash: first.hash, limit: 1 };
  const page = await client.call('get /plans', { query });
  expect(page.items).toEqual([second]);
  const rest = await client.call('get /plans', { query: { ...query, cursor: page.nextCursor } });
  expect(rest).toEqual({ items: [first] });
  expect(await client.call('get /plans', { query: { hash: 'none' } })).toEqual({ items: [] });
});

test('a plan is carried out once, and only as it was seen', async () => {
  const account = await anAccount();
  const plan = await aPlan(account);
  expect(
    (await refusal(client.call('post /deployments', { body: { plan: plan.id, hash: 'another' } }))).failure.code,
  ).toBe('plan-expired');
  const { deployment } = await client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } });
  expect(
    (await refusal(client.call('post /deployments', { body: { plan: plan.id, hash: plan.hash } }))).failure.code,
  ).toBe('plan-expired');
  await settled(client, deployment);
  await remove(deployment);
});

test('an exhausted quota fails the run with its sentence; once there is room, resuming goes on where it stopped', async () => {
  const quotas = { servers: 1, cores: 200, volumes: 100, gigabytes: 10_000, networks: 100, addresses: 50, others: 500 };
  const account = await anAccount({ quotas });
  const deployment = await settled(client, await aDeployment(account));
  expect(deployment.state).toBe('failed');
  expect(deployment.run?.failure?.code).toBe('quota-exceeded');
  const failed = await client.call('get /runs/{run}', { params: { run: deployment.run?.id ?? '' } });
  expect(failed.steps.filter(({ state }) => state === 'skipped').length).toBeGreaterThan(0);
  const networks = (await listing(account))['network'];

  await client.call('patch /accounts/{account}', {
    params: { account },
    body: { settings: { ...calm, quotas: { ...quotas, servers: 9 } } },
  });
  await client.call('post /runs/{run}/resume', { params: { run: deployment.run?.id ?? '' } });
  const resumed = await settled(client, deployment.id);
  expect(resumed.state).toBe('running');
  const lists = await listing(account);
  expect([lists['server']?.length, lists['network']]).toEqual([2, networks]);
  await remove(deployment.id);
});

test('a server that fails to boot fails the run; deleting removes the wreck too', async () => {
  const account = await anAccount({ failedServers: 1 });
  const before = await listing(account);
  const deployment = await settled(client, await aDeployment(account));
  expect(deployment.run?.failure?.code).toBe('resource-failed');
  expect((await listing(account))['server']).toHaveLength(2);
  await client.call('patch /accounts/{account}', { params: { account }, body: { settings: calm } });
  await client.call('post /runs/{run}/resume', { params: { run: deployment.run?.id ?? '' } });
  expect((await settled(client, deployment.id)).state).toBe('running');
  expect((await listing(account))['server']).toHaveLength(2);
  await remove(deployment.id);
  expect(await listing(account)).toEqual(before);
});

test('deleting in the middle of deploying waits for what is under way, and leaves nothing', async () => {
  const account = await anAccount({ bootSeconds: 0.5, latencyMilliseconds: 20 });
  const before = await listing(account);
  for (const moment of [0, 60, 150, 400]) {
    const deployment = await aDeployment(account);
    await new Promise((done) => setTimeout(done, moment));
    const [one, two] = await Promise.all(
      [1, 2].map(() => client.call('delete /deployments/{deployment}', { params: { deployment } })),
    );
    expect(one?.run).toBe(two?.run);
    expect((await settled(client, deployment)).state).toBe('deleted');
    expect(await listing(account)).toEqual(before);
  }
}, 60_000);

test('a cancelled run stops, says so, and can be resumed', async () => {
  const account = await anAccount({ bootSeconds: 0.6 });
  const id = await aDeployment(account);
  const { run } = await client.call('get /deployments/{deployment}', { params: { deployment: id } });
  await new Promise((done) => setTimeout(done, 200));
  await client.call('post /runs/{run}/cancel', { params: { run: run?.id ?? '' } });
  expect((await settled(client, id)).state).toBe('cancelled');
  await client.call('post /runs/{run}/resume', { params: { run: run?.id ?? '' } });
  expect((await settled(client, id)).state).toBe('running');
  expect((await listing(account))['server']).toHaveLength(2);
  await remove(id);
});

test('a server is stopped and started by hand, and the list shows it; one its deployment is busy with is left alone', async () => {
  const account = await anAccount();
  const { id: deployment } = await settled(client, await aDeployment(account));
  const front = async () => {
    const { items } = await client.call('get /instances', { query: { deployment, q: 'front' } });
    return items[0];
  };
  const operate = async (verb: 'start' | 'stop' | 'reboot') => {
    const { run } = await client.call('post /instances/{instance}/{verb}', {
      params: { instance: (await front())?.id ?? '', verb },
    });
    while ((await client.call('get /runs/{run}', { params: { run } })).endedAt === undefined);
    return front();
  };
  expect((await front())?.verbs).toEqual(['stop', 'reboot']);
  expect(await operate('stop')).toMatchObject({ state: 'stopped', verbs: ['start'] });
  expect(await operate('start')).toMatchObject({ state: 'running' });
  await client.call('delete /deployments/{deployment}', { params: { deployment } });
  expect((await refusal(operate('stop'))).failure.code).toBe('conflict');
  await settled(client, deployment);
});

test('what changes comes as events, and those that were missed come after a lost connection', async () => {
  const account = await anAccount();
  const over = new AbortController();
  const seen: string[] = [];
  let last: string | undefined;
  const id = await aDeployment(account);
  for await (const { id: at, data } of client.stream('get /events', {
    query: { topics: `deployment:${id},deployments` },
    signal: over.signal,
  })) {
    last = at ?? last;
    seen.push(data.is);
    if (data.is === 'run' && data.run.done > 4) break;
  }
  await settled(client, id);
  for await (const { data } of client.stream('get /events', {
    query: { topics: `deployment:${id}`, after: last },
    signal: over.signal,
  })) {
    seen.push(data.is);
    if (data.is === 'deployment' && data.deployment.state === 'running') break;
  }
  expect(new Set(seen)).toEqual(new Set(['run', 'step', 'node', 'deployment']));
  await remove(id);
});
