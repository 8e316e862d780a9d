import { createClient, tagOf, type AnswerOf, type BodyOf } from '@pileus/api';
import { newId, plainCall } from '@pileus/model';
import { simulated, type Connection } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds, twoServers } from '../testing/on-simulated-clouds.ts';
import { refuseOver } from './quotas.ts';
import { takesOf } from './takes.ts';

const connections: Connection[] = [];
const observed = {
  ...simulated,
  connect: (...given: Parameters<typeof simulated.connect>) => {
    const connection = simulated.connect(...given);
    connections.push(connection);
    return connection;
  },
};
const { platform, client, bugs, url, database } = await aPlatform([observed]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount, remove } = onSimulatedClouds(client);
const { engine } = platform;

type Limits = BodyOf<'patch /projects/{project}/quota'>;
type Plan = AnswerOf<'get /plans/{plan}'>;

const prices = {
  currency: 'CNY',
  servers: { flavors: {}, other: { perHour: '0.1' } },
  volumes: { types: {}, other: { perGigabyteMonth: '1' } },
};

async function aProject(limits: Limits): Promise<string> {
  const { id } = await client.call('post /projects', { body: { name: newId('project') } });
  await limit(id, limits);
  return id;
}
const limit = (project: string, body: Limits) =>
  client.call('patch /projects/{project}/quota', { params: { project }, body });
const quotaOf = (project: string) => client.call('get /projects/{project}/quota', { params: { project } });
const usedBy = async (project: string) => (await quotaOf(project)).used;

/** Two servers of two cores and 4 GiB each, a volume of 10 GB and an address. */
async function planned(
  project: string,
  account: string,
  inputs: Record<string, unknown> = {},
  content = twoServers,
): Promise<Plan> {
  const files = [{ path: 'template.yaml', content }];
  const { id: template } = await client.call('post /templates', { body: { files } });
  return client.call('post /plans', { body: { template, account, project, name: newId('deployment'), inputs } });
}
const apply = ({ id, hash }: Plan) => client.call('post /deployments', { body: { plan: id, hash } });
const failureOf = (error: { failure: unknown }) => error.failure;
const refusal = (call: Promise<unknown>) => call.then(() => 'nothing', failureOf);
const over = (measure: string, figures: Record<string, unknown>) => ({
  at: `/${measure}`,
  because: { reason: `over-${measure}`, facts: expect.objectContaining(figures) },
});

test('a plan shows what it takes of the quota, and what is there is counted until it is proven gone', async () => {
  const project = await aProject({ servers: 4, cores: 8, gigabytes: 100, deployments: 2 });
  const account = await anAccount();
  const plan = await planned(project, account);
  expect(plan.quotas).toMatchObject([
    {
      of: { kind: 'project', id: project },
      limits: { servers: 4, cores: 8, gigabytes: 100, deployments: 2 },
      used: { servers: 0, deployments: 0 },
      asked: { servers: 2, cores: 4, megabytes: 8192, volumes: 1, gigabytes: 10, addresses: 1, deployments: 1 },
    },
  ]);
  const { deployment } = await apply(plan);
  const taken = { servers: 2, cores: 4, megabytes: 8192, volumes: 1, gigabytes: 10, addresses: 1, deployments: 1 };
  // From the moment on that it is applied, though nothing may have been made yet.
  expect(await usedBy(project)).toMatchObject(taken);
  expect((await settled(client, deployment)).state).toBe('running');
  expect(await usedBy(project)).toMatchObject(taken);
  await remove(deployment);
  expect(await usedBy(project)).toMatchObject({ servers: 0, cores: 0, volumes: 0, gigabytes: 0, deployments: 0 });
});

