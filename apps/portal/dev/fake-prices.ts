import { amountOf, costOf, differenceOf, hourOf, millionths, PriceList, priceOf, type Usage } from '@pileus/model';
import type { Account, AccountPrices, Deployment, DeploymentDetail, Plan, PlannedStep } from '../src/api/types.ts';
import { ago } from './samples.ts';

/** Prices of make-believe accounts, by what the provider is; an account in Beijing has none yet. */
const lists: Readonly<Record<string, PriceList>> = {
  local: PriceList.parse({
    servers: { other: { perHour: '0' } },
    volumes: { other: { perGigabyteMonth: '0' } },
    addresses: { perMonth: '0' },
  }),
  openstack: PriceList.parse({
    servers: {
      flavors: { 'm1.small': { perHour: '0.36', stoppedPerHour: '0.06' }, 'm1.medium': { perHour: '0.72' } },
      rule: { perCoreHour: '0.15', perGigabyteHour: '0.03' },
    },
    volumes: { types: { ssd: { perGigabyteMonth: '0.8' } }, other: { perGigabyteMonth: '0.35' } },
  }),
  simulated: PriceList.parse({
    servers: { flavors: { 'sim.small': { perHour: '0.12', stoppedPerHour: '0.02' } }, other: { perHour: '0.36' } },
    volumes: { other: { perGigabyteMonth: '0.35' } },
    addresses: { perMonth: '20' },
  }),
};

/** What each kind of resource is taken for. */
const kinds: Readonly<Record<string, Usage['what']>> = {
  server: { kind: 'server', flavor: { ref: 'm1.small', name: 'm1.small' }, isStopped: false },
  volume: { kind: 'volume', gigabytes: 100 },
  address: { kind: 'address' },
};

export class FakePrices {
  readonly #lists = new Map<string, AccountPrices['lists']>();

  of(account: Pick<Account, 'id' | 'provider'>): AccountPrices {
    const set = this.#lists.get(account.id) ?? this.#begun(account);
    const own = set.find(({ validFrom }) => Date.parse(validFrom) <= Date.now());
    const provided = account.provider === 'openstack' ? undefined : lists[account.provider];
    const prices = own?.prices ?? provided;
    const usage = [
      { what: { ...kinds['server'], kind: 'server' as const, isStopped: false }, count: 12 },
      { what: { kind: 'server' as const, flavor: { ref: 'f-9', name: 'gpu.large' }, isStopped: true }, count: 1 },
      { what: { kind: 'volume' as const, gigabytes: 100 }, count: 4 },
      { what: { kind: 'address' as const }, count: 3 },
    ];
    return {
      ...(prices && {
        now: { prices, from: own ? 'account' : 'provider', ...(own && { validFrom: own.validFrom }) },
        cost: running(prices, usage),
      }),
      lists: set,
      usage,
    };
  }

  set(account: Account, prices: PriceList, validFrom = new Date().toISOString()): AccountPrices {
    const row = { prices, validFrom, createdBy: 'admin', createdAt: new Date().toISOString() };
    this.#lists.set(account.id, [row, ...this.of(account).lists]);
    return this.of(account);
  }

  costOf(deployment: DeploymentDetail): Deployment['cost'] {
    const { now } = this.of(deployment.account);
    const there = deployment.resources.filter(({ state }) => state !== 'deleted');
    const usage = there.flatMap(({ kind }) => (kinds[kind] ? [{ what: kinds[kind], count: 1 }] : []));
    return now && running(now.prices, usage);
  }

  /** A plan with what it costs. */
  quoted(plan: Plan, deployment?: DeploymentDetail): Plan {
    const { now } = this.of(plan.account);
    if (!now) return plan;
    const { prices, validFrom } = now;
    const steps = plan.steps.map((step) => {
      const price = stepPrice(step, prices);
      return { ...step, ...(price && { price }) };
    });
    const before = (deployment && this.costOf(deployment)?.perMonth) ?? '0';
    const read = (amount: string) => millionths(amount) ?? 0n;
    const after = steps.reduce(
      (sum, { price }) =>
        price?.before === undefined || price.after === undefined ? sum : sum + read(price.after) - read(price.before),
      read(before),
    );
    const unpriced = steps.filter(({ price }) => price && (price.before === undefined || price.after === undefined));
    const cost = (perMonth: string) => ({ perMonth, perHour: hourOf(perMonth) });
    const quote = {
      currency: prices.currency,
      ...(validFrom !== undefined && { validFrom }),
      before: cost(before),
      after: cost(amountOf(after)),
      difference: cost(differenceOf(before, amountOf(after))),
      resources: steps.filter(({ price }) => price).length,
      unpriced: unpriced.length > 0 ? [{ kind: 'address' as const, count: unpriced.length }] : [],
    };
    return Object.assign(plan, { steps, quote });
  }

  #begun({ id, provider }: Pick<Account, 'id' | 'provider'>): AccountPrices['lists'] {
    const prices = lists[provider];
    if (provider !== 'openstack' || id === 'acc-beijing00002' || !prices) return [];
    const earlier = { ...prices, addresses: { perMonth: '15' } };
    return [
      { prices, validFrom: ago(600), createdBy: 'admin', createdAt: ago(600) },
      { prices: earlier, validFrom: ago(40_000), createdBy: 'admin', createdAt: ago(40_000) },
    ];
  }
}

function running(prices: PriceList, usage: readonly Usage[]) {
  const { perMonth, resources, unpriced } = costOf(prices, usage);
  const missing = unpriced.reduce((sum, { count }) => sum + count, 0);
  return { currency: prices.currency, perMonth, perHour: hourOf(perMonth), resources, unpriced: missing };
}

function stepPrice({ action, what, isReplaced, changes }: PlannedStep, prices: PriceList): PlannedStep['price'] {
  const kind = kinds[what];
  if (!kind || isReplaced || action === 'run') return undefined;
  const of = (thing: Usage['what']) => {
    const price = priceOf(prices, thing);
    return price === undefined ? undefined : amountOf(price);
  };
  const [running, stopped] = [of(kind), kind.kind === 'server' ? of({ ...kind, isStopped: true }) : of(kind)];
  const sizes = changes?.find(({ field }) => field === 'gigabytes');
  const sized = (size: unknown) => of({ kind: 'volume', gigabytes: Number(size) });
  const [before, after] =
    action === 'create'
      ? ['0', running]
      : action === 'delete'
        ? [running, '0']
        : action === 'stop'
          ? [running, stopped]
          : action === 'start'
            ? [stopped, running]
            : sizes
              ? [sized(sizes.from), sized(sizes.to)]
              : [running, running];
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}
