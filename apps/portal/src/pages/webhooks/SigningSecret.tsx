import { useTranslation } from 'react-i18next';
import { ShownOnce } from '../../parts/ShownOnce.tsx';

/** What a webhook's requests are signed with, for whoever receives them; shown this once. */
export function SigningSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <ShownOnce
      title={t('webhooks.secret')}
      label={t('webhooks.secret')}
      text={secret}
      hint={t('webhooks.secretHint')}
      onClose={onClose}
    />
  );
}
