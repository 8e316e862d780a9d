import type { Database } from '@pileus/database';
import { billableKinds, billableOf, costOf, hourOf, type Usage } from '@pileus/model';
import type { Answer } from '@pileus/http';
import { sql } from 'kysely';
import { flavorsKnown } from './flavors.ts';
import type { Prices, PricesInForce } from './prices.ts';

export type RunningCost = NonNullable<Answer<'get /deployments'>['items'][number]['cost']>;

/** Like resources at one account, counted by the database: few rows however many resources there are. */
interface Counted {
  readonly deployment: string | null;
  readonly account: string;
  readonly kind: (typeof billableKinds)[number];
  readonly flavor: string | null;
  readonly type: string | null;
  readonly gigabytes: string | null;
  readonly is_stopped: boolean;
  readonly count: number;
}

/** What an account's deployments have there. */
export async function usageOfAccount(database: Database, account: string, prices: Prices, signal: AbortSignal) {
  const rows = await count(database, sql`null::text`, sql`account = ${account}`);
  const flavors = await prices.flavors(
    account,
    rows.flatMap(({ flavor }) => flavor ?? []),
    signal,
  );
  return rows.map((row) => usageOf(row, flavors));
}

/** What deployments cost as they are, at the prices that hold now, without asking a cloud: those with prices, by id. */
export async function runningCosts(
  database: Database,
  prices: Prices,
  deployments: readonly { readonly id: string; readonly account: string }[],
): Promise<ReadonlyMap<string, RunningCost>> {
  const accounts = [...new Set(deployments.map(({ account }) => account))];
  const held = await prices.now(accounts);
  const priced = deployments.filter(({ account }) => held.has(account));
  if (priced.length === 0) return new Map();
  const rows = await count(database, sql`deployment`, sql`deployment in (${sql.join(priced.map(({ id }) => id))})`);
  const refs = Map.groupBy(rows, ({ account }) => account);
  const flavors = new Map(
    await Promise.all(
      [...refs].map(
        async ([account, of]) =>
          [
            account,
            await flavorsKnown(
              database,
              [account],
              of.flatMap(({ flavor }) => flavor ?? []),
            ),
          ] as const,
      ),
    ),
  );
  const byDeployment = Map.groupBy(rows, ({ deployment }) => deployment);
  return new Map(
    priced.flatMap(({ id, account }): [string, RunningCost][] => {
      const list = held.get(account);
      if (!list) return [];
      const own = (byDeployment.get(id) ?? []).map((row) => usageOf(row, flavors.get(account) ?? new Map()));
      return [[id, runningCost(list, own)]];
    }),
  );
}

export function runningCost({ prices }: PricesInForce, usage: readonly Usage[]): RunningCost {
  const { perMonth, resources, unpriced } = costOf(prices, usage);
  return {
    currency: prices.currency,
    perMonth,
    perHour: hourOf(perMonth),
    resources,
    unpriced: unpriced.reduce((sum, one) => sum + one.count, 0),
  };
}

/** Resources that the cloud has made and that are not known to be gone, counted by what their price depends on. */
async function count(
  database: Database,
  by: ReturnType<typeof sql>,
  where: ReturnType<typeof sql>,
): Promise<readonly Counted[]> {
  const { rows } = await sql<Counted>`
    select ${by} as deployment, account, kind,
      case when kind = 'server' then coalesce(accepted->>'flavor', spec->>'flavor') end as flavor,
      case when kind = 'volume' then coalesce(accepted->>'type', spec->>'type') end as type,
      case when kind = 'volume' then coalesce(accepted->>'gigabytes', spec->>'gigabytes') end as gigabytes,
      kind = 'server' and state = 'stopped' as is_stopped,
      count(*)::int as count
    from resource
    where deleted_at is null and state <> 'deleted' and ref is not null and kind in (${sql.join(billableKinds)}) and ${where}
    group by 1, 2, 3, 4, 5, 6, 7
    order by 1, 2, 3, 4, 5, 6, 7`.execute(database);
  return rows;
}

function usageOf(
  { kind, flavor, type, gigabytes, is_stopped, count: number }: Counted,
  flavors: Parameters<typeof billableOf>[3],
): Usage {
  const spec = {
    ...(flavor !== null && { flavor }),
    ...(type !== null && { type }),
    ...(gigabytes !== null && { gigabytes: Number(gigabytes) }),
  };
  // Of every kind that is counted there is something to price.
  const what = billableOf(kind, spec, is_stopped, flavors) ?? { kind: 'router' };
  return { what, count: number };
}
