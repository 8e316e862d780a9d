import type { Actor, RequestFacts } from '@pileus/http';
import { Failure, minutes, type Id, type UserId } from '@pileus/model';
import { countAttempt, forgetAttempts } from './attempts.ts';
import { factorsOf, takeCode, takePasskey } from './factors.ts';
import type { Given } from './given.ts';
import { isPassword } from './password.ts';
import { relyingParty } from './relying-party.ts';

/** How long who has proved who it is may change its factors. */
export const proofLasts = minutes(10);

/** The session somebody acts in; a key is nobody present. Throws `not-allowed`. */
export function sessionOf({ by, user }: Actor): { readonly session: Id<'session'>; readonly user: UserId } {
  if (by.is !== 'session') throw new Failure('not-allowed', { permission: 'a session' });
  return { session: by.id, user: user.id as UserId }; // sessions are people's
}

/** Throws `proof-needed` where a session has gone on for long: whoever sits before it now may be somebody else. */
export async function requireProof({ database, clock }: Given, actor: Actor): Promise<void> {
  const { session } = sessionOf(actor);
  const { proved_at } = await database
    .selectFrom('session')
    .select('proved_at')
    .where('id', '=', session)
    .executeTakeFirstOrThrow();
  if (clock.now() - proved_at.getTime() >= proofLasts) throw new Failure('proof-needed');
}

export type Proof =
  | { readonly password: string }
  | { readonly code: string }
  | { readonly ceremony: string; readonly passkey: unknown };

/** Takes a proof and writes it down at the session. Where there are second factors, the password is none. */
export async function prove(given: Given, actor: Actor, request: RequestFacts, proof: Proof): Promise<void> {
  const { database, clock } = given;
  const { session, user } = sessionOf(actor);
  if ('password' in proof) await takePassword(given, request.ip, user, proof.password);
  else if ('code' in proof) await takeCode(given, request.ip, user, proof.code);
  else await takePasskey(given, relyingParty(given, request.origin), { ...proof, session });
  await database
    .updateTable('session')
    .set({ proved_at: new Date(clock.now()), ...(!('password' in proof) && { mfa: true }) })
    .where('id', '=', session)
    .execute();
}

async function takePassword(given: Given, ip: string, user: UserId, password: string): Promise<void> {
  const { database } = given;
  const counted = `password of ${user}`;
  await countAttempt(given, ip, counted, user);
  const [kept, factors] = await Promise.all([
    database.selectFrom('user_account').select('password').where('id', '=', user).executeTakeFirstOrThrow(),
    factorsOf(database, user),
  ]);
  const isRight = await isPassword(password, kept.password ?? undefined);
  if (!isRight || factors.length > 0) throw new Failure('sign-in-refused');
  await forgetAttempts(given, ip, counted);
}
