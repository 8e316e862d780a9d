import type { Answer } from '@pileus/http';
import { differenceOf, hourOf, type Amount, type Quote } from '@pileus/model';

type QuoteView = NonNullable<Answer<'get /plans/{plan}'>['quote']>;

export function quoteView({ currency, validFrom, before, after, resources, unpriced }: Quote): QuoteView {
  return {
    currency,
    ...(validFrom !== undefined && { validFrom }),
    before: costView(before),
    after: costView(after),
    difference: costView(differenceOf(before, after)),
    resources,
    unpriced: unpriced.map((one) => ({ ...one })),
  };
}

function costView(perMonth: Amount): QuoteView['before'] {
  return { perHour: hourOf(perMonth), perMonth };
}
