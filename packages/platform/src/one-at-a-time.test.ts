import { endpoints, type Endpoint } from '@pileus/api';
import { rateLimits } from '@pileus/http';
import { milliseconds, newId, systemClock } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { aPlatform, settled } from './testing/a-platform.ts';
import { onSimulatedClouds, twoServers } from './testing/on-simulated-clouds.ts';

const { client, bugs, url, database, platform } = await aPlatform([simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount, aDeployment } = onSimulatedClouds(client);

let token = '';
const there: Record<string, string> = {};
const named = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name: string) => there[name] ?? 'missing');

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    tag: answer.headers.get('etag') ?? '',
    // What an answer holds is for each test to say.
    body: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown> | undefined,
    headers: answer.headers,
  };
}

const statement = (action: string) => ({
  Version: '2026-11-01',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});
const oidc = { issuer: 'https://id.example.org', clientId: 'pileus' };

beforeAll(async () => {
  token = (await client.call('post /me/tokens', { body: { name: 'tests' } })).token;
  const account = await anAccount();
  const deployment = await settled(client, await aDeployment(account));
  const plan = await client.call('post /deployments/{deployment}/plans', {
    params: { deployment: deployment.id },
    body: { action: 'stop' },
  });
  const service = await client.call('post /service-accounts', { body: { name: 'robot' } });
  const user = await client.call('post /users', { body: { name: 'Wang', password: 'correct horse battery' } });
  const policy = await client.call('post /policies', { body: { name: 'Own', document: statement('user.read') } });
  const key = await client.call('post /service-accounts/{service}/tokens', {
    params: { service: service.id },
    body: { name: 'key' },
  });
  const finding = newId('finding');
  const found = {
    account,
    kind: 'volume',
    ref: 'v',
    name: 'v',
    token: 't',
    is_a: 'unknown',
    deployment: null,
  } as const;
  await database
    .insertInto('finding')
    .values({ id: finding, ...found })
    .execute();
  Object.assign(there, {
    account,
    organization: (await client.call('get /me', {})).organization.id,
    spare: await anAccount(),
    deployment: deployment.id,
    run: deployment.run?.id,
    plan: plan.id,
    hash: plan.hash,
    project: (await client.call('post /projects', { body: { name: 'shop' } })).id,
    group: (await client.call('post /groups', { body: { name: 'keepers' } })).id,
    service: service.id,
    user: user.id,
    policy: policy.id,
    principal: user.id,
    token: key.id,
    finding,
    template: (
      await client.call('post /templates', {
        body: { files: [{ path: 'template.yaml', content: twoServers.replace('Two servers', 'Unused') }] },
      })
    ).id,
    method: (await client.call('post /sign-in-methods', { body: { kind: 'oidc', title: 'Staff', settings: oidc } })).id,
    secret: (await client.call('post /secrets', { body: { name: 'kept', value: { kind: 'text', text: 'a' } } })).id,
    webhook: (
      await client.call('post /webhooks', {
        body: { name: 'ops', url: 'http://127.0.0.1:9/', kinds: ['run.ended'] },
      })
    ).id,
  });
  // What accounts' first checks write is there before anything is compared.
  const isUnknown = async () =>
    (await client.call('get /accounts', {})).items.some(({ health }) => health.is === 'unknown');
  while (await isUnknown()) await systemClock.sleep(milliseconds(20));
}, 120_000);

const declared: readonly Endpoint[] = endpoints;

/** Reads of one thing that is changed at the same path, and yet has no versions. */
const unversioned: Readonly<Record<string, string>> = {
  '/findings/{finding}': 'it shows what the cloud says at this moment',
  '/accounts/{account}/prices': 'lists of prices are added, and those that have held stay',
  '/device-logins/{code}': 'it is decided once',
  '/users/{user}/sessions': 'it is a list',
};

