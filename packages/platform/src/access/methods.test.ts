import { createClient, type BodyOf, type Client } from '@pileus/api';
import { client as registered, anIdentityProvider } from '@pileus/identity/testing/identity-provider';
import { simulated } from '@pileus/provider';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { aPlatform } from '../testing/a-platform.ts';

const { client: admin, bugs, url, database, platform } = await aPlatform([simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const there = await anIdentityProvider(`${url}/sign-in/back`);
afterAll(() => there[Symbol.asyncDispose]());

const nobody = createClient({ server: url });
const staff = () => ({
  kind: 'oidc' as const,
  title: 'Staff',
  settings: { issuer: there.issuer, clientId: registered.id },
  secret: registered.secret,
});
const refused = (code: string) => ({ failure: { code } });

beforeEach(async () => {
  for (const { id } of (await admin.call('get /sign-in-methods', {})).items)
    await admin.call('delete /sign-in-methods/{method}', { params: { method: id } });
  await database.deleteFrom('user_account').where('name', 'like', 'ada%').execute();
  there.spoil = undefined;
});

async function aMethod(more: Partial<Extract<BodyOf<'post /sign-in-methods'>, { kind: 'oidc' }>> = {}) {
  return admin.call('post /sign-in-methods', { body: { ...staff(), ...more } });
}

/** What a browser does: it leaves for the provider, and comes back with a query. */
async function comeBy(method: string) {
  const away = await nobody.call('post /sessions/oidc', { body: { method } });
  const query = await there.visit(new URL(away.url));
  return nobody.call('post /sessions', { body: { attempt: away.attempt, query: String(query), kind: 'cli' } });
}

const as = (token: string | undefined): Client => createClient({ server: url, token });

test('who is known at the identity provider comes in, is made a user once, and follows its groups', async () => {
  const group = await admin.call('post /groups', { body: { name: 'Developers' } });
  const other = await admin.call('post /groups', { body: { name: 'Others' } });
  const { id, redirectUri } = await aMethod({ groups: { developers: [group.id], nobody: [other.id] } });
  expect(redirectUri).toBe(`${url}/sign-in/back`);
  const first = await comeBy(id);
  expect(first.user).toMatchObject({ name: 'ada', hasPassword: false, method: 'Staff' });
  const user = first.user?.id ?? '';
  const groupsOf = async () =>
    (await admin.call('get /users/{user}', { params: { user } })).groups.map(({ name }) => name);
  expect(await groupsOf()).toEqual(['Developers']);
  // A group that no mapping names is none of the method's.
  const mine = await admin.call('post /groups', { body: { name: 'By hand' } });
  await admin.call('patch /groups/{group}', { params: { group: mine.id }, body: { members: [user] } });
  there.claims = { ...there.claims, preferred_username: 'ada2', groups: ['nobody'] };
  const again = await comeBy(id);
  expect(again.user).toMatchObject({ id: user, name: 'ada' });
  expect(await groupsOf()).toEqual(['By hand', 'Others']);
  there.claims = { ...there.claims, preferred_username: 'ada', groups: ['developers'] };
  const [session] = (await as(again.token).call('get /me/sessions', {})).items;
  expect(session).toMatchObject({ begunBy: 'oidc', method: 'Staff', secondFactor: false });
});

test('a user of the same name is not taken over', async () => {
  const local = await admin.call('post /users', { body: { name: 'ada', password: 'correct horse battery' } });
  const { id } = await aMethod();
  const { user } = await comeBy(id);
  expect(user).toMatchObject({ name: 'ada (Staff)' });
  expect(user?.id).not.toBe(local.id);
});

test('a directory that cannot be compared says why, in any language', async () => {
  const settings = {
    url: 'ldaps://10.1.2.3',
    bindDn: 'cn=reader',
    people: { base: 'ou=people', filter: '(uid={name})' },
  };
  const body = { kind: 'ldap' as const, title: 'Elsewhere', settings, secret: 'reader' };
  const { id } = await admin.call('post /sign-in-methods', { body });
  await platform.access.sync(new AbortController().signal);
  const { items } = await admin.call('get /sign-in-methods', {});
  expect(items.find((method) => method.id === id)?.lastSync).toMatchObject({
    people: 0,
    failure: { code: 'address-refused', facts: { setting: 'PILEUS_OUTBOUND_ALLOW' } },
  });
});

test('the password of who comes by a provider is kept there, and is none here', async () => {
  const { id } = await aMethod();
  const { token } = await comeBy(id);
  const chosen = as(token).call('put /me/password', { body: { next: 'correct horse battery' } });
  await expect(chosen).rejects.toMatchObject(refused('conflict'));
});

test('where a method makes no users, strangers stay out', async () => {
  const { id } = await aMethod({ makesUsers: false });
  await expect(comeBy(id)).rejects.toMatchObject(refused('identity-refused'));
});

test('what came back counts once, for the one who left, and only while the method is there', async () => {
  const { id } = await aMethod();
  const away = await nobody.call('post /sessions/oidc', { body: { method: id } });
  const query = String(await there.visit(new URL(away.url)));
  const other = await nobody.call('post /sessions/oidc', { body: { method: id } });
  const come = (attempt: string) => nobody.call('post /sessions', { body: { attempt, query, kind: 'cli' } });
  // Somebody else's answer, put into this browser.
  await expect(come(other.attempt)).rejects.toMatchObject(refused('identity-refused'));
  const { token } = await come(away.attempt);
  await expect(come(away.attempt)).rejects.toMatchObject(refused('sign-in-over'));
  await admin.call('delete /sign-in-methods/{method}', { params: { method: id } });
  await expect(as(token).call('get /me', {})).rejects.toMatchObject(refused('not-signed-in'));
  await expect(nobody.call('post /sessions/oidc', { body: { method: id } })).rejects.toMatchObject(
    refused('sign-in-refused'),
  );
});

test('a provider that has asked for two factors counts as two', async () => {
  const { id } = await aMethod({ countsAsTwo: true });
  const { token } = await comeBy(id);
  expect((await as(token).call('get /me/sessions', {})).items[0]).toMatchObject({ secondFactor: true });
});

test('before signing in, titles are all that is told of methods', async () => {
  const { id } = await aMethod();
  const off = await aMethod({ title: 'Off' });
  await admin.call('patch /sign-in-methods/{method}', { params: { method: off.id }, body: { isEnabled: false } });
  expect((await nobody.call('get /sign-in', {})).methods).toEqual([{ id, kind: 'oidc', title: 'Staff' }]);
  expect((await nobody.call('get /sign-in', { query: { organization: 'nobody' } })).methods).toEqual([]);
});

test('a secret is sealed, never told, and not sent to another address', async () => {
  const { id } = await aMethod();
  const told = await admin.call('get /sign-in-methods', {});
  const kept = await database.selectFrom('sign_in_method').selectAll().execute();
  expect(JSON.stringify([told, kept])).not.toContain(registered.secret);
  expect(told.items[0]).toMatchObject({ hasSecret: true });
  const patch = (body: BodyOf<'patch /sign-in-methods/{method}'>) =>
    admin.call('patch /sign-in-methods/{method}', { params: { method: id }, body });
  const elsewhere = { ...staff().settings, issuer: 'https://evil.example.org' };
  await expect(patch({ settings: elsewhere })).rejects.toMatchObject(refused('invalid'));
  expect(await patch({ settings: elsewhere, secret: 'new' })).toMatchObject({ settings: elsewhere });
});

test('whoever maps to a group needs to be allowed to put people into it', async () => {
  const group = await admin.call('post /groups', { body: { name: 'Admins' } });
  const policy = await admin.call('post /policies', {
    body: {
      name: 'Sign-in only',
      document: { Version: '2026-11-01', Statement: [{ Effect: 'Allow', Action: 'sign-in.*', Resource: '*' }] },
    },
  });
  const { id } = await admin.call('post /users', { body: { name: 'Keeper', password: 'correct horse battery' } });
  await admin.call('put /policies/{policy}/attachments/{principal}', { params: { policy: policy.id, principal: id } });
  const { token } = await nobody.call('post /sessions', {
    body: { name: 'Keeper', password: 'correct horse battery', kind: 'cli' },
  });
  const add = (groups: Record<string, string[]>) =>
    as(token).call('post /sign-in-methods', { body: { ...staff(), title: 'Mine', groups } });
  await expect(add({ all: [group.id] })).rejects.toMatchObject(refused('not-allowed'));
  await add({});
});

test('trying a method says what is wrong with it', async () => {
  const { id } = await aMethod();
  const check = (method: string) => admin.call('post /sign-in-methods/{method}/check', { params: { method } });
  expect(await check(id)).toEqual({ people: [] });
  const wrong = await aMethod({ title: 'Wrong', settings: { issuer: `${there.issuer}/no`, clientId: 'x' } });
  await expect(check(wrong.id)).rejects.toMatchObject(refused('identity-provider-broken'));
  const inside = await aMethod({ title: 'Inside', settings: { issuer: 'https://10.1.2.3', clientId: 'x' } });
  await expect(check(inside.id)).rejects.toMatchObject(refused('address-refused'));
});
