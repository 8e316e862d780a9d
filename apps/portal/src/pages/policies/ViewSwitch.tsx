import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';

export type PolicyLook = 'form' | 'json';

/** The same policy as a form or as JSON. */
export function ViewSwitch({ value, onChange }: { value: PolicyLook; onChange: (value: PolicyLook) => void }) {
  const { t } = useTranslation();
  return (
    <Segmented<PolicyLook>
      value={value}
      aria-label={t('policyEditor.view')}
      options={[
        { value: 'form', label: t('policies.asForm') },
        { value: 'json', label: t('policies.asJson') },
      ]}
      style={{ alignSelf: 'flex-start' }}
      onChange={onChange}
    />
  );
}