test('whatever can be changed where it is read has versions', () => {
  const reads = declared.filter(
    ({ method, path }) =>
      method === 'get' && declared.some((one) => one.path === path && ['put', 'patch', 'delete'].includes(one.method)),
  );
  const without = reads.filter(({ versioned }) => !versioned).map(({ path }) => path);
  expect(without.toSorted()).toEqual(Object.keys(unversioned).toSorted());
  const changes = declared.filter(({ method, path }) => method === 'patch' && !reads.some((one) => one.path === path));
  expect(
    changes.map(({ path }) => path),
    'what is changed in part can be read',
  ).toEqual([]);
});

/** A change of each thing that has versions. */
const changes: Readonly<Record<string, (n: number) => [method: string, body: unknown]>> = {
  '/organizations/{organization}': (n) => ['patch', { name: `home ${n}` }],
  '/projects/{project}': (n) => ['patch', { description: `${n}` }],
  '/users/{user}': (n) => ['patch', { name: `Wang ${n}` }],
  '/groups/{group}': (n) => ['patch', { description: `${n}`, members: n % 2 === 0 ? [there['user']] : [] }],
  '/service-accounts/{service}': (n) => ['patch', { description: `${n}` }],
  '/policies/{policy}': (n) => ['put', { document: statement(n % 2 === 0 ? 'user.read' : 'group.read') }],
  '/accounts/{account}': (n) => ['patch', { description: `${n}` }],
  '/sign-in-methods/{method}': (n) => ['patch', { title: `Staff ${n}` }],
  '/deployments/{deployment}/tags': (n) => ['patch', { tags: { team: `${n}` } }],
  '/projects/{project}/quota': (n) => ['patch', { servers: 10 + n }],
  '/organizations/{organization}/quota': (n) => ['patch', { servers: 1_000 + n }],
  '/secrets/{secret}': (n) => ['patch', { description: `${n}` }],
  '/webhooks/{webhook}': (n) => ['patch', { name: `ops ${n}` }],
};

test.each(Object.entries(changes))(
  '%s: of two who change the same version at once, one wins and one is told',
  async (path, change) => {
    for (let round = 0; round < 5; round++) {
      const { tag } = await send('get', named(path));
      const twice = [0, 1].map((n) => {
        const [method, body] = change(2 * round + n);
        return send(method, named(path), body, { 'if-match': tag });
      });
      const [one, two] = await Promise.all(twice);
      expect(new Set([one?.status, two?.status]), `round ${round}`).toEqual(new Set([200, 412]));
      const after = await send('get', named(path));
      const winner = one?.status === 200 ? one : two;
      expect(after.body, 'what is there is what the first has made').toEqual(winner?.body);
      expect(after.tag).toBe(winner?.tag);
    }
  },
);

