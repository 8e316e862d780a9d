import type { Database } from '@pileus/database';
import { type Actor, type Answer, type Bound, handle } from '@pileus/http';
import { because, Failure, type Id, type PrincipalId, type UserId } from '@pileus/model';
import { sql } from 'kysely';
import { oldestFirst, pageOf } from '../page.ts';
import { taken } from '../row.ts';
import { addToken, revokeToken, tokensOf } from './access-tokens.ts';
import type { Given } from './given.ts';
import { refuseGiving } from './giving.ts';
import { keepAnAdministrator } from './last-administrator.ts';
import { groupsOf, policiesOf } from './naming.ts';
import { signsInBy } from './identities.ts';
import { linkExpiry, makeLink, voidLinks } from './one-time-link.ts';
import { hashNewPassword } from './new-password.ts';
import { attachedPolicies } from './rights.ts';
import { theOne } from './targets.ts';
import { insertUser } from './users.ts';
import { visibleUsers } from './visible.ts';

type UserView = Answer<'get /users/{user}'>;
type SessionView = Answer<'get /me/sessions'>['items'][number];

export function userHandlers(given: Given): Bound[] {
  const { database, clock } = given;

  const one = async (id: string): Promise<UserView> => {
    const row = await users(database)
      .where('id', '=', id as UserId)
      .executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'user', id });
    return view(row);
  };

  return [
    handle('get /users', async ({ query: { limit, cursor, q, state }, actor }) => {
      const found = await users(database)
        .where(visibleUsers(actor, 'user.read'))
        .$if(state !== undefined, (rows) => rows.where('disabled_at', state === 'disabled' ? 'is not' : 'is', null))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOf(found, limit, view);
    }),
    handle('post /users', async ({ body: { name, password, groups }, actor, audit, check }) => {
      for (const group of groups) {
        check('group.update', await theOne(database, actor, 'group', group));
        refuseGiving(actor.rights, await attachedPolicies(database, group as Id<'group'>));
      }
      const { organization } = actor;
      const hash = password === undefined ? null : await hashNewPassword(database, password, { name, organization });
      const made = await database.transaction().execute(async (transaction) => {
        const id = await insertUser(transaction, clock, { name, organization }, hash);
        if (!id) throw new Failure('name-taken', { name });
        for (const group of groups)
          await transaction
            .insertInto('group_member')
            .values({ user_group: group as Id<'group'>, member: id })
            .execute();
        return { id, ...(hash === null && { link: await makeLink(transaction, clock, id) }) };
      });
      audit(made.id);
      return { ...(await one(made.id)), ...(made.link !== undefined && { link: made.link }) };
    }),
    handle('get /users/{user}', ({ params }) => one(params.user)),
    handle('patch /users/{user}', async ({ params: { user: id }, body: { name, isDisabled }, actor, audit }) => {
      audit(id);
      const user = id as UserId;
      if (isDisabled === false) refuseGiving(actor.rights, await attachedPolicies(database, user));
      await database.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('user_account')
          .set({
            ...(name !== undefined && { name }),
            ...(isDisabled !== undefined && { disabled_at: isDisabled ? new Date(clock.now()) : null }),
          })
          .where('id', '=', user)
          .$if(name === undefined && isDisabled === undefined, (rows) => rows.set({ id: user }))
          .execute()
          .catch(taken(name ?? ''));
        if (isDisabled) await keepAnAdministrator(transaction, user);
      });
      return one(id);
    }),
    handle('delete /users/{user}', async ({ params: { user }, audit }) => {
      audit(user);
      await removePrincipal(given, user as UserId);
      return {};
    }),
    handle('post /users/{user}/link', async ({ params, actor, audit }) => {
      audit(params.user);
      const user = params.user as UserId;
      const { name, isDisabled } = await one(user);
      if (isDisabled) throw new Failure('conflict', { what: name, reason: because('user-disabled') });
      const method = await signsInBy(database, user);
      if (method !== undefined)
        throw new Failure('conflict', { what: name, reason: because('signs-in-elsewhere', { method }) });
      refuseGiving(actor.rights, await attachedPolicies(database, user));
      return database.transaction().execute(async (transaction) => {
        await voidLinks(transaction, user);
        return { link: await makeLink(transaction, clock, user), expiresAt: linkExpiry(clock).toISOString() };
      });
    }),
    handle('get /users/{user}/sessions', async ({ params, actor }) => ({
      items: await sessionsOf(database, params.user as UserId, actor),
    })),
    handle('delete /users/{user}/sessions', async ({ params: { user }, audit }) => {
      audit(user);
      await database
        .deleteFrom('session')
        .where('user_id', '=', user as UserId)
        .execute();
      return {};
    }),
    handle('delete /users/{user}/sessions/{session}', async ({ params: { user, session }, audit }) => {
      audit(session);
      await endOne(database, user as UserId, session);
      return {};
    }),
    handle('get /me/sessions', async ({ actor }) => ({
      items: await sessionsOf(database, actor.user.id as UserId, actor),
    })),
    handle('delete /me/sessions/{session}', async ({ params: { session }, actor, audit }) => {
      audit(session);
      await endOne(database, actor.user.id as UserId, session);
      return {};
    }),
    handle('get /me/tokens', async ({ actor }) => ({ items: await tokensOf(database, actor.user.id) })),
    handle('post /me/tokens', async ({ body, actor, audit }) => {
      // A key that is held to less must not make one that is held to nothing.
      if (actor.by.is === 'token') throw new Failure('not-allowed', { permission: 'a session' });
      const { user, organization } = actor;
      const made = await addToken(given, { ...body, owner: user.id, organization, by: user.name });
      audit(made.id);
      return made;
    }),
    handle('delete /me/tokens/{token}', async ({ params: { token }, actor, audit }) => {
      audit(token);
      await revokeToken(database, actor.user.id, token);
      return {};
    }),
  ];
}

