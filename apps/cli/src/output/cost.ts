import type { AnswerOf } from '@pileus/api';
import { moneyText } from '@pileus/model/money';
import type { Context } from '../context.ts';

type RunningCost = NonNullable<AnswerOf<'get /deployments'>['items'][number]['cost']>;

/** What something costs in a month, and how much of it has no price: `¥549.10 a month, no price for 1 of 4`. */
export function costText({ language, say }: Pick<Context, 'language' | 'say'>, cost: RunningCost): string {
  const { perMonth, currency, resources, unpriced } = cost;
  const month = say('prices.perMonth', { amount: moneyText(perMonth, currency, language) });
  return unpriced === 0 ? month : `${month}, ${say('prices.unpriced', { count: unpriced, all: resources })}`;
}
