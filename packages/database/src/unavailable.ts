import { Failure } from '@pileus/model';

/** The database cannot be used right now: `detail` is the reason in words, and what to do about it. */
export function unavailable(detail: string, cause?: unknown): Failure<'database-unavailable'> {
  return new Failure('database-unavailable', { detail }, { cause });
}

/**
 * What PostgreSQL or the way to it reported, as one clear sentence, when the database itself is the trouble; undefined
 * for everything else (a constraint, a wrong query), which is the business of the caller.
 */
export function databaseFailure(error: unknown): Failure<'database-unavailable'> | undefined {
  if (error instanceof Failure)
    return error.code === 'database-unavailable' ? unavailable(String(error.facts.detail), error) : undefined;
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const detail =
    (isOutdated.test(error.message) ? 'its tables have changed at this moment; try again' : undefined) ??
    known[code] ??
    knownClass[code.slice(0, 2)] ??
    (lostConnection.test(error.message) ? 'the connection was lost' : undefined);
  return detail === undefined ? undefined : unavailable(detail, error);
}

/** PostgreSQL's error codes (appendix A of its manual), and those of Node's sockets. */
const known: Readonly<Record<string, string>> = {
  '53100': 'its disk is full; free some space, nothing that was confirmed is lost',
  '53200': 'it is out of memory',
  '53300': 'it has no connection left; raise its max_connections or run fewer processes',
  '28P01': 'it refuses the user or the password; look at DATABASE_URL',
  '28000': 'it does not let this user in; look at DATABASE_URL and at its pg_hba.conf',
  '3D000': 'there is no such database on its server; create it, or look at DATABASE_URL',
  '57P01': 'it is shutting down',
  '57P02': 'it is restarting after a crash',
  '57P03': 'it is starting up or shutting down',
  '58030': 'it cannot read or write its files; look at its disk',
  ECONNREFUSED: 'nothing listens at its address; is it running, and is DATABASE_URL right?',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ENOENT: 'nothing listens at its address; is it running, and is DATABASE_URL right?',
  ENOTFOUND: 'its host name is not known; look at DATABASE_URL',
  EAI_AGAIN: 'its host name cannot be looked up right now',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'its host does not answer',
};

const knownClass: Readonly<Record<string, string>> = {
  '08': 'the connection was lost',
  '53': 'it has run out of a resource',
};

/** Of a statement that was prepared before another version of Pileus has changed a table (0A000); a new connection prepares it anew. */
const isOutdated = /^cached plan must not change result type/;

const lostConnection =
  /^Connection terminated|^Client has encountered a connection error|timeout exceeded when trying to connect|^timeout expired/;
