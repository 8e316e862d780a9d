import type { Database } from '@pileus/database';
import type { Actor, Answer, RequestFacts } from '@pileus/http';
import { because, Failure, minutes, type UserId } from '@pileus/model';
import type { Given } from './given.ts';
import { countAttempt, forgetAttempts } from './attempts.ts';
import { voidLinks } from './one-time-link.ts';
import { methodOf, signsInBy } from './identities.ts';
import { hashNewPassword } from './new-password.ts';
import { isPassword } from './password.ts';
import { sessionOf } from './proof.ts';
import { everAllowed } from './rights.ts';
import { endOtherSessions } from './sessions.ts';

export async function me(database: Database, { user, organization, rights, owes }: Actor): Promise<Answer<'get /me'>> {
  const { name, password, method } = await database
    .selectFrom('organization')
    .leftJoin('user_account', (join) => join.on('user_account.id', '=', user.id as UserId))
    .select(['organization.name', 'user_account.password', methodOf('user_account.id').as('method')])
    .where('organization.id', '=', organization)
    .executeTakeFirstOrThrow();
  return {
    id: user.id,
    name: user.name,
    organization: { id: organization, name },
    hasPassword: password !== null,
    ...(method !== null && { method }),
    ...(owes && { owes }),
    permissions: everAllowed(rights),
  };
}

/** How long after signing in by a link a forgotten password can be replaced. */
const linkIsFresh = minutes(15);

/** Sets a password. Everyone else who is signed in as this user is signed out, and links that still lie about end. */
export async function changePassword(
  given: Given,
  actor: Actor,
  { ip }: RequestFacts,
  { current, next }: { readonly current?: string | undefined; readonly next: string },
): Promise<Answer<'get /me'>> {
  const { database, clock } = given;
  const { session, user } = sessionOf(actor);
  const { password, begun_by, created_at } = await database
    .selectFrom('user_account')
    .innerJoin('session', 'session.user_id', 'user_account.id')
    .select(['user_account.password', 'session.begun_by', 'session.created_at'])
    .where('session.id', '=', session)
    .executeTakeFirstOrThrow();
  const method = await signsInBy(database, user);
  if (method !== undefined)
    throw new Failure('conflict', {
      what: actor.user.name,
      reason: because('password-elsewhere', { method }),
    });
  const byFreshLink = begun_by === 'link' && clock.now() - created_at.getTime() < linkIsFresh;
  if (password !== null && !byFreshLink) {
    const counted = `password of ${user}`;
    await countAttempt(given, ip, counted, user);
    if (!(await isPassword(current ?? '', password))) throw new Failure('sign-in-refused');
    await forgetAttempts(given, ip, counted);
  }
  const hash = await hashNewPassword(database, next, { name: actor.user.name, organization: actor.organization });
  await database.transaction().execute(async (transaction) => {
    await transaction.updateTable('user_account').set({ password: hash }).where('id', '=', user).execute();
    // A link lets one choose a password once.
    const proved = { ...(begun_by === 'link' && { begun_by: 'password' as const }), proved_at: new Date(clock.now()) };
    await transaction.updateTable('session').set(proved).where('id', '=', session).execute();
    await endOtherSessions(transaction, user, session);
    await voidLinks(transaction, user);
  });
  return me(database, actor);
}
