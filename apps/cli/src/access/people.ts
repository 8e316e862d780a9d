import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { findGroup, findOrganization, findProject, findServiceAccount, findUser } from '../find.ts';
import { onTop } from '@pileus/api/on-top';
import { moment } from '../output/values.ts';
import { collect } from '../pages.ts';
import { confirm } from '../values/ask.ts';

interface Sure {
  readonly yes?: true;
}

const names = (all: readonly { readonly name: string }[]): string => all.map(({ name }) => name).join(' ');

export async function listOrganizations({ client, out, say, signal }: Context): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /organizations', { query: { cursor, limit }, signal }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.users'), value: ({ users }) => String(users) },
      { title: say('word.id'), value: ({ id }) => id },
      { title: say('word.created'), value: ({ createdAt }) => moment(createdAt) },
    ],
    ({ name }) => name,
  );
}

export async function createOrganization(
  { client, out, say, server, signal }: Context,
  name: string,
  { administrator }: { readonly administrator: string },
): Promise<void> {
  const made = await client.call('post /organizations', { body: { name, administrator }, key: randomUUID(), signal });
  out.message(say('people.link', { name: administrator }));
  await out.one(
    made,
    ({ id }) => id,
    ({ link }) => server.server + link,
  );
}

export async function renameOrganization(context: Context, given: string, name: string): Promise<void> {
  const { client, out, signal } = context;
  const { id } = await findOrganization(context, given);
  const renamed = await client.call('patch /organizations/{organization}', {
    params: { organization: id },
    body: { name },
    signal,
  });
  await out.one(
    renamed,
    (organization) => organization.id,
    (organization) => organization.name,
  );
}

export async function listProjects({ client, out, say, signal }: Context): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /projects', { query: { cursor, limit }, signal }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.deployments'), value: ({ deployments }) => String(deployments) },
      { title: say('word.environments'), value: ({ environments }) => names(environments) },
      { title: say('word.id'), value: ({ id }) => id },
      { title: say('word.description'), value: ({ description }) => description },
    ],
    ({ name }) => name,
  );
}

export async function createProject(
  { client, out, signal }: Context,
  name: string,
  { description = '' }: { readonly description?: string },
): Promise<void> {
  const made = await client.call('post /projects', { body: { name, description }, key: randomUUID(), signal });
  await out.one(
    made,
    ({ id }) => id,
    ({ id }) => id,
  );
}

export async function deleteProject(context: Context, given: string, { yes }: Sure): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findProject(context, given);
  if (!yes && !(await confirm(context, say('people.deleteProject', { name })))) return out.message(say('plan.left'));
  await client.call('delete /projects/{project}', { params: { project: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.project'), name }));
}

export async function listUsers(
  { client, out, say, signal }: Context,
  { search }: { readonly search?: string },
): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /users', { query: { q: search, cursor, limit }, signal }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      {
        title: say('word.state'),
        value: ({ isDisabled }) => say(isDisabled ? 'people.disabled' : 'people.enabled'),
        style: ({ isDisabled }) => (isDisabled ? 'gray' : 'green'),
      },
      { title: say('word.groups'), value: ({ groups }) => names(groups) },
      { title: say('word.policies'), value: ({ policies }) => names(policies) },
      { title: say('word.lastSeen'), value: ({ lastSeen }) => moment(lastSeen) },
      { title: say('word.id'), value: ({ id }) => id },
    ],
    ({ name }) => name,
  );
}

/** Makes a user, who signs in first by the link that is printed. */
export async function createUser({ client, out, say, server, signal }: Context, name: string): Promise<void> {
  const made = await client.call('post /users', { body: { name }, key: randomUUID(), signal });
  out.message(say('people.link', { name }));
  await out.one(
    made,
    ({ id }) => id,
    ({ link = '' }) => server.server + link,
  );
}

export async function switchUser(context: Context, given: string, verb: 'disable' | 'enable'): Promise<void> {
  const { id } = await findUser(context, given);
  await context.client.call('patch /users/{user}', {
    params: { user: id },
    body: { isDisabled: verb === 'disable' },
    signal: context.signal,
  });
}

