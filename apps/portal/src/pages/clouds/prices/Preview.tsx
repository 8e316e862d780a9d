import { costOf, hourOf } from '@pileus/model/cost';
import { useTranslation } from 'react-i18next';
import type { AccountPrices, PriceList } from '../../../api/types.ts';
import { useMoney } from '../../../format/money.ts';
import { Unpriced } from '../../../parts/Unpriced.tsx';

/** What a month of what is in use would cost at these prices. */
export function Preview({ prices, usage }: { prices: PriceList; usage: AccountPrices['usage'] }) {
  const { t } = useTranslation();
  const money = useMoney(prices.currency);
  const { perMonth, resources, unpriced } = costOf(prices, usage);
  return (
    <div className="panel cost">
      <span className="quiet">{t('prices.preview', { count: resources })}</span>
      <strong>{t('cost.month', { amount: money(perMonth) })}</strong>
      <span className="quiet">{t('cost.hour', { amount: money(hourOf(perMonth), { digits: 4 }) })}</span>
      <Unpriced of={unpriced} all={resources} />
    </div>
  );
}
