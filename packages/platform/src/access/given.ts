import type { Database, Tables } from '@pileus/database';
import type { Clock } from '@pileus/model';
import type { Kysely } from 'kysely';
import type { PolicySets } from './rights.ts';

/** What this area works with. */
export interface Given {
  readonly database: Database;
  readonly clock: Clock;
  readonly version: string;
  readonly policies: PolicySets;
}

/** A database or a transaction on it. */
export type Queries = Kysely<Tables>;
