import { createClient, type Client } from '@pileus/api';
import { tagOf } from '@pileus/api/client';
import { newId } from '@pileus/model';
import { defineProvider } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { aPerson } from '../testing/a-person.ts';
import { aPlatform } from '../testing/a-platform.ts';
import type { SecretId } from './secrets.ts';

/** With which passwords a cloud was reached. */
const seen: string[] = [];
const guarded = defineProvider({
  id: 'guarded',
  title: { en: 'Guarded', 'zh-CN': '受保护' },
  category: 'private',
  simulated: true,
  account: z.object({
    url: z.url(),
    password: z.string().min(1).meta({ secret: true }),
    token: z.string().optional().meta({ secret: true }),
  }),
  connect: ({ password, token }) => ({
    drivers: {},
    catalogues: {},
    async *check() {
      seen.push([password, token].filter(Boolean).join(' '));
      yield { service: 'identity', ok: true, detail: { en: 'ok', 'zh-CN': '正常' }, milliseconds: 1 };
    },
  }),
});

const there = await aPlatform([guarded]);
const { client, platform, bugs, database, url } = there;
afterEach(() => expect(bugs.splice(0)).toEqual([]));

const aSecret = async (text: string, name: string = newId('secret')) =>
  client.call('post /secrets', { body: { name, value: { kind: 'text', text } } });
const anAccount = (secrets: Record<string, string>, settings: Record<string, unknown> = {}, who: Client = client) =>
  who.call('post /accounts', {
    body: {
      provider: 'guarded',
      name: newId('account'),
      settings: { url: 'https://cloud.example', ...settings },
      secrets,
    },
  });
const reached = async (account: string) => {
  await client.call('post /accounts/{account}/check', { params: { account } });
  return seen.at(-1);
};
const refused = (code: string) => ({ failure: { code } });

test('a value goes in, and comes out nowhere: not in answers, not in the database, not in the operation log', async () => {
  const { id: secret } = await aSecret('canary-one');
  const values = [
    { kind: 'login' as const, user: 'canary-user', password: 'canary-two' },
    { kind: 'text' as const, text: 'canary-three' },
  ];
  const [login] = await Promise.all(
    values.map((value) =>
      client.call('post /secrets', { body: { name: newId('secret'), value }, key: newId('secret') }),
    ),
  );
  await client.call('post /secrets/{secret}/versions', {
    params: { secret },
    body: { value: { kind: 'text', text: 'canary-four' } },
    key: newId('secret'),
  });
  const answers = [
    login,
    await client.call('put /secrets/{secret}', { params: { secret }, body: { version: 1 }, key: newId('secret') }),
    await client.call('get /secrets', {}),
    await client.call('get /secrets/{secret}', { params: { secret } }),
    await client.call('get /secrets/{secret}/versions', { params: { secret } }),
    await client.call('get /audit', {}),
  ];
  expect(JSON.stringify(answers)).not.toContain('canary');
  for (const table of ['secret', 'secret_version', 'audit', 'idempotency']) {
    const { rows } = await sql<{
      all: string;
    }>`select string_agg(t::text, ' ') as all from ${sql.table(table)} t`.execute(database);
    expect(rows[0]?.all, table).toMatch(/./);
    expect(rows[0]?.all, table).not.toContain('canary');
  }
  const actions = (await client.call('get /audit', { query: { limit: 500 } })).items.map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['SECRET_CREATE', 'SECRET_ROTATE', 'SECRET_ROLLBACK']));
});

test('a new version is used by what names it', async () => {
  const { id: secret, version } = await aSecret('old');
  expect(version).toMatchObject({ number: 1, createdBy: 'admin' });
  const { id: account, secrets, hidden, settings } = await anAccount({ password: secret });
  expect({ secrets, hidden, settings }).toMatchObject({
    secrets: { password: { id: secret } },
    hidden: ['password'],
    settings: { url: 'https://cloud.example' },
  });
  expect(await reached(account)).toBe('old');
  const connection = await platform.accounts.connect(account);
  const rotated = await client.call('post /secrets/{secret}/versions', {
    params: { secret },
    body: { value: { kind: 'text', text: 'new' } },
  });
  expect(rotated).toMatchObject({
    version: { number: 2 },
    usedBy: [{ kind: 'account', id: account, setting: 'password' }],
  });
  const { token } = await client.call('post /me/tokens', { body: { name: 'secrets', scopes: ['secret.read'] } });
  const narrow = await createClient({ server: url, token }).call('get /secrets/{secret}', { params: { secret } });
  expect(narrow.usedBy, 'who may not see the account').toEqual([]);
  expect(await reached(account)).toBe('new');
  expect(await platform.accounts.connect(account), 'whoever works with it keeps it').toBe(connection);
  const { items } = await client.call('get /secrets/{secret}/versions', { params: { secret } });
  expect(items.map(({ number }) => number)).toEqual([2, 1]);
  const login = { kind: 'login' as const, user: 'u', password: 'p' };
  await expect(
    client.call('post /secrets/{secret}/versions', { params: { secret }, body: { value: login } }),
  ).rejects.toMatchObject(refused('conflict'));
  expect(await reached(account)).toBe('new');
});

