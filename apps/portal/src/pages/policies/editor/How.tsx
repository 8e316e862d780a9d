import { useTranslation } from 'react-i18next';
import { Panel } from '../../../parts/Panel.tsx';

/** The rules in four sentences, for whoever writes a policy for the first time. */
export function How() {
  const { t } = useTranslation();
  return (
    <Panel title={t('policyEditor.howTitle')}>
      <ul className="how">
        {(['how1', 'how2', 'how3', 'how4'] as const).map((sentence) => (
          <li key={sentence}>{t(`policyEditor.${sentence}`)}</li>
        ))}
      </ul>
    </Panel>
  );
}
