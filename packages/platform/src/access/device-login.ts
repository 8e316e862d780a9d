import { randomInt } from 'node:crypto';
import { type Answer, type Bound, handle } from '@pileus/http';
import { Failure, minutes } from '@pileus/model';
import { countAttempt, forgetAttempts, guesses } from './attempts.ts';
import type { Given } from './given.ts';
import { sessionOf } from './proof.ts';
import { digest, newToken } from './token.ts';

/** How long a code may be approved, and how often a device asks, in seconds. */
const lasts = minutes(10);
const interval = 2;

/** Consonants alone: no words come out (RFC 8628, 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';
const length = 8;

export function deviceHandlers(given: Given): Bound[] {
  const { database, clock } = given;

  const waiting = (code: string) =>
    database
      .selectFrom('device_login')
      .selectAll()
      .where('code', '=', plain(code))
      .where('decision', 'is', null)
      .where('expires_at', '>', new Date(clock.now()))
      .executeTakeFirst();

  return [
    handle('post /sessions/device', async ({ request }): Promise<Answer<'post /sessions/device'>> => {
      await countAttempt(given, request.ip, 'device', undefined, guesses.passkey);
      const device = newToken('pld');
      const code = Array.from({ length }, () => letters.charAt(randomInt(letters.length))).join('');
      const expiresAt = new Date(clock.now() + lasts);
      await database
        .insertInto('device_login')
        .values({
          device: digest(device),
          code,
          ip: request.ip,
          user_agent: request.userAgent.slice(0, 500),
          created_at: new Date(clock.now()),
          expires_at: expiresAt,
        })
        .execute();
      const url = `${given.origin ?? request.origin}/device`;
      return {
        device,
        code: shown(code),
        url,
        urlWithCode: `${url}?code=${shown(code)}`,
        expiresAt: expiresAt.toISOString(),
        interval,
      };
    }),
    handle('get /device-logins/{code}', async ({ actor, params, request }) => {
      const { user } = sessionOf(actor);
      const counted = `device codes of ${user}`;
      await countAttempt(given, request.ip, counted, user);
      const found = await waiting(params.code);
      if (!found) throw new Failure('not-found', { kind: 'device-login', id: params.code });
      await forgetAttempts(given, request.ip, counted);
      return {
        code: shown(found.code),
        ip: found.ip,
        userAgent: found.user_agent,
        createdAt: found.created_at.toISOString(),
        expiresAt: found.expires_at.toISOString(),
      };
    }),
    handle('put /device-logins/{code}', async ({ actor, params, body, request, audit }) => {
      const { user, session } = sessionOf(actor);
      const counted = `device codes of ${user}`;
      await countAttempt(given, request.ip, counted, user);
      const { mfa } = await database
        .selectFrom('session')
        .select('mfa')
        .where('id', '=', session)
        .executeTakeFirstOrThrow();
      const decided = await database
        .updateTable('device_login')
        .set({ decision: body.approve ? 'approved' : 'denied', user_id: user, mfa })
        .where('code', '=', plain(params.code))
        .where('decision', 'is', null)
        .where('expires_at', '>', new Date(clock.now()))
        .returning('ip')
        .executeTakeFirst();
      if (!decided) throw new Failure('not-found', { kind: 'device-login', id: params.code });
      await forgetAttempts(given, request.ip, counted);
      audit(`${body.approve ? 'approved' : 'denied'} for ${decided.ip}`);
      return {};
    }),
  ];
}

/**
 * Who has approved a device. It is over then, whatever comes of it. Throws `sign-in-pending` while nobody has decided, and
 * `sign-in-refused` when it was denied or took too long.
 */
export async function takeDevice({ database, clock }: Given, token: string) {
  const device = digest(token);
  const now = new Date(clock.now());
  const taken = await database
    .deleteFrom('device_login')
    .where('device', '=', device)
    .where('decision', 'is not', null)
    .where('expires_at', '>', now)
    .returning(['decision', 'user_id', 'mfa'])
    .executeTakeFirst();
  if (taken?.decision === 'approved' && taken.user_id !== null) return { user: taken.user_id, mfa: taken.mfa ?? false };
  const isWaiting = await database
    .selectFrom('device_login')
    .select('code')
    .where('device', '=', device)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  throw isWaiting ? new Failure('sign-in-pending') : new Failure('sign-in-refused');
}

/** As it was typed: small letters, with or without the dash. */
const plain = (code: string) => code.toUpperCase().replace(/[^A-Z]/g, '');
const shown = (code: string) => `${code.slice(0, length / 2)}-${code.slice(length / 2)}`;
