import { useTranslation } from 'react-i18next';

/** Marks a policy that comes with the product. */
export function BuiltIn() {
  const { t } = useTranslation();
  return (
    <span className="chip" title={t('policies.builtInHint')}>
      {t('policies.builtIn')}
    </span>
  );
}
