import type { Database } from '@pileus/database';
import { type Clock, Failure, minutes } from '@pileus/model';
import { sql } from 'kysely';

/** So many tries from one address with one name, and from one address with any name, within five minutes. */
const perName = 10;
const perAddress = 100;
const span = minutes(5);

/**
 * Counts a try to sign in before it is looked at, so that tries side by side are all counted; throws
 * `too-many-requests` with the seconds to wait.
 */
export async function countAttempt(database: Database, clock: Clock, ip: string, name: string): Promise<void> {
  await count(database, clock, `${ip} ${name.toLowerCase()}`, perName);
  await count(database, clock, ip, perAddress);
}

/** A good sign-in was no guess: it ends the count for its name and is taken back from that of its address. */
export async function forgetAttempts(database: Database, ip: string, name: string): Promise<void> {
  await database.deleteFrom('sign_in_attempt').where('who', '=', `${ip} ${name.toLowerCase()}`).execute();
  await database
    .updateTable('sign_in_attempt')
    .set((of) => ({ tries: of('tries', '-', 1) }))
    .where('who', '=', ip)
    .where('tries', '>', 0)
    .execute();
}

async function count(database: Database, clock: Clock, who: string, most: number): Promise<void> {
  const now = new Date(clock.now());
  const until = new Date(clock.now() + span);
  const { tries, until: end } = await database
    .insertInto('sign_in_attempt')
    .values({ who, tries: 1, until })
    .onConflict((conflict) =>
      conflict.column('who').doUpdateSet({
        tries: sql`case when sign_in_attempt.until > ${now} then sign_in_attempt.tries + 1 else 1 end`,
        until: sql`case when sign_in_attempt.until > ${now} then sign_in_attempt.until else excluded.until end`,
      }),
    )
    .returning(['tries', 'until'])
    .executeTakeFirstOrThrow();
  if (tries > most)
    throw new Failure('too-many-requests', { seconds: Math.max(1, Math.ceil((end.getTime() - clock.now()) / 1_000)) });
}