test('the value of an old version is brought back as a new version, which says so', async () => {
  const { id: secret } = await aSecret('one');
  const params = { secret };
  const rotate = (text: string) =>
    client.call('post /secrets/{secret}/versions', { params, body: { value: { kind: 'text', text } } });
  await rotate('two');
  const { id: account } = await anAccount({ password: secret });
  const stale = tagOf(await client.call('get /secrets/{secret}', { params }));
  await rotate('three');
  expect(await reached(account)).toBe('three');
  const bringBack = (version: number, ifMatch?: string) =>
    client.call('put /secrets/{secret}', { params, body: { version }, ifMatch });
  await expect(bringBack(1, stale), 'somebody has changed it since').rejects.toMatchObject(refused('stale'));
  const back = await bringBack(1, tagOf(await client.call('get /secrets/{secret}', { params })));
  expect(back.version).toMatchObject({ number: 4, broughtBackFrom: 1, isKept: true, createdBy: 'admin' });
  expect(await reached(account)).toBe('one');
  await expect(bringBack(4)).rejects.toMatchObject(refused('conflict'));
  await expect(bringBack(5)).rejects.toMatchObject(refused('not-found'));
  expect((await client.call('get /secrets/{secret}', { params })).version.number).toBe(4);
  const { items } = await client.call('get /audit', { query: { limit: 500 } });
  expect(items.find(({ action, result }) => action === 'SECRET_ROLLBACK' && result === 'ok')).toMatchObject({
    target: { id: secret },
    before: { version: 3, value: '•••' },
    after: { version: 4, value: '•••', broughtBackFrom: 1 },
  });
});

test('new values that are given at once make a version each', async () => {
  const { id: secret } = await aSecret('value 1');
  const params = { secret };
  const texts = ['two', 'three', 'four', 'five'];
  await Promise.all(
    texts.map((text) =>
      client.call('post /secrets/{secret}/versions', { params, body: { value: { kind: 'text', text } } }),
    ),
  );
  const { items } = await client.call('get /secrets/{secret}/versions', { params });
  expect(items.map(({ number, isKept }) => [number, isKept])).toEqual([5, 4, 3, 2, 1].map((one) => [one, true]));
  const { id: account } = await anAccount({ password: secret });
  expect(texts).toContain(await reached(account));
});

test('the values of the last ten versions are kept; older ones and those of a deleted secret are gone', async () => {
  const { id: secret } = await aSecret('value 1');
  const params = { secret };
  for (let number = 2; number <= 12; number++)
    await client.call('post /secrets/{secret}/versions', {
      params,
      body: { value: { kind: 'text', text: `value ${number}` } },
    });
  const kept = async () => {
    const { items } = await client.call('get /secrets/{secret}/versions', { params });
    return items.filter(({ isKept }) => isKept).map(({ number }) => number);
  };
  expect(await kept()).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  const sealed = () =>
    database
      .selectFrom('secret_version')
      .select(['number', 'value'])
      .where('secret', '=', secret as SecretId)
      .execute();
  expect((await sealed()).filter(({ value }) => value !== null)).toHaveLength(10);
  const bringBack = (version: number) => client.call('put /secrets/{secret}', { params, body: { version } });
  await expect(bringBack(2)).rejects.toMatchObject(refused('conflict'));
  expect((await bringBack(3)).version.number).toBe(13);
  expect(await kept()).not.toContain(3);
  const { id: account } = await anAccount({ password: secret });
  expect(await reached(account), 'what was brought back stays when what it was is forgotten').toBe('value 3');
  await client.call('delete /accounts/{account}', { params: { account } });
  await client.call('delete /secrets/{secret}', { params });
  expect(await sealed()).toEqual([]);
});

test('a secret that is used cannot be deleted, until nothing names it any more', async () => {
  const [one, other] = [await aSecret('one'), await aSecret('other')];
  const { id: account } = await anAccount({ password: one.id, token: other.id });
  expect(await reached(account)).toBe('one other');
  const remove = (secret: string) => client.call('delete /secrets/{secret}', { params: { secret } });
  await expect(remove(one.id)).rejects.toMatchObject(refused('conflict'));
  // A value of its own takes the place of one of them, and the account goes with the other.
  const params = { account };
  const settings = { url: 'https://cloud.example', password: 'own' };
  const changed = await client.call('patch /accounts/{account}', { params, body: { settings } });
  expect(Object.keys(changed.secrets)).toEqual(['token']);
  expect(await reached(account)).toBe('own other');
  await remove(one.id);
  await expect(client.call('get /secrets/{secret}', { params: { secret: one.id } })).rejects.toMatchObject(
    refused('not-found'),
  );
  await client.call('delete /accounts/{account}', { params });
  await remove(other.id);
});

