import { createClient, type Client } from '@pileus/api';
import type { Id, OrganizationId, UserId } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { aPlatform } from '../testing/a-platform.ts';

const { client: admin, bugs, url, database } = await aPlatform([simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));

const password = 'a wordy way in of mine';
const document = (...Statement: { Effect: 'Allow' | 'Deny'; Action: string[]; Resource: string }[]) => ({
  Version: '2026-11-01' as const,
  Statement,
});
const allow = (...Action: string[]) => ({ Effect: 'Allow' as const, Action, Resource: '*' });
const deny = (...Action: string[]) => ({ Effect: 'Deny' as const, Action, Resource: '*' });
const beyond = (action: string) => ({ failure: { code: 'beyond-own-rights', facts: { action } } });

/** Keeps people and policies, and sees templates; nothing else. */
let keeper: Client;
let keeperId = '';
const made: Record<'boss' | 'reader' | 'robot' | 'bosses' | 'readers' | 'kept' | 'templates' | 'wide', string> = {
  boss: '',
  reader: '',
  robot: '',
  bosses: '',
  readers: '',
  kept: '',
  templates: '',
  wide: '',
};

beforeAll(async () => {
  const policy = async (name: string, ...statements: ReturnType<typeof allow | typeof deny>[]) =>
    (await admin.call('post /policies', { body: { name, document: document(...statements) } })).id;
  const attach = (policy: string, principal: string) =>
    admin.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
  const user = async (name: string) => (await admin.call('post /users', { body: { name, password } })).id;
  const group = async (name: string) => (await admin.call('post /groups', { body: { name } })).id;
  keeperId = await user('keeper');
  made.boss = await user('boss');
  made.reader = await user('reader');
  made.robot = (await admin.call('post /service-accounts', { body: { name: 'robot' } })).id;
  made.bosses = await group('bosses');
  made.readers = await group('readers');
  made.kept = await policy(
    'Keeping people',
    allow('user.*', 'group.*', 'service-account.*', 'policy.*', 'sign-in.*', 'template.read'),
  );
  made.templates = await policy('Templates', allow('template.read'));
  made.wide = await policy('Wide', allow('*'), deny('account.delete'));
  await attach(made.kept, keeperId);
  await attach('AdministratorAccess', made.boss);
  await attach('AdministratorAccess', made.bosses);
  await attach('AdministratorAccess', made.robot);
  await attach(made.templates, made.readers);
  const { token } = await createClient({ server: url }).call('post /sessions', {
    body: { name: 'keeper', password, kind: 'cli' },
  });
  keeper = createClient({ server: url, token });
});

test('nobody attaches what it may not do itself, not even to itself', async () => {
  const attach = (policy: string, principal: string) =>
    keeper.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
  await expect(attach('AdministratorAccess', keeperId)).rejects.toMatchObject({
    failure: { code: 'beyond-own-rights', facts: { policy: 'AdministratorAccess' } },
  });
  await expect(attach(made.wide, made.reader)).rejects.toMatchObject({ failure: { code: 'beyond-own-rights' } });
  await attach(made.templates, made.reader);
  await attach(made.kept, made.reader);
  for (const policy of [made.templates, made.kept])
    await keeper.call('delete /policies/{policy}/attachments/{principal}', {
      params: { policy, principal: made.reader },
    });
});

test('to take away what denies something is to give it', async () => {
  const params = { policy: made.wide, principal: made.reader };
  await admin.call('put /policies/{policy}/attachments/{principal}', { params });
  await expect(keeper.call('delete /policies/{policy}/attachments/{principal}', { params })).rejects.toMatchObject(
    beyond('account.delete'),
  );
  await admin.call('delete /policies/{policy}/attachments/{principal}', { params });
});

test('a policy that applies to somebody changes only within what its changer may do', async () => {
  const { id: policy } = await keeper.call('post /policies', {
    body: { name: 'Drafted', document: document(allow('account.create')) },
  });
  const put = (...statements: ReturnType<typeof allow | typeof deny>[]) =>
    keeper.call('put /policies/{policy}', { params: { policy }, body: { document: document(...statements) } });
  await put(allow('account.create', 'account.delete'));
  await put(allow('template.read'));
  await keeper.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal: made.reader } });
  await expect(put(allow('template.read'), allow('account.create'))).rejects.toMatchObject(beyond('account.create'));
  await expect(
    keeper.call('put /policies/{policy}', { params: { policy }, body: { version: 2 } }),
  ).rejects.toMatchObject({ failure: { code: 'beyond-own-rights' } });
  await put(allow('template.read', 'user.read'), deny('account.delete'));
  await expect(put(allow('template.read'))).rejects.toMatchObject(beyond('account.delete'));
  // What somebody else has given stays beside what is changed.
  const body = { document: document(allow('account.create'), allow('template.read')) };
  await admin.call('put /policies/{policy}', { params: { policy }, body });
  await put(allow('account.create'), allow('template.read', 'user.read'));
});

