import { useTranslation } from 'react-i18next';
import { ShownOnce } from '../../parts/ShownOnce.tsx';

/** The link that signs somebody in once, for whoever hands it on; shown this once. */
export function SignInLink({
  name,
  link,
  title,
  onClose,
}: {
  name: string;
  link: string;
  /** What has been made together with it. */
  title?: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <ShownOnce
      title={title ?? t('access.once.linkTitle', { name })}
      label={t('access.once.link')}
      text={location.origin + link}
      hint={t('access.once.linkHint', { name })}
      onClose={onClose}
    />
  );
}
