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
  return {
    care: async () => {
      const rows = await database
        .selectFrom('account')
        .select('id')
        .where('provider', '=', 'local')
        .where('deleted_at', 'is', null)
        .execute();
      for (const { id } of rows) {
        if (cared.has(id)) continue;
        cared.add(id);
        await startLocalHosts(accounts.directory(id));
      }
    },
    stop: async () => {
      await Promise.all([...cared].map((id) => stopLocalHosts(accounts.directory(id))));
    },
  };
}
