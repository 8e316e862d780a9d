import type { Database } from '@pileus/database';
import { handle, type Answer, type Bound } from '@pileus/http';
import type { Accounts } from '../clouds/accounts.ts';
import type { Prices } from './prices.ts';
import { runningCost, usageOfAccount } from './usage.ts';

interface Parts {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly prices: Prices;
}

export function costHandlers({ database, accounts, prices }: Parts): Bound[] {
  const view = async (account: string, signal: AbortSignal): Promise<Answer<'get /accounts/{account}/prices'>> => {
    const held = (await prices.now([account])).get(account);
    const rows = await database
      .selectFrom('price_list')
      .selectAll()
      .where('account', '=', account)
      .orderBy('valid_from', 'desc')
      .limit(500)
      .execute();
    const usage = await usageOfAccount(database, account, prices, signal);
    return {
      ...(held && {
        now: {
          prices: held.prices,
          from: held.from,
          ...(held.validFrom && { validFrom: held.validFrom.toISOString() }),
        },
        cost: runningCost(held, usage),
      }),
      lists: rows.map((row) => ({
        validFrom: row.valid_from.toISOString(),
        prices: row.prices,
        createdBy: row.created_by,
        createdAt: row.created_at.toISOString(),
      })),
      usage: usage.map(({ what, count }) => ({ what: { ...what }, count })),
    };
  };
  return [
    handle('get /accounts/{account}/prices', async ({ params: { account }, signal }) => {
      await accounts.find(account);
      return view(account, signal);
    }),
    handle('put /accounts/{account}/prices', async ({ params: { account }, body, actor, audit, signal }) => {
      await accounts.find(account);
      audit(account);
      const from = body.validFrom === undefined ? undefined : new Date(body.validFrom);
      await prices.set(account, body.prices, from, actor.user.name);
      return view(account, signal);
    }),
  ];
}
