import { createClient, tagOf, type Client } from '@pileus/api';
import { newId } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { afterEach, expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds, twoServers } from '../testing/on-simulated-clouds.ts';

const { client, bugs, url, database } = await aPlatform([simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const { anAccount } = onSimulatedClouds(client);

async function planned(who: Client, account: string, tags: Record<string, string>) {
  const files = [{ path: 'template.yaml', content: twoServers }];
  const { id: template } = await client.call('post /templates', { body: { files } });
  return who.call('post /plans', { body: { template, account, name: newId('deployment'), tags } });
}
const apply = (who: Client, { id: plan, hash }: { id: string; hash: string }) =>
  who.call('post /deployments', { body: { plan, hash } });
const tag = (who: Client, deployment: string, tags: Record<string, string | null>) =>
  who.call('patch /deployments/{deployment}/tags', { params: { deployment }, body: { tags } });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'ok',
    (error: { failure: { code: string } }) => error.failure.code,
  );

/** Somebody to whom these statements apply. */
async function person(name: string, ...statements: object[]): Promise<Client> {
  const password = 'correct horse battery';
  const { id: policy } = await client.call('post /policies', {
    body: { name: `Rights of ${name}`, document: { Version: '2026-11-01', Statement: statements } },
  });
  const { id: principal } = await client.call('post /users', { body: { name, password } });
  await client.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
  const { token = '' } = await createClient({ server: url }).call('post /sessions', {
    body: { name, password, kind: 'cli' },
  });
  return createClient({ server: url, token });
}
const allow = (Action: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...(Condition && { Condition }),
});
const ofShop = { StringEquals: { 'tag/team': 'shop' } };
const around = allow(['template.read', 'account.*', 'project.read']);

test('a deployment is tagged from the start and later, is found by its tags, and so are its servers', async () => {
  const account = await anAccount();
  const plan = await planned(client, account, { team: 'shop', 'cost center': '42' });
  expect(plan.tags).toEqual({ team: 'shop', 'cost center': '42' });
  const { deployment } = await apply(client, plan);
  const { id: other } = await settled(client, (await apply(client, await planned(client, account, {}))).deployment);
  expect((await settled(client, deployment)).tags).toEqual({ team: 'shop', 'cost center': '42' });
  const found = async (text: string) =>
    (await client.call('get /deployments', { query: { account, tag: text } })).items.map(({ id }) => id);
  expect(await found('team=shop')).toEqual([deployment]);
  expect(await found('cost center')).toEqual([deployment]);
  expect(await found('team=blog')).toEqual([]);
  const servers = await client.call('get /instances', { query: { account, tag: 'team=shop' } });
  expect(servers.items.map((one) => one.deployment.id)).toEqual([deployment, deployment]);

  expect((await tag(client, other, { team: 'blog', empty: '' })).tags).toEqual({ team: 'blog', empty: '' });
  expect((await tag(client, other, { team: null, owner: 'a=b' })).tags).toEqual({ empty: '', owner: 'a=b' });
  expect(await found('owner=a=b')).toEqual([other]);
  expect(await codeOf(client.call('get /deployments', { query: { tag: '=x' } }))).toBe('invalid');
  const wrong: Record<string, string>[] = [{ 'a*': 'x' }, { '': 'x' }, { a: 'x\ny' }, { ['k'.repeat(65)]: 'x' }];
  for (const one of wrong) expect(await codeOf(tag(client, other, one))).toBe('invalid');
  const fifty = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, 'x']));
  expect(await codeOf(tag(client, other, fifty))).toBe('invalid');
});

test('of two who change the tags that they have seen the second is told, and trying changes nothing', async () => {
  const account = await anAccount();
  const { deployment } = await apply(client, await planned(client, account, { team: 'shop' }));
  const params = { deployment };
  const seen = await client.call('get /deployments/{deployment}/tags', { params });
  expect(seen).toEqual({ tags: { team: 'shop' } });
  const change = (tags: Record<string, string>, more: { dryRun?: true } = {}) =>
    client.call('patch /deployments/{deployment}/tags', { params, body: { tags }, ifMatch: tagOf(seen), ...more });
  expect(await change({ owner: 'li' }, { dryRun: true })).toEqual({ tags: { team: 'shop', owner: 'li' } });
  expect((await client.call('get /deployments/{deployment}/tags', { params })).tags).toEqual({ team: 'shop' });
  expect(await change({ owner: 'zhao' })).toEqual({ tags: { team: 'shop', owner: 'zhao' } });
  expect(await codeOf(change({ owner: 'li' }))).toBe('stale');
  await settled(client, deployment);
});

