import type { Database } from '@pileus/database';
import type { Actor, Answer } from '@pileus/http';
import { Failure, minutes, type UserId } from '@pileus/model';
import type { Given } from './given.ts';
import { countAttempt } from './attempts.ts';
import { voidLinks } from './one-time-link.ts';
import { hashPassword, isPassword } from './password.ts';
import { everAllowed } from './rights.ts';
import { endOtherSessions } from './sessions.ts';

export async function me(database: Database, { user, organization, rights }: Actor): Promise<Answer<'get /me'>> {
  const [person, { name }] = await Promise.all([
    database
      .selectFrom('user_account')
      .select('password')
      .where('id', '=', user.id as UserId)
      .executeTakeFirst(),
    database.selectFrom('organization').select('name').where('id', '=', organization).executeTakeFirstOrThrow(),
  ]);
  return {
    id: user.id,
    name: user.name,
    organization: { id: organization, name },
    hasPassword: person !== undefined && person.password !== null,
    permissions: everAllowed(rights),
  };
}

/** How long after signing in by a link a forgotten password can be replaced. */
const linkIsFresh = minutes(15);

/** Sets a password. Everyone else who is signed in as this user is signed out, and links that still lie about end. */
export async function changePassword(
  { database, clock }: Given,
  actor: Actor,
  { current, next }: { readonly current?: string | undefined; readonly next: string },
): Promise<Answer<'get /me'>> {
  const { by } = actor;
  // A program has no password.
  if (by.is !== 'session') throw new Failure('not-allowed', { permission: 'a session' });
  const user = actor.user.id as UserId; // sessions are people's
  const { password, begun_by, created_at } = await database
    .selectFrom('user_account')
    .innerJoin('session', 'session.user_id', 'user_account.id')
    .select(['user_account.password', 'session.begun_by', 'session.created_at'])
    .where('session.id', '=', by.id)
    .executeTakeFirstOrThrow();
  const byFreshLink = begun_by === 'link' && clock.now() - created_at.getTime() < linkIsFresh;
  if (password !== null && !byFreshLink) {
    await countAttempt(database, clock, `user ${actor.user.id}`, 'password change');
    if (!(await isPassword(current ?? '', password))) throw new Failure('sign-in-refused');
  }
  const hash = await hashPassword(next);
  await database.transaction().execute(async (transaction) => {
    await transaction.updateTable('user_account').set({ password: hash }).where('id', '=', user).execute();
    await transaction.updateTable('session').set({ begun_by: 'password' }).where('id', '=', by.id).execute();
    await endOtherSessions(transaction, user, by.id);
    await voidLinks(transaction, user);
  });
  return me(database, actor);
}
