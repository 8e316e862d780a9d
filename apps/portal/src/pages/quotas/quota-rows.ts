import { measures, type Measure } from '@pileus/model/quota';
import type { Quota } from '../../api/types.ts';

/** One thing that a quota counts: how much there is, how much there may be, and how full that makes its bar. */
export interface QuotaRow {
  readonly of: Measure | 'money';
  /** Of money. */
  readonly currency?: string;
  readonly used: string;
  readonly limit?: string;
  /** From 0 to 100; undefined without a limit. */
  readonly percent?: number;
  readonly isFull: boolean;
}

/** What is used of a quota, money last: in the currency of its limit, and in others that something costs. */
export function quotaRows({ limits, used }: Quota): QuotaRow[] {
  const counts = measures.map((measure) => row(measure, String(used[measure]), limits[measure]?.toString()));
  const currencies = new Set([...(limits.money ? [limits.money] : []), ...used.money].map(({ currency }) => currency));
  const money = [...currencies].map((currency) => ({
    ...row(
      'money',
      used.money.find((one) => one.currency === currency)?.perMonth ?? '0',
      limits.money?.currency === currency ? limits.money.perMonth : undefined,
    ),
    currency,
  }));
  return [...counts, ...money];
}

function row(of: QuotaRow['of'], used: string, limit: string | undefined): QuotaRow {
  if (limit === undefined) return { of, used, isFull: false };
  // A bar is no sum: here a float is exact enough.
  const [has, most] = [Number(used), Number(limit)];
  const percent = most === 0 ? (has > 0 ? 100 : 0) : Math.min(100, Math.round((has / most) * 100));
  return { of, used, limit, percent, isFull: has >= most };
}

export function isUnlimited({ limits }: Quota): boolean {
  return limits.money === undefined && measures.every((measure) => limits[measure] === undefined);
}

/** What somebody has written into the dialog; empty for no limit. */
export type WrittenLimits = { readonly [M in Measure]?: number | null | undefined } & {
  readonly perMonth?: string | undefined;
  readonly currency?: string | undefined;
};

/** What has to be changed so that the limits are as they are written. */
export function limitChanges({ perMonth = '', currency = '', ...counts }: WrittenLimits) {
  const amount = perMonth.trim();
  return {
    ...Object.fromEntries(measures.map((measure) => [measure, counts[measure] ?? null])),
    money: amount === '' ? null : { perMonth: amount, currency: currency.trim() },
  };
}