test('what does not fit is refused before anything happens, with every figure', async () => {
  const project = await aProject({ servers: 3, gigabytes: 15 });
  const account = await anAccount();
  const { deployment } = await apply(await planned(project, account));
  const { name } = await client.call('get /projects/{project}', { params: { project } });
  expect(await refusal(planned(project, account))).toMatchObject({
    code: 'over-quota',
    because: { reason: { reason: 'several-over', facts: { count: 2 } } },
    problems: [
      over('servers', { kind: 'project', name, used: 2, asked: 2, limit: 3 }),
      over('gigabytes', { used: 10, asked: 10, limit: 15 }),
    ],
  });
  await settled(client, deployment);
  const grow = client.call('post /deployments/{deployment}/plans', {
    params: { deployment },
    body: { action: 'update', inputs: { volume_size: '16 GB' } },
  });
  expect(await refusal(grow)).toMatchObject({
    code: 'over-quota',
    problems: [over('gigabytes', { used: 10, asked: 6, limit: 15 })],
  });
});

test('of many plans applied at once no more are carried out than there is room for', async () => {
  const project = await aProject({ servers: 6 });
  const account = await anAccount();
  const plans = await Promise.all(Array.from({ length: 12 }, () => planned(project, account)));
  const outcomes = await Promise.all(plans.map((plan) => apply(plan).then(({ deployment }) => deployment, failureOf)));
  const begun = outcomes.flatMap((one) => (typeof one === 'string' ? [one] : []));
  const refused = outcomes.flatMap((one) => (typeof one === 'string' ? [] : [one]));
  expect(begun.length).toBe(3);
  for (const failure of refused)
    expect(failure).toMatchObject({ code: 'over-quota', problems: [over('servers', { used: 6, asked: 2, limit: 6 })] });
  // What was refused has left nothing behind, and its plan can be carried out once there is room.
  expect(await usedBy(project)).toMatchObject({ servers: 6, deployments: 3 });
  for (const deployment of begun) await settled(client, deployment);
  await remove(begun[0] ?? '');
  const waiting = plans[outcomes.findIndex((one) => typeof one !== 'string')];
  if (!waiting) throw new Error('none was refused');
  expect((await settled(client, (await apply(waiting)).deployment)).state).toBe('running');
  expect(await usedBy(project)).toMatchObject({ servers: 6, deployments: 3 });
});

/** What comes of calls that ask for room while others do. */
async function allAtOnce<T>(project: string, begin: () => Promise<T>[]): Promise<T[]> {
  const calls = await database.transaction().execute(async (transaction) => {
    await transaction.selectFrom('quota').select('scope').where('scope', '=', project).forUpdate().execute();
    const begun = begin();
    const waiting = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(transaction);
      return rows[0]?.count;
    };
    // As many at a time as the pool has connections for.
    await expect.poll(waiting, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    return begun;
  });
  return Promise.all(calls);
}

test('what grows, what goes on and what begins share the room there is, also at once', async () => {
  const project = await aProject({ gigabytes: 60 });
  const account = await anAccount();
  await engine.stop();
  const cancelled: { deployment: string; run: string }[] = [];
  for (const _ of [1, 2]) cancelled.push(await apply(await planned(project, account)));
  for (const { run } of cancelled) await client.call('post /runs/{run}/cancel', { params: { run } });
  await engine.work();
  for (const { deployment } of cancelled) expect((await settled(client, deployment)).state).toBe('cancelled');
  const there: string[] = [];
  for (const _ of [1, 2]) there.push((await apply(await planned(project, account))).deployment);
  for (const deployment of there) await settled(client, deployment);
  expect(await usedBy(project)).toMatchObject({ gigabytes: 20 });
  const growing = await Promise.all(
    there.map((deployment) =>
      client.call('post /deployments/{deployment}/plans', {
        params: { deployment },
        body: { action: 'update', inputs: { volume_size: '20 GB' } },
      }),
    ),
  );
  const fresh = await Promise.all([1, 2].map(() => planned(project, account)));
  // Six that want 10 GB each, and room for three of them.
  await limit(project, { gigabytes: 50 });
  const outcomes = await allAtOnce(project, () => [
    ...[...growing, ...fresh].map((plan) => refusal(apply(plan))),
    ...cancelled.map(({ run }) => refusal(client.call('post /runs/{run}/resume', { params: { run } }))),
  ]);
  expect(outcomes.filter((one) => one === 'nothing').length).toBe(3);
  for (const one of outcomes)
    if (one !== 'nothing')
      expect(one).toMatchObject({
        code: 'over-quota',
        problems: [over('gigabytes', { used: 50, asked: 10, limit: 50 })],
      });
  expect(await usedBy(project)).toMatchObject({ gigabytes: 50 });
  const { items } = await client.call('get /deployments', { query: { project } });
  for (const { id } of items) await settled(client, id);
  expect(await usedBy(project)).toMatchObject({ gigabytes: 50 });
});

