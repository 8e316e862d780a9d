import { billableKinds, PriceList } from '@pileus/model';
import { z } from 'zod';
import { endpoint, id, time } from './endpoint.ts';

/** Digits with at most six after the point, as text: money is never a float. */
const amount = z.string();

/** What something costs by the hour (to the nearest millionth) and in a month of 730 hours (exactly). */
export const CostView = z.object({ perHour: amount, perMonth: amount });

/** Resources without a price, and the flavor or volume type that lacks one. */
export const UnpricedView = z.object({
  kind: z.enum(billableKinds),
  name: z.string().optional(),
  count: z.number().int(),
});

/** What resources cost now, at the prices of today. */
export const RunningCostView = CostView.extend({
  currency: z.string(),
  /** How many can have a price, and how many of them have none and are not in the sum. */
  resources: z.number().int(),
  unpriced: z.number().int(),
});

/** What a plan costs before and after it. What has no price before or after it is in neither. */
export const QuoteView = z.object({
  currency: z.string(),
  /** Since when the prices hold; absent for those that come with the provider. */
  validFrom: time.optional(),
  before: CostView,
  after: CostView,
  /** From before to after. */
  difference: CostView,
  resources: z.number().int(),
  unpriced: z.array(UnpricedView),
});

/** What the thing a step works on costs in a month, before it and after it; a side that has no price is absent. */
export const StepPriceView = z.object({ before: amount.optional(), after: amount.optional() });

const PriceListView = z.object({
  validFrom: time,
  prices: PriceList,
  createdBy: z.string(),
  createdAt: time,
});

/** Like resources of an account that are there now, as prices see them. */
const UsageView = z.object({
  what: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('server'),
      flavor: z
        .object({
          ref: z.string(),
          name: z.string().optional(),
          cores: z.number().int().optional(),
          megabytes: z.number().int().optional(),
        })
        .optional(),
      isStopped: z.boolean(),
    }),
    z.object({ kind: z.literal('volume'), gigabytes: z.number().int().optional(), type: z.string().optional() }),
    z.object({ kind: z.enum(['address', 'router']) }),
  ]),
  count: z.number().int(),
});

export const AccountPrices = z.object({
  /** The prices that hold now, and where they come from; absent where there are none. */
  now: z.object({ prices: PriceList, validFrom: time.optional(), from: z.enum(['account', 'provider']) }).optional(),
  /** All that were ever set, newest first; those that hold from a later time on among them. */
  lists: z.array(PriceListView),
  /** What deployments have at the account. */
  usage: z.array(UsageView),
  /** What that costs at the prices that hold now. */
  cost: RunningCostView.optional(),
});

const account = z.object({ account: id });

export const cost = [
  endpoint({
    method: 'get',
    path: '/accounts/{account}/prices',
    summary: 'What the resources of an account cost: the prices that hold now, all that were set, and what is used',
    permission: 'account.read',
    params: account,
    answer: AccountPrices,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'put',
    path: '/accounts/{account}/prices',
    summary: 'Set the prices of an account from now or a given time on; those of before stay as they were',
    permission: 'account.price',
    action: 'ACCOUNT_PRICES',
    params: account,
    body: z.object({
      prices: PriceList,
      /** Now, unless told. Later than all that have begun; prices that have not begun yet can be set again. */
      validFrom: time.optional(),
    }),
    answer: AccountPrices,
    fails: ['not-found', 'invalid'],
  }),
] as const;
