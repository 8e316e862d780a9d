import { networkOf } from '@pileus/http';
import { days, Failure, minutes, type Duration, type UserId } from '@pileus/model';
import { sql } from 'kysely';
import type { Given } from './given.ts';

/**
 * How many guesses there may be: from one address at one name, from one address at all, and at one name from all
 * addresses together where its owner has never come from. Who guesses from everywhere keeps out strangers, of whom it is
 * one; the owner comes in from where it has been before, and by a passkey from anywhere.
 */
export const guesses = {
  password: { perName: 10, perAddress: 100, within: minutes(5), strangers: { most: 100, within: minutes(60) } },
  code: { perName: 10, perAddress: 100, within: minutes(5), strangers: { most: 20, within: minutes(60) } },
  /** Nobody guesses 256 bits. */
  link: { perName: 10, perAddress: 100, within: minutes(5) },
  /** A page that offers passkeys begins a ceremony each time it is opened; what we keep of them is bounded. */
  passkey: { perName: 300, perAddress: 600, within: minutes(5) },
} as const satisfies Record<string, Guesses>;

interface Guesses {
  readonly perName: number;
  readonly perAddress: number;
  readonly within: Duration;
  readonly strangers?: { readonly most: number; readonly within: Duration };
}

const familiarFor = days(60);

/**
 * Counts a try before it is looked at, so that tries side by side are all counted; throws `too-many-requests` with the
 * seconds to wait. `user` is whom the name belongs to, where there is somebody.
 */
export async function countAttempt(
  given: Given,
  ip: string,
  name: string,
  user: UserId | undefined,
  most: Guesses = guesses.password,
): Promise<void> {
  const address = networkOf(ip);
  await count(given, fromAddress(address, name), most.perName, most.within);
  await count(given, address, most.perAddress, most.within);
  if (!most.strangers || (await isFamiliar(given, user, address))) return;
  await count(given, byStrangers(name), most.strangers.most, most.strangers.within);
}

/** A good sign-in was no guess: it ends the count for its name and is taken back from that of its address. */
export async function forgetAttempts({ database }: Given, ip: string, name: string): Promise<void> {
  const address = networkOf(ip);
  await database.deleteFrom('sign_in_attempt').where('who', '=', fromAddress(address, name)).execute();
  await database
    .updateTable('sign_in_attempt')
    .set((of) => ({ tries: of('tries', '-', 1) }))
    .where('who', 'in', [address, byStrangers(name)])
    .where('tries', '>', 0)
    .execute();
}

/** Once somebody has signed in from there, whatever that took. */
export async function rememberAddress({ database, clock }: Given, ip: string, user: UserId): Promise<void> {
  const address = networkOf(ip);
  const seen = new Date(clock.now());
  await database
    .insertInto('familiar_address')
    .values({ user_id: user, address, seen_at: seen })
    .onConflict((conflict) => conflict.columns(['user_id', 'address']).doUpdateSet({ seen_at: seen }))
    .execute();
}

/** From when on addresses are familiar. */
export const familiarSince = (now: number) => new Date(now - familiarFor);

async function isFamiliar({ database, clock }: Given, user: UserId | undefined, address: string): Promise<boolean> {
  const found = await database
    .selectFrom('familiar_address')
    .select('address')
    // Asked also for a name that nobody has, so that both take as long.
    .where('user_id', '=', user ?? ('' as UserId))
    .where('address', '=', address)
    .where('seen_at', '>', familiarSince(clock.now()))
    .executeTakeFirst();
  return found !== undefined;
}

const fromAddress = (address: string, name: string) => `${address} ${name.toLowerCase()}`;
const byStrangers = (name: string) => `* ${name.toLowerCase()}`;

async function count({ database, clock }: Given, who: string, most: number, within: Duration): Promise<void> {
  const now = new Date(clock.now());
  const until = new Date(clock.now() + within);
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
