import type { Database } from '@pileus/database';
import { billableOf, Failure, seconds, type Clock, type PriceList, type Quote } from '@pileus/model';
import type { KnownResource, PlanStep } from '@pileus/orchestrator';
import type { Accounts } from '../clouds/accounts.ts';
import { effectiveSpec, flavorsIn } from '../quotas/takes.ts';
import { flavorsKnown, keepFlavors, type Flavors } from './flavors.ts';
import { quoteOf } from './quote.ts';

/** The prices that hold for an account at some time. */
export interface PricesInForce {
  readonly prices: PriceList;
  readonly validFrom?: Date | undefined;
  /** Whether somebody has set them, or they come with the provider. */
  readonly from: 'account' | 'provider';
}

export interface Prices {
  /** By account; an account without prices is not in it. */
  now(accounts: readonly string[]): Promise<ReadonlyMap<string, PricesInForce>>;
  /** Sets prices from a time on, `now` unless told. What holds or has held before stays as it is. */
  set(account: string, prices: PriceList, validFrom: Date | undefined, by: string): Promise<void>;
  /** What steps cost before and after, given what there is; undefined for an account without prices. */
  quote(
    account: string,
    steps: readonly PlanStep[],
    resources: readonly KnownResource[],
    signal: AbortSignal,
  ): Promise<Quote | undefined>;
  /** Flavors by ref, as they were last seen; those that were never seen are asked for. */
  flavors(account: string, refs: readonly string[], signal: AbortSignal): Promise<Flavors>;
}

interface PricesOptions {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly clock: Clock;
}

export function createPrices({ database, accounts, clock }: PricesOptions): Prices {
  const now = async (ids: readonly string[]): Promise<ReadonlyMap<string, PricesInForce>> => {
    if (ids.length === 0) return new Map();
    const rows = await database
      .selectFrom('account')
      .leftJoin(
        (eb) =>
          eb
            .selectFrom('price_list')
            .distinctOn('account')
            .select(['account', 'prices', 'valid_from'])
            .where('valid_from', '<=', new Date(clock.now()))
            .orderBy('account')
            .orderBy('valid_from', 'desc')
            .as('list'),
        (join) => join.onRef('list.account', '=', 'account.id'),
      )
      .select(['account.id', 'account.provider', 'list.prices', 'list.valid_from'])
      .where('account.id', 'in', ids)
      .execute();
    return new Map(
      rows.flatMap(({ id, provider, prices, valid_from: validFrom }): [string, PricesInForce][] => {
        if (prices && validFrom) return [[id, { prices, validFrom, from: 'account' }]];
        const own = accounts.providers.find((one) => one.id === provider)?.prices;
        return own ? [[id, { prices: own, from: 'provider' }]] : [];
      }),
    );
  };

  const flavors: Prices['flavors'] = async (account, refs, signal) => {
    const wanted = [...new Set(refs)];
    const known = await flavorsKnown(database, [account], wanted);
    if (wanted.every((ref) => known.has(ref))) return known;
    await look(account, signal);
    return flavorsKnown(database, [account], wanted);
  };

  /** Prices can be read and set while a cloud is away: what is not known of its flavors then has no price. */
  const look = async (account: string, signal: AbortSignal): Promise<void> => {
    const listed = await accounts
      .list(account, 'flavor', AbortSignal.any([signal, AbortSignal.timeout(seconds(20))]))
      .catch(() => []);
    await keepFlavors(database, account, listed, clock);
  };

  return {
    now,
    flavors,
    async set(account, prices, validFrom = new Date(clock.now()), by) {
      await database.transaction().execute(async (transaction) => {
        await transaction.selectFrom('account').select('id').where('id', '=', account).forUpdate().execute();
        const newest = await transaction
          .selectFrom('price_list')
          .select('valid_from')
          .where('account', '=', account)
          .where('valid_from', '<=', new Date(clock.now()))
          .orderBy('valid_from', 'desc')
          .executeTakeFirst();
        if (newest && newest.valid_from >= validFrom) {
          const message = `Prices that hold since ${newest.valid_from.toISOString()} stay as they are; give a later time`;
          const problems = [{ at: '/validFrom', message }];
          throw new Failure('invalid', { what: '/validFrom', reason: message }, { problems });
        }
        const row = { prices: JSON.stringify(prices), created_by: by, created_at: new Date(clock.now()) };
        await transaction
          .insertInto('price_list')
          .values({ account, valid_from: validFrom, ...row })
          .onConflict((conflict) => conflict.columns(['account', 'valid_from']).doUpdateSet(row))
          .execute();
      });
    },
    async quote(account, steps, resources, signal) {
      const held = (await now([account])).get(account);
      if (!held) return undefined;
      const sizes = await flavors(account, flavorsIn(steps, resources), signal);
      const there = resources.flatMap((one) => {
        const what = billableOf(one.kind, effectiveSpec(one), one.state === 'stopped', sizes);
        return what && one.ref !== undefined ? [{ resource: one.step, what }] : [];
      });
      const quote = quoteOf(steps, there, held.prices, sizes);
      return { ...quote, ...(held.validFrom && { validFrom: held.validFrom.toISOString() }) };
    },
  };
}
