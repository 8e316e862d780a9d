import type { Database, Tables } from '@pileus/database';
import type { Actor, Origin, SessionKind } from '@pileus/http';
import { type Clock, days, hours, type Id, minutes, newId, type UserId } from '@pileus/model';
import { sql } from 'kysely';
import type { Given, Queries } from './given.ts';
import { attachments, rightsOf } from './rights.ts';
import { digest, newToken } from './token.ts';

/** How long a session lasts unused: a browser's through a working day, the command line's for a month. */
const lifetime = { browser: hours(12), cli: days(30) } as const;
/** Each use prolongs it, but is written down at most this often. */
const grain = minutes(1);

export type BegunBy = Tables['session']['begun_by'];

export interface NewSession {
  readonly user: UserId;
  readonly kind: SessionKind;
  readonly begunBy: BegunBy;
  /** The identity provider or directory it was begun by. */
  readonly method?: Id<'sign-in-method'> | undefined;
  /** Whether two factors were given. */
  readonly mfa: boolean;
  readonly ip: string;
  readonly userAgent: string;
}

/** Begins a session. Its token is known to the caller only; we keep its digest. */
export async function beginSession(database: Database, clock: Clock, session: NewSession) {
  const token = newToken('pls');
  const now = clock.now();
  const id = newId('session');
  const expiresAt = new Date(now + lifetime[session.kind]);
  await database
    .insertInto('session')
    .values({
      id,
      user_id: session.user,
      token: digest(token),
      kind: session.kind,
      begun_by: session.begunBy,
      method: session.method ?? null,
      mfa: session.mfa,
      proved_at: new Date(now),
      created_at: new Date(now),
      used_at: new Date(now),
      expires_at: expiresAt,
      ip: session.ip,
      user_agent: session.userAgent.slice(0, 500),
    })
    .execute();
  return { id, token, expiresAt };
}

export async function endSession(database: Database, id: Id<'session'>): Promise<void> {
  await database.deleteFrom('session').where('id', '=', id).execute();
}

export async function endOtherSessions(database: Queries, user: UserId, except: Id<'session'>): Promise<void> {
  await database.deleteFrom('session').where('user_id', '=', user).where('id', '!=', except).execute();
}

/** Who a session's token belongs to, with the rights of this moment; using it prolongs the session. */
export async function authenticateSession(given: Given, token: string, origin: Origin): Promise<Actor | undefined> {
  const { database, clock } = given;
  const found = await living(database, clock).where('session.token', '=', digest(token)).executeTakeFirst();
  if (!found) return undefined;
  const now = clock.now();
  if (now - found.used_at.getTime() > grain) {
    await database
      .updateTable('session')
      .set({ used_at: new Date(now), expires_at: new Date(now + lifetime[found.kind]) })
      .where('id', '=', found.session)
      .execute();
  }
  return actor(given, found, origin);
}

export async function recheckSession(given: Given, id: Id<'session'>, origin: Origin): Promise<Actor | undefined> {
  const found = await living(given.database, given.clock).where('session.id', '=', id).executeTakeFirst();
  return found && actor(given, found, origin);
}

function living(database: Database, clock: Clock) {
  return database
    .selectFrom('session')
    .innerJoin('user_account as owner', 'owner.id', 'session.user_id')
    .innerJoin('organization', 'organization.id', 'owner.organization')
    .select([
      'session.id as session',
      'session.kind',
      'session.used_at',
      'session.mfa',
      'owner.id as user',
      'owner.name',
      'owner.organization',
      'organization.requires_second_factor as requires',
    ])
    .select(attachments(sql.ref('owner.id')).as('attachments'))
    .where('session.expires_at', '>', new Date(clock.now()))
    .where('owner.disabled_at', 'is', null)
    .where('organization.deleted_at', 'is', null);
}

type Living = Awaited<ReturnType<ReturnType<typeof living>['executeTakeFirstOrThrow']>>;

async function actor({ policies, clock }: Given, found: Living, { ip }: Origin): Promise<Actor> {
  const { session, kind, user: id, name, organization, mfa, requires } = found;
  const rights = rightsOf(await policies.of(found.attachments), { id, name, ip, mfa }, clock);
  const by = { is: 'session', id: session, kind, mfa } as const;
  const owes = requires && !mfa ? ({ owes: 'second-factor' } as const) : {};
  return { user: { id, name }, organization, rights, origin: { ip }, by, ...owes };
}