/** Takes somebody out of everything; what it has made stays. Throws `conflict` for the last administrator. */
export async function removePrincipal({ database }: Given, id: PrincipalId): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('policy_attachment').where('principal', '=', id).execute();
    await transaction.deleteFrom('group_member').where('member', '=', id).execute();
    await transaction.deleteFrom('access_token').where('owner', '=', id).execute();
    await transaction.deleteFrom('idempotency').where('user_id', '=', id).execute();
    await keepAnAdministrator(transaction, id);
    await transaction
      .deleteFrom('user_account')
      .where('id', '=', id as UserId)
      .execute();
    await transaction
      .deleteFrom('service_account')
      .where('id', '=', id as Id<'service-account'>)
      .execute();
  });
}

function users(database: Database) {
  return database
    .selectFrom('user_account')
    .selectAll()
    .select([
      groupsOf('user_account.id').as('groups'),
      policiesOf('user_account.id').as('policies'),
      sql<Date | null>`(select max(used_at) from session where user_id = user_account.id)`.as('seen_at'),
      sql<boolean>`exists (select from factor where user_id = user_account.id)`.as('has_factor'),
    ]);
}

function view(row: Awaited<ReturnType<ReturnType<typeof users>['executeTakeFirstOrThrow']>>): UserView {
  return {
    id: row.id,
    name: row.name,
    isDisabled: row.disabled_at !== null,
    hasPassword: row.password !== null,
    hasSecondFactor: row.has_factor,
    groups: row.groups,
    policies: row.policies,
    ...(row.seen_at && { lastSeen: row.seen_at.toISOString() }),
    createdAt: row.created_at.toISOString(),
  };
}

async function endOne(database: Database, user: UserId, session: string): Promise<void> {
  const { numDeletedRows } = await database
    .deleteFrom('session')
    .where('user_id', '=', user)
    .where('id', '=', session as Id<'session'>)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new Failure('not-found', { kind: 'session', id: session });
}

async function sessionsOf(database: Database, user: UserId, actor: Actor): Promise<SessionView[]> {
  const rows = await database
    .selectFrom('session')
    .leftJoin('sign_in_method', 'sign_in_method.id', 'session.method')
    .selectAll('session')
    .select('sign_in_method.title')
    .where('user_id', '=', user)
    .orderBy('used_at', 'desc')
    .limit(200)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    begunBy: row.begun_by,
    ...(row.title !== null && { method: row.title }),
    secondFactor: row.mfa,
    ip: row.ip,
    userAgent: row.user_agent,
    createdAt: row.created_at.toISOString(),
    usedAt: row.used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    isCurrent: row.id === actor.by.id,
  }));
}