test('what is only tried, or fails for another reason, takes nothing', async () => {
  const project = await aProject({ servers: 4 });
  const account = await anAccount();
  const plan = await planned(project, account);
  const body = { plan: plan.id, hash: plan.hash };
  await client.call('post /deployments', { body, dryRun: true });
  expect(await usedBy(project)).toMatchObject({ servers: 0, deployments: 0 });
  expect(await refusal(client.call('post /deployments', { body: { ...body, hash: 'other' } }))).toMatchObject({
    code: 'plan-expired',
  });
  const { deployment } = await apply(plan);
  expect(await refusal(apply(plan))).toMatchObject({ code: expect.stringMatching(/plan-expired|conflict|name-taken/) });
  expect(await usedBy(project)).toMatchObject({ servers: 2, deployments: 1 });
  await settled(client, deployment);
});

test('of two who set the limits that they have seen the second is told, whatever is used meanwhile', async () => {
  const project = await aProject({ servers: 4 });
  const params = { project };
  const seen = await quotaOf(project);
  const { deployment } = await apply(await planned(project, await anAccount()));
  await settled(client, deployment);
  const set = (servers: number, more: { dryRun?: true } = {}) =>
    client.call('patch /projects/{project}/quota', { params, body: { servers }, ifMatch: tagOf(seen), ...more });
  expect((await set(9, { dryRun: true })).limits).toEqual({ servers: 9 });
  expect((await quotaOf(project)).limits).toEqual({ servers: 4 });
  expect((await set(8)).limits).toEqual({ servers: 8 });
  expect(await refusal(set(6))).toMatchObject({ code: 'stale' });
  expect((await quotaOf(project)).limits).toEqual({ servers: 8 });
});

test('projects of an organization share what it may have, also at once', async () => {
  const { link } = await client.call('post /organizations', { body: { name: 'tenant', administrator: 'boss' } });
  const token = new URL(link, url).hash.slice('#link='.length);
  const session = await createClient({ server: url }).call('post /sessions', { body: { link: token, kind: 'cli' } });
  const boss = createClient({ server: url, token: session.token });
  const { organization } = await boss.call('get /me', {});
  const params = { organization: organization.id };
  await client.call('patch /organizations/{organization}/quota', { params, body: { deployments: 3 } });
  // Its own administrator sees the limit and cannot lift it.
  expect(await boss.call('get /organizations/{organization}/quota', { params })).toMatchObject({
    limits: { deployments: 3 },
  });
  const lift = boss.call('patch /organizations/{organization}/quota', { params, body: { deployments: null } });
  expect(await refusal(lift)).toMatchObject({ code: 'not-allowed' });

  const tenant = onSimulatedClouds(boss);
  const account = await tenant.anAccount();
  const files = [{ path: 'template.yaml', content: twoServers }];
  const { id: template } = await boss.call('post /templates', { body: { files } });
  const projects = await Promise.all(
    ['one', 'two'].map(async (name) => (await boss.call('post /projects', { body: { name } })).id),
  );
  const plans = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      boss.call('post /plans', {
        body: { template, account, project: projects[index % 2], name: newId('deployment') },
      }),
    ),
  );
  const outcomes = await Promise.all(
    plans.map(({ id: plan, hash }) =>
      boss.call('post /deployments', { body: { plan, hash } }).then(
        () => 'begun',
        (error: { failure: { code: string } }) => error.failure.code,
      ),
    ),
  );
  expect(outcomes.toSorted()).toEqual([...Array(3).fill('begun'), ...Array(5).fill('over-quota')]);
});

