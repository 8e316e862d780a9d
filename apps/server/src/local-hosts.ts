import type { Database } from '@pileus/database';
import { startLocalHosts, stopLocalHosts } from '@pileus/local';
import type { Platform } from '@pileus/platform';

/** The hosts on this machine: brought up with the server, cared for while it runs, ended with it. */
export interface LocalHosts {
  /** Also takes on accounts that were added since. */
  care(): Promise<void>;
  stop(): Promise<void>;
}

export function localHosts({ accounts }: Pick<Platform, 'accounts'>, database: Database): LocalHosts {
  const cared = new Set<string>();
  const local = () =>
    database
      .selectFrom('account')
      .select('id')
      .where('provider', '=', 'local')
      .where('deleted_at', 'is', null)
      .execute();
  return {
    care: async () => {
      for (const { id } of await local()) {
        if (cared.has(id)) continue;
        cared.add(id);
        await startLocalHosts(accounts.directory(id));
      }
    },
    // Also those of an account that was added a moment ago and is not cared for yet.
    stop: async () => {
      const known = await local().catch(() => [...cared].map((id) => ({ id })));
      await Promise.all(known.map(({ id }) => stopLocalHosts(accounts.directory(id))));
    },
  };
}