test('nobody is put into a group, or made, enabled or signed in as somebody, that may do more', async () => {
  const members = (group: string, ...ids: string[]) =>
    keeper.call('patch /groups/{group}', { params: { group }, body: { members: ids } });
  await expect(members(made.bosses, keeperId)).rejects.toMatchObject({ failure: { code: 'beyond-own-rights' } });
  await members(made.readers, keeperId, made.reader);
  await members(made.readers);
  await expect(
    keeper.call('post /users', { body: { name: 'mine', password, groups: [made.bosses] } }),
  ).rejects.toMatchObject({ failure: { code: 'beyond-own-rights' } });
  await keeper.call('post /users', { body: { name: 'theirs', password, groups: [made.readers] } });
  await expect(
    keeper.call('post /service-accounts/{service}/tokens', { params: { service: made.robot }, body: { name: 'mine' } }),
  ).rejects.toMatchObject({ failure: { code: 'beyond-own-rights' } });
  const boss = { user: made.boss };
  await expect(keeper.call('post /users/{user}/link', { params: boss })).rejects.toMatchObject({
    failure: { code: 'beyond-own-rights' },
  });
  await keeper.call('patch /users/{user}', { params: boss, body: { isDisabled: true } });
  await expect(keeper.call('patch /users/{user}', { params: boss, body: { isDisabled: false } })).rejects.toMatchObject(
    { failure: { code: 'beyond-own-rights' } },
  );
  await admin.call('patch /users/{user}', { params: boss, body: { isDisabled: false } });
});

test('who maps an identity provider to a group gives what the group may do', async () => {
  const body = (group: string) => ({
    kind: 'oidc' as const,
    title: `By ${group}`,
    settings: { issuer: 'https://id.example.org', clientId: 'pileus' },
    groups: { staff: [group] },
  });
  const refused = { failure: { code: 'beyond-own-rights' } };
  await expect(keeper.call('post /sign-in-methods', { body: body(made.bosses) })).rejects.toMatchObject(refused);
  await keeper.call('post /sign-in-methods', { body: body(made.readers) });
  const { id: method } = await admin.call('post /sign-in-methods', { body: body(made.bosses) });
  const change = (body: object) => keeper.call('patch /sign-in-methods/{method}', { params: { method }, body });
  await expect(
    change({ settings: { issuer: 'https://elsewhere.example.org', clientId: 'pileus' } }),
  ).rejects.toMatchObject(refused);
  await change({ title: 'Only its title' });
});

test('who is denied something through a group does not leave it by sending somebody else there', async () => {
  const limited = (await admin.call('post /users', { body: { name: 'limited', password } })).id;
  const group = (await admin.call('post /groups', { body: { name: 'limits' } })).id;
  const denying = (
    await admin.call('post /policies', { body: { name: 'No deletions', document: document(deny('account.delete')) } })
  ).id;
  for (const [policy, principal] of [
    ['AdministratorAccess', limited],
    [denying, group],
  ] as const)
    await admin.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
  await admin.call('patch /groups/{group}', { params: { group }, body: { members: [limited] } });
  const { token } = await createClient({ server: url }).call('post /sessions', {
    body: { name: 'limited', password, kind: 'cli' },
  });
  const change = (members: string[]) =>
    createClient({ server: url, token }).call('patch /groups/{group}', { params: { group }, body: { members } });
  await expect(change([])).rejects.toMatchObject(beyond('account.delete'));
  await expect(change([made.reader])).rejects.toMatchObject(beyond('account.delete'));
  await change([limited, made.reader]);
});

test('who says what a directory is gives what its people may do', async () => {
  const settings = {
    url: 'ldaps://127.0.0.1:9',
    bindDn: 'cn=reader,dc=x',
    people: { base: 'dc=x', filter: '(uid={name})' },
  };
  const { id: method } = await admin.call('post /sign-in-methods', {
    body: { kind: 'ldap', title: 'Directory', settings, secret: 'reading' },
  });
  await database
    .insertInto('identity')
    .values({
      organization: (await admin.call('get /me', {})).organization.id as OrganizationId,
      issuer: `ldap:${method}`,
      subject: 'boss',
      user_id: made.boss as UserId,
      method: method as Id<'sign-in-method'>,
    })
    .execute();
  const change = (body: object) => keeper.call('patch /sign-in-methods/{method}', { params: { method }, body });
  const elsewhere = { ...settings, url: 'ldaps://192.0.2.1' };
  const refused = { failure: { code: 'beyond-own-rights' } };
  await expect(change({ settings: elsewhere })).rejects.toMatchObject(refused);
  await expect(change({ countsAsTwo: true })).rejects.toMatchObject(refused);
  await change({ title: 'Directory of the lab' });
});

test('a token gives no more than its scopes', async () => {
  const { token } = await admin.call('post /me/tokens', { body: { name: 'attaching', scopes: ['policy.*'] } });
  const scoped = createClient({ server: url, token });
  const params = { policy: 'ReadOnlyAccess', principal: made.reader };
  await expect(scoped.call('put /policies/{policy}/attachments/{principal}', { params })).rejects.toMatchObject({
    failure: { code: 'beyond-own-rights' },
  });
});

test('a new link signs in once and lets one choose a password; the one before it no longer works', async () => {
  const { id: user, link: first = '' } = await admin.call('post /users', { body: { name: 'late' } });
  const second = await admin.call('post /users/{user}/link', { params: { user } });
  const come = (link: string) =>
    createClient({ server: url }).call('post /sessions', {
      body: { link: link.replace(/^.*#link=/, ''), kind: 'cli' },
    });
  await expect(come(first)).rejects.toMatchObject({ failure: { code: 'sign-in-refused' } });
  const { token } = await come(second.link);
  await createClient({ server: url, token }).call('put /me/password', { body: { next: password } });
  await expect(come(second.link)).rejects.toMatchObject({ failure: { code: 'sign-in-refused' } });
  await admin.call('patch /users/{user}', { params: { user }, body: { isDisabled: true } });
  await expect(admin.call('post /users/{user}/link', { params: { user } })).rejects.toMatchObject({
    failure: { code: 'conflict' },
  });
});