test('a limit below what there is takes nothing away and lets nothing more come', async () => {
  const project = await aProject({ servers: 10 });
  const account = await anAccount();
  const { deployment } = await apply(await planned(project, account));
  await settled(client, deployment);
  expect(await limit(project, { servers: 1, cores: 1 })).toMatchObject({
    limits: { servers: 1, cores: 1 },
    used: { servers: 2, cores: 4 },
  });
  expect(await refusal(planned(project, account))).toMatchObject({ code: 'over-quota' });
  // What adds nothing is let through: stopping, another image of the same size, deleting.
  const stop = await client.call('post /deployments/{deployment}/plans', {
    params: { deployment },
    body: { action: 'stop' },
  });
  await apply(stop);
  expect((await settled(client, deployment)).state).toBe('stopped');
  expect((await remove(deployment)).state).toBe('deleted');
  expect((await limit(project, { servers: null })).limits).toEqual({ cores: 1 });
});

test('what a cancelled run has not made is given back, and taken anew when it goes on', async () => {
  const project = await aProject({ servers: 2 });
  const account = await anAccount();
  await engine.stop();
  const first = await apply(await planned(project, account));
  expect(await usedBy(project)).toMatchObject({ servers: 2, deployments: 1 });
  await client.call('post /runs/{run}/cancel', { params: { run: first.run } });
  await engine.work();
  expect((await settled(client, first.deployment)).state).toBe('cancelled');
  expect(await usedBy(project)).toMatchObject({ servers: 0, deployments: 1 });

  const second = await apply(await planned(project, account));
  await settled(client, second.deployment);
  const resume = () => client.call('post /runs/{run}/resume', { params: { run: first.run } });
  expect(await refusal(resume())).toMatchObject({
    code: 'over-quota',
    problems: [over('servers', { used: 2, asked: 2, limit: 2 })],
  });
  await remove(second.deployment);
  await resume();
  expect((await settled(client, first.deployment)).state).toBe('running');
  expect(await usedBy(project)).toMatchObject({ servers: 2, deployments: 1 });
  // Deleting is never a matter of room, also where it has to be gone on with.
  await limit(project, { servers: 0, deployments: 0 });
  await engine.stop();
  const { run } = await client.call('delete /deployments/{deployment}', { params: { deployment: first.deployment } });
  await client.call('post /runs/{run}/cancel', { params: { run } });
  await engine.work();
  await expect.poll(async () => (await client.call('get /runs/{run}', { params: { run } })).state).toBe('cancelled');
  await client.call('post /runs/{run}/resume', { params: { run } });
  expect((await settled(client, first.deployment)).state).toBe('deleted');
  expect(await usedBy(project)).toMatchObject({ servers: 0, deployments: 0 });
});

test('a run that is undone gives back what it had taken, and keeps it until that is proven', async () => {
  const project = await aProject({ servers: 4 });
  const account = await anAccount();
  await engine.stop();
  const { deployment, run } = await apply(await planned(project, account));
  await client.call('post /runs/{run}/cancel', { params: { run }, body: { undo: true } });
  expect(await usedBy(project)).toMatchObject({ servers: 2, deployments: 1 });
  await engine.work();
  expect((await settled(client, deployment)).state).toBe('deleted');
  expect(await usedBy(project)).toMatchObject({ servers: 0, deployments: 0 });
});