/** For who has lost the first link, or forgotten the password. */
export async function linkUser(context: Context, given: string): Promise<void> {
  const { client, out, say, server, signal } = context;
  const { id, name } = await findUser(context, given);
  const made = await client.call('post /users/{user}/link', { params: { user: id }, key: randomUUID(), signal });
  out.message(say('people.newLink', { name }));
  await out.one(
    made,
    ({ link }) => server.server + link,
    ({ link }) => server.server + link,
  );
}

/** For who has lost every second factor. */
export async function resetFactors(context: Context, given: string, { yes }: Sure): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findUser(context, given);
  if (!yes && !(await confirm(context, say('people.resetFactors', { name })))) return out.message(say('plan.left'));
  await client.call('delete /users/{user}/factors', { params: { user: id }, signal });
  out.message(say('people.factorsReset', { name }));
}

export async function deleteUser(context: Context, given: string, { yes }: Sure): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findUser(context, given);
  if (!yes && !(await confirm(context, say('people.deleteUser', { name })))) return out.message(say('plan.left'));
  await client.call('delete /users/{user}', { params: { user: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.user'), name }));
}

export async function listGroups({ client, out, say, signal }: Context): Promise<void> {
  const { items } = await collect((cursor, limit) => client.call('get /groups', { query: { cursor, limit }, signal }));
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.members'), value: ({ members }) => names(members) },
      { title: say('word.policies'), value: ({ policies }) => names(policies) },
      { title: say('word.id'), value: ({ id }) => id },
    ],
    ({ name }) => name,
  );
}

export async function createGroup({ client, out, signal }: Context, name: string): Promise<void> {
  const made = await client.call('post /groups', { body: { name }, key: randomUUID(), signal });
  await out.one(
    made,
    ({ id }) => id,
    ({ id }) => id,
  );
}

export async function changeMembers(
  context: Context,
  given: string,
  verb: 'add' | 'remove',
  member: string,
): Promise<void> {
  const { client, signal } = context;
  const params = { group: (await findGroup(context, given)).id };
  const service = member.startsWith('svc-') ? await findServiceAccount(context, member) : undefined;
  const { id } = service ?? (await findUser(context, member));
  await onTop(
    () => client.call('get /groups/{group}', { params, signal }),
    (group, ifMatch) => {
      const others = group.members.map((one) => one.id).filter((one) => one !== id);
      const members = verb === 'add' ? [...others, id] : others;
      return client.call('patch /groups/{group}', { params, body: { members }, ifMatch, signal });
    },
  );
}

export async function deleteGroup(context: Context, given: string, { yes }: Sure): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findGroup(context, given);
  if (!yes && !(await confirm(context, say('people.deleteGroup', { name })))) return out.message(say('plan.left'));
  await client.call('delete /groups/{group}', { params: { group: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.group'), name }));
}

export async function listServiceAccounts({ client, out, say, signal }: Context): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /service-accounts', { query: { cursor, limit }, signal }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.groups'), value: ({ groups }) => names(groups) },
      { title: say('word.policies'), value: ({ policies }) => names(policies) },
      { title: say('word.tokens'), value: ({ tokens }) => String(tokens) },
      { title: say('word.id'), value: ({ id }) => id },
    ],
    ({ name }) => name,
  );
}

export async function createServiceAccount({ client, out, signal }: Context, name: string): Promise<void> {
  const made = await client.call('post /service-accounts', { body: { name }, key: randomUUID(), signal });
  await out.one(
    made,
    ({ id }) => id,
    ({ id }) => id,
  );
}

export async function deleteServiceAccount(context: Context, given: string, { yes }: Sure): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findServiceAccount(context, given);
  if (!yes && !(await confirm(context, say('people.deleteServiceAccount', { name }))))
    return out.message(say('plan.left'));
  await client.call('delete /service-accounts/{service}', { params: { service: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.service'), name }));
}
