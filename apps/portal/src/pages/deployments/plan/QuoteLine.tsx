import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../api/types.ts';
import { useMoney } from '../../../format/money.ts';
import { Unpriced } from '../../../parts/Unpriced.tsx';
import { usePermission } from '../../../shell/permission.ts';

/** What a plan costs before and after, as it is approved; without prices, where they are set. */
export function QuoteLine({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { quote, account } = plan;
  if (quote)
    return <Quoted quote={quote} isDemo={account.simulated && quote.validFrom === undefined} account={account.id} />;
  if (!may('account.price')) return null;
  return (
    <p className="quiet">
      {t('cost.noPrices', { name: account.name })}{' '}
      <Link to="/clouds/$account" params={{ account: account.id }} search={{ tab: 'prices' }}>
        {t('prices.write')}
      </Link>
    </p>
  );
}

function Quoted({ quote, isDemo, account }: { quote: NonNullable<Plan['quote']>; isDemo: boolean; account: string }) {
  const { t } = useTranslation();
  const money = useMoney(quote.currency);
  const { before, after, difference, resources, unpriced } = quote;
  const isSame = difference.perMonth === '0';
  if (isSame && after.perMonth === '0' && unpriced.length === 0) return <p className="quiet">{t('cost.free')}</p>;
  // For what is new or stays as it is, one amount says it all.
  const isOne = isSame || before.perMonth === '0';
  const tone = difference.perMonth.startsWith('-') ? 'less' : '';
  return (
    <div className="panel cost" aria-label={t('cost.title')} role="group">
      <span className="quiet">{t('cost.title')}</span>
      <strong>
        {!isOne && `${money(before.perMonth)} → `}
        {t('cost.month', { amount: money(after.perMonth) })}
      </strong>
      {isSame && <span className="difference">{t('cost.same')}</span>}
      {!isOne && (
        <span className={`difference ${tone}`}>
          {t('cost.month', { amount: money(difference.perMonth, { isDifference: true }) })}
        </span>
      )}
      <span className="quiet">
        {t('cost.hour', { amount: money((isOne ? after : difference).perHour, { isDifference: !isOne, digits: 4 }) })}
      </span>
      <Unpriced of={unpriced} all={resources} />
      <Link className="from" to="/clouds/$account" params={{ account }} search={{ tab: 'prices' }}>
        {t(isDemo ? 'cost.demo' : 'cost.prices')}
      </Link>
    </div>
  );
}