test('an account takes another secret without its settings being given again', async () => {
  const [one, other] = [await aSecret('one'), await aSecret('other')];
  const { id: account } = await anAccount({}, { password: 'own' });
  expect(await reached(account)).toBe('own');
  for (const secret of [one, other]) {
    await client.call('patch /accounts/{account}', { params: { account }, body: { secrets: { password: secret.id } } });
    expect(await reached(account)).toBe(secret === one ? 'one' : 'other');
  }
  await client.call('patch /accounts/{account}', { params: { account }, body: { name: newId('account') } });
  expect(await reached(account)).toBe('other');
});

test('what is not a secret setting cannot be a secret, since it would be shown', async () => {
  const { id } = await aSecret('x');
  await expect(anAccount({ url: id }, { password: 'p' })).rejects.toMatchObject(refused('invalid'));
  await expect(anAccount({ password: 'sec-nowhere' })).rejects.toMatchObject(refused('not-found'));
});

test('whoever has an account use a secret, or sends one elsewhere, has to be allowed to use it', async () => {
  const [allowed, other] = [await aSecret('allowed'), await aSecret('other')];
  const person = await aPerson(
    there,
    { Action: 'account.*', Resource: '*' },
    { Action: 'secret.use', Resource: `secret/${allowed.id}` },
  );
  const { id: own } = await anAccount({ password: allowed.id }, {}, person);
  await expect(anAccount({ password: other.id }, {}, person)).rejects.toMatchObject(refused('not-allowed'));
  await expect(person.call('get /secrets', {})).rejects.toMatchObject(refused('not-allowed'));

  const { id: theirs } = await anAccount({ password: other.id });
  const settings = { url: 'https://attacker.example' };
  const change = (account: string) =>
    person.call('patch /accounts/{account}', { params: { account }, body: { settings } });
  await change(own);
  await expect(change(theirs)).rejects.toMatchObject(refused('not-allowed'));
  const before = seen.length;
  const trying = async () => {
    for await (const _ of person.stream('post /accounts/check', {
      body: { provider: 'guarded', settings, account: theirs },
    }));
  };
  await expect(trying()).rejects.toMatchObject(refused('not-allowed'));
  expect(seen.length).toBe(before);
  await person.call('patch /accounts/{account}', { params: { account: theirs }, body: { name: newId('account') } });
});

test('of the secrets that somebody sees, those are listed by themselves that they may have used', async () => {
  const [allowed, other] = [await aSecret('allowed'), await aSecret('other')];
  const person = await aPerson(
    there,
    { Action: 'secret.read', Resource: '*' },
    { Action: 'secret.use', Resource: `secret/${allowed.id}` },
  );
  const listed = async (query: { usable?: 'true' | 'false' }) =>
    (await person.call('get /secrets', { query: { ...query, limit: 500 } })).items.map(({ id }) => id);
  expect(await listed({})).toEqual(expect.arrayContaining([allowed.id, other.id]));
  expect(await listed({ usable: 'false' })).toContain(other.id);
  expect(await listed({ usable: 'true' })).toEqual([allowed.id]);
});

test('names are taken once in an organization, and another one sees and uses nothing of it', async () => {
  const { id, name } = await aSecret('mine');
  await expect(aSecret('again', name.toUpperCase())).rejects.toMatchObject(refused('name-taken'));
  const made = await client.call('post /organizations', {
    body: { name: newId('organization'), administrator: 'boss' },
  });
  const link = new URL(made.link, url).hash.slice('#link='.length);
  const { token = '' } = await createClient({ server: url }).call('post /sessions', { body: { link, kind: 'cli' } });
  const boss = createClient({ server: url, token });
  expect((await boss.call('get /secrets', {})).items).toEqual([]);
  await expect(anAccount({ password: id }, {}, boss)).rejects.toMatchObject(refused('not-found'));
  expect(await boss.call('post /secrets', { body: { name, value: { kind: 'text', text: 'x' } } })).toMatchObject({
    name,
  });
});

test('a change is refused when somebody else was first', async () => {
  const { id: secret } = await aSecret('x');
  const params = { secret };
  const ifMatch = tagOf(await client.call('get /secrets/{secret}', { params }));
  const call = (description: string) =>
    client.call('patch /secrets/{secret}', { params, body: { description }, ifMatch });
  expect(await call('first')).toMatchObject({ description: 'first' });
  await expect(call('second')).rejects.toMatchObject(refused('stale'));
});
