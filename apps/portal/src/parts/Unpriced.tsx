import type { Unpriced as UnpricedResources } from '@pileus/model/cost';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/index.ts';
import { Icon } from './Icon.tsx';
import { kindTitle } from './problem.ts';

/** How many resources have no price, and which. */
export function Unpriced({ of, all }: { of: readonly UnpricedResources[]; all: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (of.length === 0) return null;
  const count = of.reduce((sum, one) => sum + one.count, 0);
  const names = of.map(
    ({ kind, name, count: each }) => `${each} × ${kindTitle(kind, t)}${name === undefined ? '' : ` ${name}`}`,
  );
  const shown = names.slice(0, 4).join(language === 'zh-CN' ? '、' : ', ') + (names.length > 4 ? ' …' : '');
  return (
    <span className="unpriced" title={names.join('\n')}>
      <Icon name="warning" size={14} />
      {t('cost.unpriced', { count, all })}: {shown}
    </span>
  );
}
