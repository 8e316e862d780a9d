import type { Database } from '@pileus/database';
import { seconds, type Observed } from '@pileus/model';
import { inBackground } from '@pileus/provider';
import type { Accounts } from '../clouds/accounts.ts';
import { now } from '../row.ts';
import { sql } from 'kysely';

/**
 * Keeps what is known about servers as their clouds see them: one list per account, and only where there are any. What
 * a run is changing is left to the run. A server that a list lacks is asked for by its ref before it counts as gone,
 * and an account that does not answer leaves everything as it was last seen.
 */
export async function refreshServers(database: Database, accounts: Accounts): Promise<void> {
  const rows = await database
    .selectFrom('resource')
    .innerJoin('deployment', 'deployment.id', 'resource.deployment')
    .select([
      'resource.id',
      'resource.account',
      'resource.ref',
      'resource.state',
      'resource.native',
      'resource.details',
    ])
    .where('resource.kind', '=', 'server')
    .where('resource.deleted_at', 'is', null)
    .where('resource.ref', 'is not', null)
    .where('resource.state', 'not in', ['creating', 'deleting'])
    .where('deployment.state', 'in', ['running', 'stopped', 'failed', 'cancelled'])
    .execute();
  const byAccount = Map.groupBy(rows, ({ account }) => account);
  for (const [account, known] of byAccount) {
    if (await isOurTurn(database, account))
      await inBackground(() => refreshAccount(database, accounts, account, known)).catch(() => {});
  }
}

/** Of several workers the first one to ask has its turn. */
async function isOurTurn(database: Database, account: string): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('account')
    .set({ refreshed_at: sql<Date>`now()` })
    .where('id', '=', account)
    .where(({ or, eb }) =>
      or([eb('refreshed_at', 'is', null), eb('refreshed_at', '<', sql<Date>`now() - interval '8 seconds'`)]),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

interface Known {
  readonly id: string;
  readonly ref: string | null;
  readonly state: string;
  readonly native: string;
  readonly details: Record<string, unknown>;
}

async function refreshAccount(
  database: Database,
  accounts: Accounts,
  account: string,
  known: readonly Known[],
): Promise<void> {
  const { drivers } = await accounts.connect(account);
  const signal = AbortSignal.timeout(seconds(60));
  const listed = new Map<string, Observed<'server'>>();
  for await (const server of drivers.server?.list(signal) ?? []) listed.set(server.ref, server);
  for (const row of known) {
    const server = listed.get(row.ref ?? '') ?? (await drivers.server?.read(row.ref ?? '', signal));
    const { state, native, details } = server ?? {
      state: 'unknown' as const,
      native: 'not found',
      details: row.details,
    };
    // What has not changed is not written: live updates would tell everybody about nothing.
    if (
      row.state === state &&
      row.native === native &&
      JSON.stringify(sorted(details)) === JSON.stringify(sorted(row.details))
    )
      continue;
    await database
      .updateTable('resource')
      .set({ state, native, details: JSON.stringify(details), changed: now })
      .where('id', '=', row.id)
      .where('state', 'not in', ['creating', 'deleting', 'deleted'])
      .execute();
  }
  await database
    .updateTable('resource')
    .set({ seen_at: sql<Date>`now()` })
    .where(
      'id',
      'in',
      known.map(({ id }) => id),
    )
    .execute();
}

/** PostgreSQL keeps the keys of an object in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => [key, sorted(one)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
