import type { Database } from '@pileus/database';
import type { Access, AuditLog, Bound, IdempotencyStore } from '@pileus/http';
import { type Clock, systemClock, type UserId } from '@pileus/model';
import { accessHandlers } from './access.routes.ts';
import { accessPrefix, authenticateToken, recheckToken } from './access-tokens.ts';
import { auditLog } from './audit-log.ts';
import { idempotencyStore } from './idempotency.ts';
import { administratorLink } from './one-time-link.ts';
import { policySets } from './rights.ts';
import { authenticateSession, recheckSession } from './sessions.ts';
import { findTarget, findable } from './targets.ts';
import { addUser, type NewUser } from './users.ts';

export interface AccessOptions {
  readonly database: Database;
  /** What `GET /info` answers. */
  readonly version: string;
  readonly clock?: Clock | undefined;
}

/** People and what they may do, as the HTTP side needs them, and for the server's start. */
export interface AccessArea extends Access {
  readonly handlers: readonly Bound[];
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
  /** A new link that signs in the first administrator, once, within 24 h: `ORIGIN/sign-in#link=TOKEN`. */
  oneTimeLink(origin: string): Promise<string>;
  addUser(user: NewUser): Promise<UserId>;
  /** Removes what has expired: sessions, links, kept answers. For once in an hour. */
  tidy(): Promise<void>;
}

export function createAccess({ database, version, clock = systemClock }: AccessOptions): AccessArea {
  const given = { database, version, clock, policies: policySets(database) };
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
    idempotency: idempotencyStore(database, clock),
    oneTimeLink: (origin) => administratorLink(database, clock, origin),
    addUser: (user) => addUser(database, clock, user),
    tidy: () => tidy(database, new Date(clock.now())),
  };
}

async function tidy(database: Database, now: Date): Promise<void> {
  await database.deleteFrom('session').where('expires_at', '<=', now).execute();
  await database.deleteFrom('one_time_link').where('expires_at', '<=', now).execute();
  await database.deleteFrom('sign_in_attempt').where('until', '<=', now).execute();
  await database.deleteFrom('idempotency').where('expires_at', '<=', now).execute();
}
