import {
  Kysely,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type Transaction as KyselyTransaction,
} from 'kysely';
import { Pool, types, type PoolConfig } from 'pg';
import { databaseFailure } from './unavailable.ts';
import { wholeOver, type Whole } from './whole.ts';

/**
 * Every table and its columns. A package adds its own:
 *
 *     declare module '@pileus/database' {
 *       interface Tables { run: RunTable }
 *     }
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- other packages fill it in
export interface Tables {}

/** What a function takes that writes together with its caller. */
export type Transaction = KyselyTransaction<Tables>;

export interface DatabaseOptions {
  /** Connections at most; each costs PostgreSQL a process. */
  readonly connections?: number;
  /** How the connections are called in `pg_stat_activity`. */
  readonly name?: string;
  /** Keep statements prepared that are sent again and again. */
  readonly prepare?: boolean;
}

/**
 * A database and a small pool of connections to it. When the database itself is the trouble (not there, full, shutting
 * down), a query throws `database-unavailable` with the reason in words; other errors are those of PostgreSQL.
 */
export class Database extends Kysely<Tables> {
  readonly url: string;
  readonly #pool: Pool;
  readonly #whole: Whole;

  constructor(url: string, pool: Pool, { prepare = false }: DatabaseOptions = {}) {
    const whole = wholeOver(explaining(pool, prepare ? namedStatements() : unnamed));
    super({ dialect: new PostgresDialect({ pool: whole.pool }) });
    this.url = url;
    this.#pool = pool;
    this.#whole = whole;
  }

  /** Its connections now, and how many queries wait for one. */
  get connections(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { total: totalCount, idle: idleCount, waiting: waitingCount };
  }

  /**
   * Everything that `work` asks of this database, through however many functions, is one transaction: it happens whole, or
   * when `work` throws not at all. Transactions within are savepoints of it.
   */
  whole<T>(work: () => Promise<T>): Promise<T> {
    return this.#whole.run(work, false);
  }

  /** The same, except that it is taken back at the end: what it would come to, without having happened. */
  tried<T>(work: () => Promise<T>): Promise<T> {
    return this.#whole.run(work, true);
  }

  /** Whether this is asked within one of these: what is seen there may never come to be, and is not to be remembered. */
  get isWithin(): boolean {
    return this.#whole.isWithin;
  }

  /** For what no transaction takes back: done once the whole around it is kept, at once where there is none. */
  afterwards(work: () => Promise<void>): Promise<void> {
    return this.#whole.afterwards(work);
  }

  /** Closes every connection, those in use when their query is done. */
  end(): Promise<void> {
    return this.destroy();
  }
}

/** Opens a database; nothing is sent until the first query. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new Pool({ ...connecting(url, options.name), max: options.connections ?? 5, idleTimeoutMillis: 10_000 });
  // A connection that breaks is replaced by the pool, and its query fails; without listeners the process would end.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Database(url, pool, options);
}

/** How we connect everywhere: counts come as numbers, everything else as `pg` has it (timestamps as `Date`). */
export function connecting(url: string, name = 'pileus'): PoolConfig {
  return {
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 ? Number : types.getTypeParser(oid, format),
    },
  };
}

/** Our own 8-byte integers are counts and sequences, far below 2^53. Transaction ids are `xid8` and stay text. */
const int8 = 20;

/** A pool whose errors say in words when the database is the trouble. A connection with such an error is not used again. */
function explaining(pool: Pool, nameOf: (text: string) => string | undefined): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch(explain);
      let isBroken = false;
      return {
        // Kysely calls it in this form alone, and with cursors only where it was given some.
        query: ((text: string, values?: unknown[]) =>
          client.query({ text, values, name: nameOf(text) }).catch((error: unknown) => {
            isBroken ||= databaseFailure(error) !== undefined;
            explain(error);
          })) as unknown as PostgresPoolClient['query'],
        release: () => client.release(isBroken),
      };
    },
  };
}

function explain(error: unknown): never {
  throw databaseFailure(error) ?? error;
}

const unnamed = () => undefined;

/** More statements than these are not kept prepared: each takes memory of the server, on each connection. */
const mostNames = 100;
/** A statement is one of the few that are sent again and again once it was sent so often. */
const often = 5;

/** Names for statements that come again; texts that are put together anew each time get none. */
function namedStatements(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= mostNames) return known;
    const times = (seen.get(text) ?? 0) + 1;
    if (times < often) {
      if (seen.size > 10 * mostNames) seen.clear();
      seen.set(text, times);
      return undefined;
    }
    seen.delete(text);
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };
}
