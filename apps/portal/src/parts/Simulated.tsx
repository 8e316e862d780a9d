import { useTranslation } from 'react-i18next';

/** 模拟: stands wherever something of a simulated cloud is shown. */
export function Simulated({ when }: { when: boolean }) {
  const { t } = useTranslation();
  if (!when) return null;
  return (
    <span className="tag violet" title={t('common.simulatedHint')}>
      {t('common.simulated')}
    </span>
  );
}