test('rights follow tags at once, in single reads, lists and runs', async () => {
  const account = await anAccount();
  const { deployment } = await apply(client, await planned(client, account, { team: 'books' }));
  await settled(client, deployment);
  const li = await person('Li', around, allow(['deployment.*', 'server.*'], { StringEquals: { 'tag/team': 'books' } }));
  const seen = async () => ({
    one: await codeOf(li.call('get /deployments/{deployment}', { params: { deployment } })),
    listed: (await li.call('get /deployments', {})).items.map(({ id }) => id),
    servers: (await li.call('get /instances', {})).items.length,
    runs: (await li.call('get /runs', {})).items.length,
  });
  expect(await seen()).toEqual({ one: 'ok', listed: [deployment], servers: 2, runs: 1 });
  await tag(client, deployment, { team: 'blog' });
  expect(await seen()).toEqual({ one: 'not-allowed', listed: [], servers: 0, runs: 0 });
});

test('who may tag what is its team’s neither takes in what is not, nor gives away what is', async () => {
  const account = await anAccount();
  const { deployment: mine } = await apply(client, await planned(client, account, { team: 'shop' }));
  const { deployment: other } = await apply(client, await planned(client, account, { team: 'blog' }));
  const zhao = await person('Zhao', around, allow('deployment.*', ofShop));
  expect(await codeOf(tag(zhao, mine, { owner: 'zhao' }))).toBe('ok');
  expect(await codeOf(tag(zhao, other, { team: 'shop' }))).toBe('not-allowed');
  expect(await codeOf(tag(zhao, mine, { team: 'blog' }))).toBe('not-allowed');
  expect(await codeOf(tag(zhao, mine, { team: null }))).toBe('not-allowed');
  const detail = await client.call('get /deployments/{deployment}', { params: { deployment: mine } });
  expect(detail.tags).toEqual({ team: 'shop', owner: 'zhao' });
  // Nor does anything new come without the tag.
  expect(await codeOf(planned(zhao, account, { team: 'blog' }))).toBe('not-allowed');
  expect(await codeOf(planned(zhao, account, {}))).toBe('not-allowed');
  const plan = await planned(zhao, account, { team: 'shop' });
  expect(await codeOf(apply(zhao, plan))).toBe('ok');

  // A plan is as its deployment is now, not as that was when it was made.
  await settled(client, mine);
  const stop = await zhao.call('post /deployments/{deployment}/plans', {
    params: { deployment: mine },
    body: { action: 'stop' },
  });
  await tag(client, mine, { team: 'blog' });
  expect(await codeOf(apply(zhao, stop))).toBe('not-allowed');
  expect(await codeOf(zhao.call('get /plans/{plan}', { params: { plan: stop.id } }))).toBe('not-allowed');
  expect((await zhao.call('get /plans', { query: { hash: stop.hash } })).items).toEqual([]);
});

test('policies can ask for the region that a cloud account is set to', async () => {
  const [north, south] = [await anAccount(), await anAccount()];
  for (const [id, region] of [
    [north, 'cn-north'],
    [south, 'cn-south'],
  ] as const) {
    const { settings } = await database
      .selectFrom('account')
      .select('settings')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await database
      .updateTable('account')
      .set({ settings: JSON.stringify({ ...settings, region }) })
      .where('id', '=', id)
      .execute();
  }
  const inNorth = { StringEquals: { region: 'cn-north' } };
  const sun = await person(
    'Sun',
    allow(['template.read', 'project.read']),
    allow(['deployment.*', 'account.*'], inNorth),
  );
  expect((await sun.call('get /accounts', {})).items.map(({ id }) => id)).toEqual([north]);
  expect(await codeOf(planned(sun, south, {}))).toBe('not-allowed');
  const { deployment } = await apply(sun, await planned(sun, north, {}));
  expect((await settled(client, deployment)).state).toBe('running');
  expect((await sun.call('get /deployments', {})).items.map(({ id }) => id)).toEqual([deployment]);
});
