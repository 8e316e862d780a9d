import type { Database, Transaction } from '@pileus/database';
import {
  beginAuthentication,
  finishAuthentication,
  newRecoveryCodes,
  passkeyNamed,
  useRecoveryCode,
  verifyTotp,
  type Passkey,
  type RelyingParty,
} from '@pileus/identity';
import { because, Failure, Secret, type Id, type UserId } from '@pileus/model';
import { z } from 'zod';
import { countAttempt, forgetAttempts, guesses } from './attempts.ts';
import { openChallenge, takeChallenge } from './challenges.ts';
import type { Given, Queries } from './given.ts';
import { sealedColumns } from '../vault/index.ts';

/** The second factors of somebody, the oldest first. */
export function factorsOf(database: Queries, user: UserId) {
  return database
    .selectFrom('factor')
    .selectAll()
    .where('user_id', '=', user)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

type FactorRow = Awaited<ReturnType<typeof factorsOf>>[number];

/** By what somebody can give a second factor; nothing where there is none. */
export function waysOf(factors: readonly Pick<FactorRow, 'kind'>[]): ('code' | 'passkey')[] {
  const has = (kind: FactorRow['kind']) => factors.some((one) => one.kind === kind);
  // Recovery codes are codes too, and go with any factor.
  return factors.length === 0 ? [] : has('passkey') ? ['passkey', 'code'] : ['code'];
}

/** Takes a code of somebody's app, or a recovery code, once. Throws `code-refused`, `too-many-requests`. */
export async function takeCode(given: Given, ip: string, user: UserId, code: string): Promise<void> {
  const counted = `second factor of ${user}`;
  await countAttempt(given, ip, counted, user, guesses.code);
  if (!(await isCode(given, user, code))) throw new Failure('code-refused');
  await forgetAttempts(given, ip, counted);
}

async function isCode({ database, clock, vault }: Given, user: UserId, code: string): Promise<boolean> {
  const totp = (await factorsOf(database, user)).find(({ kind }) => kind === 'totp');
  if (totp?.secret) {
    const secret = new Secret(await vault.open(totp.secret, sealedColumns.factorSecret.place(totp)));
    const verified = verifyTotp(code, { secret, lastStep: totp.last_step ?? undefined }, clock.now());
    if (verified && (await isFirst(database, totp.id, verified.lastStep, new Date(clock.now())))) return true;
  }
  return takeRecoveryCode(database, user, code);
}

/** Of two requests with one code, one is first. */
async function isFirst(database: Database, id: Id<'factor'>, step: number, now: Date): Promise<boolean> {
  const taken = await database
    .updateTable('factor')
    .set({ last_step: step, used_at: now })
    .where('id', '=', id)
    .where(({ eb, or }) => or([eb('last_step', 'is', null), eb('last_step', '<', step)]))
    .returning('id')
    .executeTakeFirst();
  return taken !== undefined;
}

async function takeRecoveryCode(database: Database, user: UserId, code: string): Promise<boolean> {
  const rows = await database.selectFrom('recovery_code').select('hash').where('user_id', '=', user).execute();
  const hashes = rows.map(({ hash }) => hash);
  const left = useRecoveryCode(code, hashes);
  const used = left && hashes.find((hash) => !left.includes(hash));
  if (used === undefined) return false;
  const { numDeletedRows } = await database
    .deleteFrom('recovery_code')
    .where('user_id', '=', user)
    .where('hash', '=', used)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Makes ten new recovery codes; those there were end. */
export async function renewRecoveryCodes(transaction: Transaction, user: UserId): Promise<string[]> {
  const { codes, hashes } = newRecoveryCodes();
  await transaction.deleteFrom('recovery_code').where('user_id', '=', user).execute();
  await transaction
    .insertInto('recovery_code')
    .values(hashes.map((hash) => ({ user_id: user, hash })))
    .execute();
  return codes.map((code) => code.reveal());
}

/** What is kept of a passkey, as the ceremonies want it. */
export function passkeyOf(row: FactorRow): Passkey | undefined {
  const { credential, public_key, counter, transports, is_synced } = row;
  if (credential === null || public_key === null) return undefined;
  return {
    id: credential,
    publicKey: public_key,
    counter: counter ?? 0,
    transports: transports ?? [],
    isSynced: is_synced ?? false,
  };
}

const Asked = z.object({ challenge: z.string() });

/** Begins a ceremony: with one of somebody's passkeys, or with whatever the browser has for this address. */
export async function askForPasskey(
  given: Given,
  party: RelyingParty,
  of?: { readonly user: UserId; readonly session?: Id<'session'> },
) {
  const passkeys = of && (await factorsOf(given.database, of.user)).flatMap((row) => passkeyOf(row) ?? []);
  const { options, challenge } = await beginAuthentication(party, passkeys);
  const { token } = await openChallenge(given, { what: 'passkey', ...of, content: { challenge } });
  return { ceremony: token, options: { ...options } };
}

/**
 * Whose passkey answered. The ceremony is over then, whatever comes of it. Throws `passkey-refused` also for a passkey of
 * somebody else than it was begun for.
 */
export async function takePasskey(
  given: Given,
  party: RelyingParty,
  { ceremony, passkey, session }: { ceremony: string; passkey: unknown; session?: Id<'session'> | undefined },
): Promise<UserId> {
  const { database, clock } = given;
  const { user, content } = await takeChallenge(given, { what: 'passkey', token: ceremony, session, content: Asked });
  const named = passkeyNamed(passkey);
  const row = await database.selectFrom('factor').selectAll().where('credential', '=', named.id).executeTakeFirst();
  const known = row && passkeyOf(row);
  const isOf = row && (user ?? row.user_id) === row.user_id && (named.user ?? row.user_id) === row.user_id;
  if (!known || !isOf) throw new Failure('passkey-refused', { reason: because('passkey-unknown') });
  const { counter } = await finishAuthentication(party, passkey, content.challenge, known);
  const { numUpdatedRows } = await database
    .updateTable('factor')
    .set({ counter, used_at: new Date(clock.now()) })
    .where('id', '=', row.id)
    .where(({ eb, or }) => or([eb('counter', '<', counter), eb('counter', '=', known.counter)]))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Failure('passkey-refused', { reason: because('passkey-copied') });
  return row.user_id;
}
