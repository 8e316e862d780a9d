import type { Database } from '@pileus/database';
import { type Clock, days, type UserId } from '@pileus/model';
import type { Queries } from './given.ts';
import { digest, newToken } from './token.ts';
import { firstAdministrator } from './users.ts';

/**
 * Makes a link that signs in as `admin`, once, within 24 hours: whoever can read the server's console owns the server.
 * The token stands after `#`, so it is in no proxy's log.
 */
export async function administratorLink(database: Database, clock: Clock, origin: string): Promise<string> {
  return `${origin}${await makeLink(database, clock, await firstAdministrator(database, clock))}`;
}

/** Makes a link that signs somebody in, once, within 24 hours: a path below the portal's address. */
export async function makeLink(database: Queries, clock: Clock, user: UserId): Promise<string> {
  const token = newToken('pll');
  await database
    .insertInto('one_time_link')
    .values({
      token: digest(token),
      user_id: user,
      created_at: new Date(clock.now()),
      expires_at: linkExpiry(clock),
      used_at: null,
    })
    .execute();
  return `/sign-in#link=${token}`;
}

/** Until when a link works that is made now. */
export function linkExpiry(clock: Clock): Date {
  return new Date(clock.now() + days(1));
}

/** Whom a link signs in: undefined when it is unknown, too old or used. Of two who come at once one gets in. */
export async function takeLink(database: Database, clock: Clock, token: string): Promise<UserId | undefined> {
  const now = new Date(clock.now());
  const taken = await database
    .updateTable('one_time_link')
    .set({ used_at: now })
    .where('token', '=', digest(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('user_id')
    .executeTakeFirst();
  return taken?.user_id;
}

/** Ends the links that were not used yet. */
export async function voidLinks(database: Queries, user: UserId): Promise<void> {
  await database.deleteFrom('one_time_link').where('user_id', '=', user).where('used_at', 'is', null).execute();
}
