import type { Database } from '@pileus/database';
import type { JobDefinition, Jobs } from '@pileus/engine';
import { handle, type Actor, type Answer, type Bound } from '@pileus/http';
import { Failure, type Clock } from '@pileus/model';
import { by } from '../access/by.ts';
import { home } from '../access/organizations.ts';
import { beginRewrap, lastRewrap, rewrapView } from './rewrap.ts';
import type { Vault } from './vault.ts';
import { countByKey } from './wrap-anew.ts';

export interface VaultRoutes {
  readonly database: Database;
  readonly vault: Vault;
  readonly jobs: Jobs;
  /** What wraps anew. */
  readonly job: JobDefinition<Record<never, never>>;
  readonly clock: Clock;
}

type VaultView = Answer<'get /vault'>;

export function vaultHandlers({ database, vault, jobs, job, clock }: VaultRoutes): Bound[] {
  return [
    handle('get /vault', async ({ actor }) => {
      onlyAtHome(actor, 'vault.read');
      const newest = vault.sealsUnder;
      const provider = vault.has(newest);
      if (!provider) throw new Error(`the newest key ${newest} is not here`);
      const [counts, rewrap] = await Promise.all([countByKey(database), lastRewrap(database)]);
      return {
        provider,
        keys: keysOf(vault, newest, counts),
        ...(rewrap && { rewrap: rewrapView(rewrap) }),
      };
    }),
    handle('post /vault/rewrap', async ({ actor, audit }) => {
      onlyAtHome(actor, 'vault.rewrap');
      const row = await beginRewrap({ database, jobs, job, clock }, by(actor));
      audit(row.id);
      return rewrapView(row);
    }),
  ];
}

/** One vault holds the secrets of all organizations: it is for those who run the platform, whatever others allow each other. */
function onlyAtHome({ organization }: Actor, permission: 'vault.read' | 'vault.rewrap'): void {
  if (organization !== home) throw new Failure('not-allowed', { permission });
}

function keysOf(vault: Vault, newest: string, counts: Awaited<ReturnType<typeof countByKey>>): VaultView['keys'] {
  const ids = new Set([newest, ...vault.keys.map(({ id }) => id), ...counts.map(({ key }) => key)]);
  return [...ids].map((id) => {
    const provider = vault.has(id);
    const columns = counts.filter(({ key }) => key === id).map(({ column, secrets }) => ({ column, secrets }));
    return {
      id,
      ...(provider && { provider }),
      isNewest: id === newest,
      secrets: columns.reduce((sum, { secrets }) => sum + secrets, 0),
      columns,
    };
  });
}