test('mending waits for room that others have by now, and says so; then what there was is there again', async () => {
  const project = await aProject({ servers: 3 });
  const account = await anAccount();
  const policy = '{ type: pileus.policies.Healing, targets: [front], properties: { threshold: 1, interval: 1 } }';
  const watched = twoServers
    .replace('name: Two servers', 'name: Two watched servers')
    .replace('  outputs:', `  policies: [{ well: ${policy} }]\n  outputs:`);
  const { deployment } = await apply(await planned(project, account, {}, watched));
  await settled(client, deployment);
  const look = async () => {
    await database.updateTable('deployment').set({ watched_at: null }).where('id', '=', deployment).execute();
    await platform.watch(new AbortController().signal);
    const { nodeInstances } = await client.call('get /deployments/{deployment}', { params: { deployment } });
    return nodeInstances.find(({ node }) => node === 'front')?.health;
  };
  // An earlier try has removed the server and made no other.
  const { ref } = await database
    .updateTable('resource')
    .set({ deleted_at: new Date() })
    .where('deployment', '=', deployment)
    .where('node', '=', 'front')
    .where('kind', '=', 'server')
    .returning('ref')
    .executeTakeFirstOrThrow();
  const call = plainCall('by hand');
  for (const { drivers } of connections) await drivers.server?.delete(ref ?? '', call);
  const { deployment: other } = await apply(await planned(project, account));
  await settled(client, other);
  expect(await usedBy(project)).toMatchObject({ servers: 3 });
  expect(await look()).toMatchObject({
    is: 'held back',
    because: { reason: 'over-servers', facts: { used: 3, asked: 1, limit: 3 } },
  });
  await remove(other);
  expect(await look()).toMatchObject({ is: 'healing' });
  expect((await look())?.because).toBeUndefined();
  expect((await settled(client, deployment)).state).toBe('running');
  expect(await usedBy(project)).toMatchObject({ servers: 2, cores: 4 });
});

test('what a sweep takes in counts, since what there is is counted and not remembered', async () => {
  const project = await aProject({ volumes: 2 });
  const account = await anAccount();
  const { deployment } = await apply(await planned(project, account));
  await settled(client, deployment);
  await database
    .insertInto('resource')
    .values({
      id: newId('resource'),
      deployment,
      step: 'lost.volume',
      node: 'lost',
      kind: 'volume',
      account,
      name: 'lost',
      token: 'run-lost/lost.volume',
      ref: 'vol-lost',
      state: 'ready',
      native: 'available',
      zone: null,
      details: '{}',
      spec: JSON.stringify({ gigabytes: 32 }),
      asked_at: new Date(),
      created_at: new Date(),
      seen_at: null,
      deleted_at: null,
    })
    .execute();
  expect(await usedBy(project)).toMatchObject({ volumes: 2, gigabytes: 42 });
  expect(await refusal(planned(project, account))).toMatchObject({
    problems: [over('volumes', { used: 2, asked: 1, limit: 2 })],
  });
});

test('money is what plans have promised, in the currency of the limit', async () => {
  const account = await anAccount();
  await client.call('put /accounts/{account}/prices', { params: { account }, body: { prices } });
  // Two servers for 0.1 an hour and 10 GB for 1 each.
  const project = await aProject({ money: { currency: 'CNY', perMonth: '160.5' } });
  const plan = await planned(project, account);
  expect(plan.quotas?.[0]?.asked.money).toEqual([{ currency: 'CNY', perMonth: '156' }]);
  const { deployment } = await apply(plan);
  expect((await usedBy(project)).money).toEqual([{ currency: 'CNY', perMonth: '156' }]);
  expect(await refusal(planned(project, account))).toMatchObject({
    code: 'over-quota',
    problems: [over('money', { used: '156', asked: '156', limit: '160.5', currency: 'CNY' })],
  });
  await settled(client, deployment);
  const bigger = (size: string) =>
    client.call('post /deployments/{deployment}/plans', {
      params: { deployment },
      body: { action: 'update', inputs: { volume_size: size } },
    });
  expect((await bigger('14 GB')).quotas?.[0]?.asked.money).toEqual([{ currency: 'CNY', perMonth: '4' }]);
  expect(await refusal(bigger('15 GB'))).toMatchObject({ problems: [over('money', { asked: '5' })] });
  await limit(project, { money: { currency: 'USD', perMonth: '1000' } });
  expect(await refusal(planned(project, account))).toMatchObject({
    problems: [{ because: { reason: 'over-currency', facts: { currency: 'USD', other: 'CNY' } } }],
  });
  await remove(deployment);
  expect((await usedBy(project)).money).toEqual([]);
});

