import { useTranslation } from 'react-i18next';
import type { Deployment } from '../api/types.ts';
import { useMoney } from '../format/money.ts';

/** What a deployment costs in a month as it is. */
export function RunningCost({ of }: { of: NonNullable<Deployment['cost']> }) {
  const { t } = useTranslation();
  const money = useMoney(of.currency);
  if (of.perMonth === '0' && of.unpriced === 0) return <span className="quiet">{t('cost.nothing')}</span>;
  const missing = of.unpriced > 0 ? t('cost.unpriced', { count: of.unpriced, all: of.resources }) : undefined;
  const hour = t('cost.hour', { amount: money(of.perHour, { digits: 4 }) });
  return (
    <span className="running-cost" title={[hour, missing].filter(Boolean).join('\n')}>
      {t('cost.month', { amount: money(of.perMonth) })}
      {missing !== undefined && <span className="sub">{missing}</span>}
    </span>
  );
}
