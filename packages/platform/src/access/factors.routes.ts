import { type Actor, type Answer, type Bound, handle, type RequestFacts } from '@pileus/http';
import { beginRegistration, enrolTotp, finishRegistration, verifyTotp, type Passkey } from '@pileus/identity';
import { because, Failure, newId, Secret, type Id, type UserId } from '@pileus/model';
import { z } from 'zod';
import { openChallenge, takeChallenge, tryChallenge } from './challenges.ts';
import { askForPasskey, factorsOf, passkeyOf, renewRecoveryCodes, waysOf } from './factors.ts';
import type { Given } from './given.ts';
import { proofLasts, prove, requireProof, sessionOf } from './proof.ts';
import { passkeysWork, relyingParty } from './relying-party.ts';
import { endOtherSessions } from './sessions.ts';
import { sealedColumns } from '../vault/index.ts';

type FactorsView = Answer<'get /me/factors'>;
type FactorView = FactorsView['items'][number];
type Enrolled = Answer<'put /me/factors/totp'>;

/** What is kept of an app until its first code is there, and of a passkey until the browser has answered. */
const NewTotp = z.object({ secret: z.string() });
const NewPasskey = z.object({ challenge: z.string() });

export function factorHandlers(given: Given): Bound[] {
  const { database, clock } = given;

  const all = async (actor: Actor, request: RequestFacts): Promise<FactorsView> => {
    const user = actor.user.id as UserId;
    const [factors, { count }, organization, person, session] = await Promise.all([
      factorsOf(database, user),
      database
        .selectFrom('recovery_code')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('user_id', '=', user)
        .executeTakeFirstOrThrow(),
      database
        .selectFrom('organization')
        .select('requires_second_factor')
        .where('id', '=', actor.organization)
        .executeTakeFirstOrThrow(),
      database.selectFrom('user_account').select('password').where('id', '=', user).executeTakeFirst(),
      database
        .selectFrom('session')
        .select('proved_at')
        .where('id', '=', actor.by.id as Id<'session'>)
        .executeTakeFirst(),
    ]);
    const until = session && session.proved_at.getTime() + proofLasts;
    const ways = waysOf(factors);
    return {
      items: factors.map(view),
      recoveryCodes: count,
      isRequired: organization.requires_second_factor,
      passkeysWork: passkeysWork(given, request.origin),
      ...(until !== undefined && until > clock.now() && { provedUntil: new Date(until).toISOString() }),
      provesBy: ways.length > 0 ? ways : person?.password ? ['password'] : [],
    };
  };

  /** The first one brings recovery codes, and ends every other session: whoever is in there came in without. */
  const add = async (
    actor: Actor,
    name: string,
    kept: { readonly kind: 'totp'; readonly secret: string; readonly step: number } | (Passkey & { kind: 'passkey' }),
  ): Promise<Enrolled> => {
    const { session, user } = sessionOf(actor);
    const now = new Date(clock.now());
    return database.transaction().execute(async (transaction) => {
      // Of two firsts at once, the second one waits and sees.
      await transaction.selectFrom('user_account').select('id').where('id', '=', user).forUpdate().execute();
      const before = await factorsOf(transaction, user);
      if (kept.kind === 'totp' && before.some(({ kind }) => kind === 'totp')) throw appThere();
      const row = await transaction
        .insertInto('factor')
        .values({
          id: newId('factor'),
          user_id: user,
          kind: kept.kind,
          name,
          created_at: now,
          ...(kept.kind === 'totp'
            ? {
                secret: given.vault.seal(kept.secret, sealedColumns.factorSecret.place({ user_id: user })),
                last_step: kept.step,
              }
            : {
                credential: kept.id,
                public_key: kept.publicKey,
                counter: kept.counter,
                transports: JSON.stringify(kept.transports),
                is_synced: kept.isSynced,
              }),
        })
        .onConflict((conflict) => conflict.column('credential').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) throw new Failure('passkey-refused', { reason: because('passkey-known') });
      await transaction.updateTable('session').set({ mfa: true, proved_at: now }).where('id', '=', session).execute();
      if (before.length > 0) return { factor: view(row) };
      await endOtherSessions(transaction, user, session);
      return { factor: view(row), recoveryCodes: await renewRecoveryCodes(transaction, user) };
    });
  };

  return [
    handle('get /me/factors', ({ actor, request }) => all(actor, request)),
    handle('put /me/proof', async ({ actor, body, request, audit }) => {
      audit(actor.user.id);
      await prove(given, actor, request, body);
      return all(actor, request);
    }),
    handle('put /me/proof/passkey', ({ actor, request }) =>
      askForPasskey(given, relyingParty(given, request.origin), sessionOf(actor)),
    ),
    handle('put /me/factors/totp/new', async ({ actor }) => {
      await requireProof(given, actor);
      const { session, user } = sessionOf(actor);
      if ((await factorsOf(database, user)).some(({ kind }) => kind === 'totp')) throw appThere();
      const { secret, uri } = enrolTotp({ issuer: 'Pileus', user: actor.user.name });
      const content = { secret: secret.reveal() };
      const { token } = await openChallenge(given, { what: 'totp', user, session, content });
      return { enrolment: token, secret: secret.reveal(), uri: uri.reveal() };
    }),
    handle('put /me/factors/totp', async ({ actor, body: { enrolment, code, name }, audit }) => {
      await requireProof(given, actor);
      const asked = { what: 'totp', token: enrolment, session: sessionOf(actor).session, content: NewTotp } as const;
      const { content } = await tryChallenge(given, asked);
      const verified = verifyTotp(code, { secret: new Secret(content.secret) }, clock.now());
      if (!verified) throw new Failure('code-refused');
      await takeChallenge(given, asked);
      const added = await add(actor, name, { kind: 'totp', secret: content.secret, step: verified.lastStep });
      audit(added.factor.id);
      return added;
    }),
    handle('put /me/factors/passkey/new', async ({ actor, request }) => {
      await requireProof(given, actor);
      const { session, user } = sessionOf(actor);
      const present = (await factorsOf(database, user)).flatMap((row) => passkeyOf(row) ?? []);
      const whose = { id: user, name: actor.user.name, title: actor.user.name };
      const { options, challenge } = await beginRegistration(relyingParty(given, request.origin), whose, present);
      const { token } = await openChallenge(given, { what: 'registration', user, session, content: { challenge } });
      return { ceremony: token, options: { ...options } };
    }),
    handle('put /me/factors/passkey', async ({ actor, request, body: { ceremony, passkey, name }, audit }) => {
      await requireProof(given, actor);
      const { content } = await takeChallenge(given, {
        what: 'registration',
        token: ceremony,
        session: sessionOf(actor).session,
        content: NewPasskey,
      });
      const registered = await finishRegistration(relyingParty(given, request.origin), passkey, content.challenge);
      const added = await add(actor, name, { kind: 'passkey', ...registered });
      audit(added.factor.id);
      return added;
    }),
    handle('delete /me/factors/{factor}', async ({ actor, params: { factor }, audit }) => {
      audit(factor);
      await requireProof(given, actor);
      const { user } = sessionOf(actor);
      await database.transaction().execute(async (transaction) => {
        await transaction.selectFrom('user_account').select('id').where('id', '=', user).forUpdate().execute();
        const { numDeletedRows } = await transaction
          .deleteFrom('factor')
          .where('user_id', '=', user)
          .where('id', '=', factor as Id<'factor'>)
          .executeTakeFirst();
        if (numDeletedRows === 0n) throw new Failure('not-found', { kind: 'factor', id: factor });
        if ((await factorsOf(transaction, user)).length > 0) return;
        const { requires_second_factor: isRequired } = await transaction
          .selectFrom('organization')
          .select('requires_second_factor')
          .where('id', '=', actor.organization)
          .executeTakeFirstOrThrow();
        if (isRequired)
          throw new Failure('conflict', {
            what: actor.user.name,
            reason: because('second-factor-required'),
          });
        await transaction.deleteFrom('recovery_code').where('user_id', '=', user).execute();
      });
      return {};
    }),
    handle('put /me/recovery-codes', async ({ actor, audit }) => {
      audit(actor.user.id);
      await requireProof(given, actor);
      const { user } = sessionOf(actor);
      return database.transaction().execute(async (transaction) => {
        if ((await factorsOf(transaction, user)).length === 0)
          throw new Failure('conflict', { what: actor.user.name, reason: because('nothing-to-recover') });
        return { recoveryCodes: await renewRecoveryCodes(transaction, user) };
      });
    }),
    handle('delete /users/{user}/factors', async ({ params, audit }) => {
      audit(params.user);
      const user = params.user as UserId;
      await database.transaction().execute(async (transaction) => {
        for (const table of ['factor', 'recovery_code', 'session', 'challenge'] as const)
          await transaction.deleteFrom(table).where('user_id', '=', user).execute();
      });
      return {};
    }),
    handle('get /organization/sign-in', ({ actor }) => rules(given, actor)),
    handle('put /organization/sign-in', async ({ actor, body: { requiresSecondFactor }, audit }) => {
      audit(actor.organization);
      if (requiresSecondFactor) await requireSecondFactor(given, actor);
      await database
        .updateTable('organization')
        .set({ requires_second_factor: requiresSecondFactor })
        .where('id', '=', actor.organization)
        .execute();
      return rules(given, actor);
    }),
  ];
}

async function rules({ database }: Given, { organization }: Actor): Promise<Answer<'get /organization/sign-in'>> {
  const row = await database
    .selectFrom('organization')
    .select('requires_second_factor')
    .where('id', '=', organization)
    .executeTakeFirstOrThrow();
  return { requiresSecondFactor: row.requires_second_factor };
}

/** Whoever asks it of others can do it, so that nobody locks an organization by mistake. */
async function requireSecondFactor({ database }: Given, { by, organization }: Actor): Promise<void> {
  const session =
    by.is === 'session' &&
    (await database.selectFrom('session').select('mfa').where('id', '=', by.id).executeTakeFirst());
  if (session && session.mfa) return;
  throw new Failure('conflict', {
    what: organization,
    reason: because('second-factor-yourself'),
  });
}

const appThere = () => new Failure('conflict', { what: 'totp', reason: because('app-there') });

function view(row: Awaited<ReturnType<typeof factorsOf>>[number]): FactorView {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    ...(row.used_at && { usedAt: row.used_at.toISOString() }),
    ...(row.is_synced !== null && { isSynced: row.is_synced }),
  };
}