test('a size that only comes out later, or that the cloud does not tell, is not let past a limit', () => {
  const of = { kind: 'project', id: 'prj-1', name: 'shop' } as const;
  const nothing = {
    servers: 0,
    cores: 0,
    megabytes: 0,
    volumes: 0,
    gigabytes: 0,
    addresses: 0,
    deployments: 0,
    money: [],
  };
  const shared = { key: 'a', node: 'a', needs: [], why: 'new', name: 'a', earlier: 0 } as const;
  const takes = takesOf(
    [
      { ...shared, action: 'create', kind: 'volume', spec: { gigabytes: { 'known after': ['b'] } } },
      { ...shared, key: 'c', action: 'create', kind: 'server', spec: { flavor: 'secret' } },
    ],
    [],
    new Map(),
    undefined,
  );
  expect(takes).toMatchObject({ servers: 1, volumes: 1, unknown: ['gigabytes', 'cores', 'megabytes'] });
  const refused = (limits: object) => () => refuseOver([{ of, limits, used: nothing, asked: nothing }], takes, 'shop');
  expect(refused({ gigabytes: 1_000 })).toThrow(/limit of 1000 GiB of volumes.*cannot be told/);
  expect(refused({ cores: 1_000 })).toThrow(/limit of 1000 cores.*cannot be told/);
  expect(refused({ servers: 0, volumes: 0 })).not.toThrow();
});

test('of what is there only what a plan makes or changes has to be known, and a replacement counts once', () => {
  const there = { node: 'a', name: 'a', token: 't', ref: 'r', state: 'running', spec: { flavor: 'gone' } } as const;
  const resources = [
    { ...there, step: 'a.server', kind: 'server' },
    { ...there, step: 'b.server', kind: 'server', accepted: { flavor: 'small' } },
  ] as const;
  const flavors = new Map([['small', { ref: 'small', cores: 2, megabytes: 512 }]]);
  const shared = { node: 'b', needs: [], why: 'broken', name: 'b' } as const;
  expect(takesOf([], resources, flavors, undefined)).toEqual({
    servers: 2,
    cores: 2,
    megabytes: 512,
    volumes: 0,
    gigabytes: 0,
    addresses: 0,
    deployments: 1,
  });
  const replaced = takesOf(
    [
      { ...shared, key: 'd', action: 'delete', kind: 'server', resource: 'b.server', clears: [] },
      { ...shared, key: 'c', action: 'create', kind: 'server', spec: { flavor: 'small' }, earlier: 1, replaces: ['d'] },
    ],
    resources,
    flavors,
    undefined,
  );
  expect(replaced).toMatchObject({ servers: 2, cores: 2 });
  expect(replaced.unknown).toBeUndefined();
});

test('who may set quotas is a right of its own, and what is wrong is said', async () => {
  const project = await aProject({});
  const policy = await client.call('post /policies', {
    body: {
      name: 'Project keeper',
      document: {
        Version: '2026-11-01',
        Statement: [{ Effect: 'Allow', Action: ['project.read', 'project.update'], Resource: '*' }],
      },
    },
  });
  const password = 'correct horse battery';
  const user = await client.call('post /users', { body: { name: 'Keeper', password } });
  await client.call('put /policies/{policy}/attachments/{principal}', {
    params: { policy: policy.id, principal: user.id },
  });
  const { token = '' } = await createClient({ server: url }).call('post /sessions', {
    body: { name: 'Keeper', password, kind: 'cli' },
  });
  const keeper = createClient({ server: url, token });
  const set = keeper.call('patch /projects/{project}/quota', { params: { project }, body: { servers: 1_000 } });
  expect(await refusal(set)).toMatchObject({ code: 'not-allowed', facts: { permission: 'project.quota' } });
  for (const [body, at] of [
    [{ servers: -1 }, '/servers'],
    [{ cores: 1.5 }, '/cores'],
    [{ money: { currency: 'yuan', perMonth: '1' } }, '/money/currency'],
    [{ money: { currency: 'CNY', perMonth: '-1' } }, '/money/perMonth'],
  ] as const)
    expect(await refusal(limit(project, body as Limits))).toMatchObject({ code: 'invalid', problems: [{ at }] });
});
