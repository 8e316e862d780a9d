import type { ManagedKind } from './resource.ts';
import { amountOf, hoursPerMonth, millionths, perHour, roundedQuotient, type Amount } from './money.ts';
import type { PriceList } from './price-list.ts';

/** What prices need to know of a flavor. */
export interface FlavorSize {
  readonly ref: string;
  readonly name?: string | undefined;
  readonly cores?: number | undefined;
  readonly megabytes?: number | undefined;
}

/** A resource as far as its price depends on it. */
export type Billable =
  | { readonly kind: 'server'; readonly flavor?: FlavorSize | undefined; readonly isStopped: boolean }
  | { readonly kind: 'volume'; readonly gigabytes?: number | undefined; readonly type?: string | undefined }
  | { readonly kind: 'address' | 'router' };

/** Kinds of which a price list can hold prices. */
export const billableKinds = ['server', 'volume', 'address', 'router'] as const satisfies readonly ManagedKind[];

/** So many resources that are alike. */
export interface Usage {
  readonly what: Billable;
  readonly count: number;
}

/** Resources that the price list has no price for, and the flavor or volume type that it would be found under. */
export interface Unpriced {
  readonly kind: Billable['kind'];
  readonly name?: string | undefined;
  readonly count: number;
}

/** What resources cost in a month, as far as there are prices. */
export interface Cost {
  readonly perMonth: Amount;
  /** How many can have a price, and which of them have none. */
  readonly resources: number;
  readonly unpriced: readonly Unpriced[];
}

/** What a plan costs before and after it, in a month; part of what is approved. */
export interface Quote {
  readonly currency: string;
  /** Since when the prices hold; absent for those that come with the provider. */
  readonly validFrom?: string | undefined;
  /** What has no price before or after is in neither, so that the two can be compared. */
  readonly before: Amount;
  readonly after: Amount;
  readonly resources: number;
  readonly unpriced: readonly Unpriced[];
  /** By the key of the step: what it works on costs before and after it. Absent where there is no price. */
  readonly steps: Readonly<Record<string, StepPrice>>;
}

export interface StepPrice {
  readonly before?: Amount | undefined;
  readonly after?: Amount | undefined;
}

/** A resource as prices see it, from the spec it is made of; undefined for kinds that have no price. */
export function billableOf(
  kind: ManagedKind,
  spec: Readonly<Record<string, unknown>>,
  isStopped: boolean,
  flavors: ReadonlyMap<string, FlavorSize>,
): Billable | undefined {
  if (kind === 'server') {
    const { flavor } = spec;
    if (flavor === undefined || flavor === null) return { kind, isStopped };
    // What is not known before something else exists has no name yet, and so no price.
    const ref = typeof flavor === 'string' ? flavor : '';
    return { kind, flavor: flavors.get(ref) ?? { ref }, isStopped };
  }
  if (kind === 'volume') {
    const { gigabytes, type } = spec;
    return {
      kind,
      ...(typeof gigabytes === 'number' && Number.isInteger(gigabytes) && { gigabytes }),
      ...(typeof type === 'string' && { type }),
    };
  }
  return kind === 'address' || kind === 'router' ? { kind } : undefined;
}

/** Whether it counts among what has a price or should have one: a router costs nothing unless a price is given. */
export function isBillable(list: PriceList, what: Billable): boolean {
  return what.kind !== 'router' || list.routers !== undefined;
}

/** What one resource costs in a month, in millionths; undefined where the list has no price for it. */
export function priceOf(list: PriceList, what: Billable): bigint | undefined {
  switch (what.kind) {
    case 'server': {
      const hour = serverHour(list.servers, what);
      return hour === undefined ? undefined : hour * hoursPerMonth;
    }
    case 'volume': {
      const { gigabytes, type } = what;
      const price = (type === undefined ? undefined : entry(list.volumes.types, type)) ?? list.volumes.other;
      return price && gigabytes !== undefined ? BigInt(gigabytes) * read(price.perGigabyteMonth) : undefined;
    }
    case 'address':
      return fixed(list.addresses);
    case 'router':
      return fixed(list.routers);
  }
}

/** What resources cost together. */
export function costOf(list: PriceList, usages: readonly Usage[]): Cost {
  let sum = 0n;
  let resources = 0;
  const unpriced = new UnpricedCount();
  for (const { what, count } of usages) {
    if (!isBillable(list, what)) continue;
    resources += count;
    const price = priceOf(list, what);
    if (price === undefined) unpriced.add(what, count);
    else sum += price * BigInt(count);
  }
  return { perMonth: amountOf(sum), resources, unpriced: unpriced.all() };
}

/** The same in an hour, to the nearest millionth. */
export function hourOf(month: Amount): Amount {
  return amountOf(perHour(read(month)));
}

/** From one amount to another. */
export function differenceOf(before: Amount, after: Amount): Amount {
  return amountOf(read(after) - read(before));
}

/** Counts what has no price, by what is missing in the list. */
export class UnpricedCount {
  readonly #counts = new Map<string, Unpriced>();

  add(what: Billable, count = 1): void {
    const name = nameOf(what);
    const key = `${what.kind} ${name ?? ''}`;
    const held = this.#counts.get(key)?.count ?? 0;
    this.#counts.set(key, { kind: what.kind, ...(name !== undefined && { name }), count: held + count });
  }

  all(): Unpriced[] {
    return [...this.#counts.values()];
  }
}

function nameOf(what: Billable): string | undefined {
  if (what.kind === 'server') return what.flavor?.name ?? what.flavor?.ref;
  return what.kind === 'volume' ? what.type : undefined;
}

function serverHour(
  { flavors, rule, other }: PriceList['servers'],
  { flavor, isStopped }: Extract<Billable, { kind: 'server' }>,
): bigint | undefined {
  const named =
    flavor && (entry(flavors, flavor.ref) ?? (flavor.name === undefined ? undefined : entry(flavors, flavor.name)));
  if (!named && rule && flavor?.cores !== undefined && flavor.megabytes !== undefined) {
    const core = (isStopped && rule.stoppedPerCoreHour) || rule.perCoreHour;
    const gigabyte = (isStopped && rule.stoppedPerGigabyteHour) || rule.perGigabyteHour;
    return BigInt(flavor.cores) * read(core) + roundedQuotient(BigInt(flavor.megabytes) * read(gigabyte), 1024n);
  }
  const price = named ?? other;
  return price && read((isStopped && price.stoppedPerHour) || price.perHour);
}

function fixed(price: PriceList['addresses']): bigint | undefined {
  if (price?.perMonth !== undefined) return read(price.perMonth);
  return price?.perHour === undefined ? undefined : read(price.perHour) * hoursPerMonth;
}

/** A name that somebody chose is looked up among what was given, not among what every object has. */
function entry<T>(prices: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(prices, name) ? prices[name] : undefined;
}

function read(amount: Amount): bigint {
  const count = millionths(amount);
  if (count === undefined) throw new Error(`${amount} is no amount: it was to be checked where it came in`);
  return count;
}
