import type { Amount } from './money.ts';

/** What quotas count, beside money: `megabytes` of memory (MiB) and `gigabytes` of volumes (GiB). */
export const measures = ['servers', 'cores', 'megabytes', 'volumes', 'gigabytes', 'addresses', 'deployments'] as const;
export type Measure = (typeof measures)[number];

/** What something costs in a month. */
export type MonthlyMoney = {
  readonly currency: string;
  readonly perMonth: Amount;
};

/** How much a deployment comes to once a plan has been carried out. */
export type Takes = { readonly [M in Measure]?: number } & {
  /** Where its account has prices. */
  readonly money?: MonthlyMoney | undefined;
  /** Of these it cannot be told before something else exists, or the cloud does not say: no limit is kept by guessing. */
  readonly unknown?: readonly Measure[] | undefined;
};

/** At most so much; what is absent has no limit. */
export type Limits = { readonly [M in Measure]?: number } & { readonly money?: MonthlyMoney | undefined };
