import { differenceOf } from '@pileus/model/cost';
import { useTranslation } from 'react-i18next';
import type { PlannedStep } from '../../../api/types.ts';
import { useMoney } from '../../../format/money.ts';

/** What a step adds to a month, or takes from it. */
export function StepPrice({ price, currency }: { price: PlannedStep['price']; currency: string }) {
  const { t } = useTranslation();
  const money = useMoney(currency);
  if (!price) return <span className="price" />;
  const { before, after } = price;
  if (before === undefined || after === undefined) return <span className="price none">{t('cost.none')}</span>;
  const difference = differenceOf(before, after);
  const title = `${money(before)} → ${t('cost.month', { amount: money(after) })}`;
  return (
    <span className={`price ${difference === '0' ? 'none' : ''}`} title={title}>
      {t('cost.month', { amount: money(difference, { isDifference: true }) })}
    </span>
  );
}
