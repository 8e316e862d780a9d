import type { Database } from '@pileus/database';
import type { Actor, Answer } from '@pileus/http';
import { Failure, minutes } from '@pileus/model';
import type { Given } from './given.ts';
import { countAttempt } from './attempts.ts';
import { voidLinks } from './one-time-link.ts';
import { hashPassword, isPassword } from './password.ts';
import { endOtherSessions } from './sessions.ts';

export async function me(database: Database, { user, permissions }: Actor): Promise<Answer<'get /me'>> {
  const { password } = await database
    .selectFrom('user_account')
    .select('password')
    .where('id', '=', user.id)
    .executeTakeFirstOrThrow();
  return { id: user.id, name: user.name, hasPassword: password !== null, permissions: [...permissions] };
}

/** How long after signing in by a link a forgotten password can be replaced. */
const linkIsFresh = minutes(15);

/** Sets a password. Everyone else who is signed in as this user is signed out, and links that still lie about end. */
export async function changePassword(
  { database, clock }: Given,
  actor: Actor,
  { current, next }: { readonly current?: string | undefined; readonly next: string },
): Promise<Answer<'get /me'>> {
  const { password, begun_by, created_at } = await database
    .selectFrom('user_account')
    .innerJoin('session', 'session.user_id', 'user_account.id')
    .select(['user_account.password', 'session.begun_by', 'session.created_at'])
    .where('session.id', '=', actor.session.id)
    .executeTakeFirstOrThrow();
  const byFreshLink = begun_by === 'link' && clock.now() - created_at.getTime() < linkIsFresh;
  if (password !== null && !byFreshLink) {
    await countAttempt(database, clock, `user ${actor.user.id}`, 'password change');
    if (!(await isPassword(current ?? '', password))) throw new Failure('sign-in-refused');
  }
  const hash = await hashPassword(next);
  await database.transaction().execute(async (transaction) => {
    await transaction.updateTable('user_account').set({ password: hash }).where('id', '=', actor.user.id).execute();
    await transaction.updateTable('session').set({ begun_by: 'password' }).where('id', '=', actor.session.id).execute();
    await endOtherSessions(transaction, actor.user.id, actor.session.id);
    await voidLinks(transaction, actor.user.id);
  });
  return me(database, actor);
}
