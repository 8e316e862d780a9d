import type { Database, Tables } from '@pileus/database';
import type { Clock } from '@pileus/model';
import type { Kysely } from 'kysely';
import type { Outbound } from '@pileus/outbound';
import type { Vault } from '../vault/index.ts';
import type { PolicySets } from './rights.ts';

/** What this area works with. */
export interface Given {
  readonly database: Database;
  readonly clock: Clock;
  readonly version: string;
  readonly policies: PolicySets;
  /** Seals what second factors and settings of sign-in keep. */
  readonly vault: Vault;
  /** The way out to identity providers and directories. */
  readonly outbound: Outbound;
  /** What people type into their browser, where that is set. */
  readonly origin: string | undefined;
}

/** A database or a transaction on it. */
export type Queries = Kysely<Tables>;