test('many who change one thing keep nobody else waiting', async () => {
  const path = named('/groups/{group}');
  let all: Promise<{ status: number }[]> | undefined;
  await database.transaction().execute(async (transaction) => {
    await sql`select from user_group where id = ${there['group']} for update`.execute(transaction);
    const changing = Array.from({ length: 20 }, (_, n) => send('patch', path, { description: `by ${n}` }));
    // Whoever waits for that row has a connection; the others of these wait for none.
    for (let n = 0; n < 20; n++) expect((await send('get', named('/users/{user}'))).status).toBe(200);
    all = Promise.all(changing);
  });
  expect(((await all) ?? []).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
});

test('every thing that has versions is among them, or only deleted', () => {
  const kept = declared.filter(({ versioned }) => versioned).map(({ path }) => path);
  const onlyDeleted = ['/deployments/{deployment}', '/templates/{template}'];
  expect([...Object.keys(changes), ...onlyDeleted, '/organization/sign-in'].toSorted()).toEqual(kept.toSorted());
});

test('what nobody sets does not stand in the way of a change', async () => {
  const path = named('/accounts/{account}');
  const { tag } = await send('get', path);
  await send('post', `${path}/check`);
  expect((await send('get', path, undefined, { 'if-none-match': tag })).status, 'its health is another').toBe(200);
  expect((await send('patch', path, { description: 'mine' }, { 'if-match': tag })).status).toBe(200);
});

test('a deletion is bound to what was seen, too', async () => {
  const path = `/groups/${(await client.call('post /groups', { body: { name: 'short-lived' } })).id}`;
  const { tag } = await send('get', path);
  await send('patch', path, { description: 'not any more' });
  expect(await send('delete', path, undefined, { 'if-match': tag })).toMatchObject({
    status: 412,
    body: { code: 'stale', facts: { what: expect.stringContaining('group ') } },
  });
  expect((await send('delete', path, undefined, { 'if-match': (await send('get', path)).tag })).status).toBe(200);
  expect((await send('get', path)).status).toBe(404);
});

/** A request for every call that can be tried, each of which would change something. */
const tries: Readonly<Record<string, (() => unknown) | undefined>> = {
  'post /organizations': () => ({ name: 'other', administrator: 'boss' }),
  'patch /organizations/{organization}': () => ({ name: 'tried' }),
  'post /projects': () => ({ name: 'tried' }),
  'patch /projects/{project}': () => ({ environments: [{ name: 'test', purpose: 'test' }] }),
  'delete /projects/{project}': undefined,
  'post /users': () => ({ name: 'Tried', groups: [there['group']] }),
  'patch /users/{user}': () => ({ isDisabled: true }),
  'delete /users/{user}': undefined,
  'delete /users/{user}/sessions': undefined,
  'post /groups': () => ({ name: 'tried' }),
  'patch /groups/{group}': () => ({ name: 'tried', members: [there['user'], there['service']] }),
  'delete /groups/{group}': undefined,
  'post /service-accounts': () => ({ name: 'tried' }),
  'patch /service-accounts/{service}': () => ({ isDisabled: true }),
  'delete /service-accounts/{service}': undefined,
  'delete /service-accounts/{service}/tokens/{token}': undefined,
  'delete /me/tokens/{token}': undefined,
  'post /policies': () => ({ name: 'Tried', document: statement('*') }),
  'put /policies/{policy}': () => ({ document: statement('*') }),
  'delete /policies/{policy}': undefined,
  'put /policies/{policy}/attachments/{principal}': undefined,
  'delete /policies/{policy}/attachments/{principal}': undefined,
  'post /sign-in-methods': () => ({ kind: 'oidc', title: 'Tried', settings: oidc }),
  'patch /sign-in-methods/{method}': () => ({ isEnabled: false }),
  'delete /sign-in-methods/{method}': undefined,
  'put /organization/sign-in': () => ({ requiresSecondFactor: false }),
  'patch /accounts/{account}': () => ({ name: 'tried' }),
  'delete /accounts/{account}': undefined,
  'patch /findings/{finding}': () => ({ ignored: true, note: 'tried' }),
  'post /templates': () => ({
    files: [{ path: 'template.yaml', content: twoServers.replace('Two servers', 'Tried') }],
  }),
  'delete /templates/{template}': undefined,
  'post /deployments': () => ({ plan: there['plan'], hash: there['hash'] }),
  'delete /deployments/{deployment}': undefined,
  'post /runs/{run}/cancel': () => ({}),
  'post /runs/{run}/pause': undefined,
  'post /runs/{run}/resume': () => ({}),
  'patch /deployments/{deployment}/tags': () => ({ tags: { tried: 'yes' } }),
  'patch /projects/{project}/quota': () => ({ servers: 3 }),
  'patch /organizations/{organization}/quota': () => ({ servers: 3_000 }),
  'post /secrets': () => ({ name: 'tried', value: { kind: 'text', text: 'tried' } }),
  'patch /secrets/{secret}': () => ({ name: 'tried' }),
  'post /secrets/{secret}/versions': () => ({ value: { kind: 'text', text: 'tried' } }),
  'delete /secrets/{secret}': undefined,
  'patch /webhooks/{webhook}': () => ({ isEnabled: false }),
  'delete /webhooks/{webhook}': undefined,
};
/** Those that are refused here as they would be in earnest: the run has ended; nothing is attached. */
const refused: Readonly<Record<string, number>> = {
  'post /runs/{run}/cancel': 409,
  'post /runs/{run}/pause': 409,
  'post /runs/{run}/resume': 409,
  'delete /policies/{policy}/attachments/{principal}': 404,
  'delete /me/tokens/{token}': 404,
};

/** All that is written down, apart from what time and sign-in write by themselves. */
async function everything(): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'
      and table_name not in ('session', 'access_token', 'audit', 'audit_head', 'worker')`.execute(database);
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ digest: string }>`
      select coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as digest from ${sql.table(name)} as t
    `.execute(database);
    found[name] = rows[0]?.digest ?? '';
  }
  const { rows: own } = await sql`select id, owner, scopes from access_token order by id`.execute(database);
  return { ...found, access_token: JSON.stringify(own) };
}

test('what is only tried answers as in earnest and leaves everything as it was', async () => {
  expect(Object.keys(tries).toSorted()).toEqual(
    declared
      .filter(({ dryRun }) => dryRun)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
  );
  const before = await everything();
  for (const [name, body] of Object.entries(tries)) {
    const [method = '', path = ''] = name.split(' ');
    // An account that is used cannot be deleted.
    const target = name === 'delete /accounts/{account}' ? `/accounts/${there['spare']}` : named(path);
    const answer = await send(method, `${target}?dryRun=true`, body?.());
    const status = declared.find((one) => one.method === method && one.path === path)?.status ?? 200;
    expect([name, answer.status, answer.headers.get('location')]).toEqual([name, refused[name] ?? status, null]);
    expect(await everything(), name).toEqual(before);
  }
  const { items } = await client.call('get /audit', { query: { limit: 500 } });
  expect(items.filter(({ action }) => action === 'POLICY_DELETE')).toEqual([]);
  expect(await client.call('get /groups/{group}', { params: { group: there['group'] ?? '' } })).toMatchObject({
    name: 'keepers',
  });
});

test('what is tried is refused for the reasons it would be refused for', async () => {
  expect((await send('post', '/groups?dryRun=true', { name: 'keepers' })).body).toMatchObject({ code: 'name-taken' });
  const used = await send('delete', named('/accounts/{account}?dryRun=true'));
  expect(used).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect(await send('post', '/me/tokens?dryRun=true', { name: 'x' })).toMatchObject({
    status: 501,
    body: { code: 'not-supported' },
  });
});

test('a call that begins a run waits for its end where the caller prefers it', async () => {
  const account = there['account'] ?? '';
  const first = await aDeployment(account);
  await settled(client, first);
  const answer = await send('delete', `/deployments/${first}`, undefined, { prefer: 'wait=60' });
  expect(answer).toMatchObject({ status: 200, body: { state: 'succeeded', deployment: first } });
  expect(answer.headers.get('location')).toBe(`/api/v1/runs/${String(answer.body?.['id'])}`);
  const again = await send('delete', `/deployments/${await aDeployment(account)}`, undefined, { prefer: 'wait=0' });
  expect([again.status, again.headers.get('preference-applied')]).toEqual([202, 'wait=0']);
  await settled(client, String((await client.call('get /deployments', {})).items[0]?.id));
});

test('servers tell each other through the database how many calls they have let in', async () => {
  const quotas = { principal: 60, organization: 0, anonymous: 0 };
  const [one, two] = [1, 2].map(() => rateLimits(quotas, systemClock, platform.access.buckets));
  const actor = await platform.access.authenticate(token, { ip: '127.0.0.1' });
  for (let n = 0; n < 50; n++) expect(one?.count(actor, 'x').wait).toBe(0);
  await one?.settle();
  expect(two?.count(actor, 'x').wait, 'it has not heard of them yet').toBe(0);
  await two?.settle();
  const left = Number(/r=(\d+)/.exec(two?.count(actor, 'x').headers['ratelimit'] ?? '')?.[1]);
  // 51 are taken, and some seconds may have gone by; a bucket gives one token a second back.
  expect(left).toBeLessThan(60 - 1);
  const { rows } = await sql<{ tokens: number }>`select tokens from request_bucket`.execute(database);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.tokens).toBeLessThan(59);
});
