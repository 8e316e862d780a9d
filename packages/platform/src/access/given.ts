import type { Database, Tables } from '@pileus/database';
import type { Clock } from '@pileus/model';
import type { Kysely } from 'kysely';

/** What this area works with. */
export interface Given {
  readonly database: Database;
  readonly clock: Clock;
  readonly version: string;
}

/** A database or a transaction on it. */
export type Queries = Kysely<Tables>;
