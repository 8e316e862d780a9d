import type { Database } from '@pileus/database';
import type { Access, AuditLog, Bound, IdempotencyStore, SharedBuckets } from '@pileus/http';
import type { Outbound } from '@pileus/outbound';
import type { Claimant } from '@pileus/engine';
import { type Because, type Clock, systemClock, type UserId } from '@pileus/model';
import { sql } from 'kysely';
import { accessHandlers } from './access.routes.ts';
import { accessPrefix, authenticateToken, recheckToken } from './access-tokens.ts';
import { auditLog } from './audit-log.ts';
import { idempotencyStore } from './idempotency.ts';
import { administratorLink } from './one-time-link.ts';
import { familiarSince } from './attempts.ts';
import { holdsBack } from './initiator.ts';
import { requestBuckets } from './request-buckets.ts';
import { policySets } from './rights.ts';
import { authenticateSession, recheckSession } from './sessions.ts';
import { syncDirectories } from './sync.ts';
import { findTarget, findable } from './targets.ts';
import { addUser, type NewUser } from './users.ts';
import type { Vault } from '../vault/index.ts';

export interface AccessOptions {
  readonly database: Database;
  readonly vault: Vault;
  /** The way out to identity providers and directories. */
  readonly outbound: Outbound;
  /** What people type into their browser, from PILEUS_ORIGIN: passkeys belong to it. */
  readonly origin?: string | undefined;
  /** What `GET /info` answers. */
  readonly version: string;
  readonly clock?: Clock | undefined;
}

/** People and what they may do, as the HTTP side needs them, and for the server's start. */
export interface AccessArea extends Access {
  readonly handlers: readonly Bound[];
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
  /** How many calls of the API each caller may still make. */
  readonly buckets: SharedBuckets;
  /** A new link that signs in the first administrator, once, within 24 h: `ORIGIN/sign-in#link=TOKEN`. */
  oneTimeLink(origin: string): Promise<string>;
  addUser(user: NewUser): Promise<UserId>;
  /** Why a run may not go on for whoever answers for it. */
  holdsBack(run: Claimant): Promise<Because | undefined>;
  /** Compares the users with the directories they sign in by. For every half hour. */
  sync(signal: AbortSignal): Promise<void>;
  /** Removes what has expired: sessions, links, kept answers. For once in an hour. */
  tidy(): Promise<void>;
}

export function createAccess(options: AccessOptions): AccessArea {
  const { database, vault, outbound, origin, version, clock = systemClock } = options;
  const given = { database, vault, outbound, origin, version, clock, policies: policySets(database) };
  return {
    authenticate: (token, origin) =>
      token.startsWith(accessPrefix)
        ? authenticateToken(given, token, origin)
        : authenticateSession(given, token, origin),
    recheck: ({ by, origin }) =>
      by.is === 'token' ? recheckToken(given, by.id, origin) : recheckSession(given, by.id, origin),
    find: (actor, parameter, id) => findTarget(database, actor.organization, parameter, id),
    parameters: findable,
    handlers: accessHandlers(given),
    audit: auditLog(database, clock),
    idempotency: idempotencyStore(database, clock, vault),
    buckets: requestBuckets(database),
    oneTimeLink: (origin) => administratorLink(database, clock, origin),
    addUser: (user) => addUser(database, clock, user),
    holdsBack: (run) => holdsBack(given, run),
    sync: (signal) => syncDirectories(given, signal),
    tidy: () => tidy(database, new Date(clock.now())),
  };
}

async function tidy(database: Database, now: Date): Promise<void> {
  await database.deleteFrom('session').where('expires_at', '<=', now).execute();
  await database.deleteFrom('one_time_link').where('expires_at', '<=', now).execute();
  await database.deleteFrom('sign_in_attempt').where('until', '<=', now).execute();
  await database.deleteFrom('device_login').where('expires_at', '<=', now).execute();
  await database.deleteFrom('challenge').where('expires_at', '<=', now).execute();
  await database.deleteFrom('familiar_address').where('seen_at', '<', familiarSince(now.getTime())).execute();
  await database.deleteFrom('idempotency').where('expires_at', '<=', now).execute();
  // Those are full again.
  await sql`delete from request_bucket where at < now() - interval '1 hour'`.execute(database);
}
