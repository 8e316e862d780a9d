import { useTranslation } from 'react-i18next';
import type { Webhook } from '../../api/types.ts';
import { Moment } from '../../parts/Moment.tsx';

/** Whether it is called, and why not, or that nothing arrives. */
export function WebhookState({ of: { isEnabled, disabledBecause, failingSince } }: { of: Webhook }) {
  const { t } = useTranslation();
  if (!isEnabled)
    return (
      <span className={disabledBecause ? 'tag bad' : 'tag'}>
        {t(disabledBecause ? `webhooks.because.${disabledBecause}` : 'webhooks.off')}
      </span>
    );
  if (!failingSince) return <span className="tag ok">{t('webhooks.on')}</span>;
  return (
    <span className="tag warn">
      {t('webhooks.failing')} <Moment at={failingSince} relative />
    </span>
  );
}
