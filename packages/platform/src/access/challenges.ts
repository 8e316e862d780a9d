import { Failure, minutes, type Id, type UserId } from '@pileus/model';
import type { z } from 'zod';
import type { Given } from './given.ts';
import { digest, newToken } from './token.ts';
import { sealedColumns } from '../vault/index.ts';

/** What waits for its second half. */
export type Waiting = 'second-factor' | 'passkey' | 'registration' | 'totp' | 'oidc';

const lasts = minutes(5);
/** So many answers may be wrong: six digits are guessed once in 300,000 tries. */
const mostTries = 5;

export interface NewChallenge {
  readonly what: Waiting;
  readonly user?: UserId | undefined;
  /** The session that alone may end it. */
  readonly session?: Id<'session'> | undefined;
  /** Whatever the second half needs; kept sealed. */
  readonly content: unknown;
}

export interface Challenge<T> {
  readonly user: UserId | undefined;
  readonly content: T;
}

/** Answers what the other side has to hold to end it within five minutes; we keep its digest. */
export async function openChallenge(
  { database, clock, vault }: Given,
  { what, user, session, content }: NewChallenge,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  const token = newToken('plc');
  const expiresAt = new Date(clock.now() + lasts);
  await database
    .insertInto('challenge')
    .values({
      token: digest(token),
      what,
      user_id: user ?? null,
      session: session ?? null,
      content: vault.seal(JSON.stringify(content), sealedColumns.challengeContent.place({ what })),
      expires_at: expiresAt,
    })
    .execute();
  return { token, expiresAt };
}

/** Counts a try before the answer is looked at, so that tries side by side are all counted. Throws `sign-in-over`. */
export async function tryChallenge<T>(given: Given, asked: Asked<T>): Promise<Challenge<T>> {
  const { database, clock } = given;
  const found = await database
    .updateTable('challenge')
    .set((of) => ({ tries: of('tries', '+', 1) }))
    .where('token', '=', digest(asked.token))
    .where('what', '=', asked.what)
    .where('session', asked.session === undefined ? 'is' : '=', asked.session ?? null)
    .where('expires_at', '>', new Date(clock.now()))
    .where('tries', '<', mostTries)
    .returning(['user_id', 'content'])
    .executeTakeFirst();
  return read(given, found, asked);
}

/** Ends it: of two who come at once one gets it. Throws `sign-in-over`. */
export async function takeChallenge<T>(given: Given, asked: Asked<T>): Promise<Challenge<T>> {
  const { database, clock } = given;
  const found = await database
    .deleteFrom('challenge')
    .where('token', '=', digest(asked.token))
    .where('what', '=', asked.what)
    .where('session', asked.session === undefined ? 'is' : '=', asked.session ?? null)
    .where('expires_at', '>', new Date(clock.now()))
    .where('tries', '<=', mostTries)
    .returning(['user_id', 'content'])
    .executeTakeFirst();
  return read(given, found, asked);
}

interface Asked<T> {
  readonly what: Waiting;
  readonly token: string;
  readonly session?: Id<'session'> | undefined;
  readonly content: z.ZodType<T>;
}

async function read<T>(
  { vault }: Given,
  found: { readonly user_id: UserId | null; readonly content: string } | undefined,
  { what, content }: Asked<T>,
): Promise<Challenge<T>> {
  if (!found) throw new Failure('sign-in-over');
  const opened = await vault.open(found.content, sealedColumns.challengeContent.place({ what }));
  return { user: found.user_id ?? undefined, content: content.parse(JSON.parse(opened)) };
}
