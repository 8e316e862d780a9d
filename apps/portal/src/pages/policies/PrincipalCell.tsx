import { useTranslation } from 'react-i18next';

/** A user, a group or a service account in a list, with what it is. */
export function PrincipalCell({
  of: { name, kind },
}: {
  of: { readonly name: string; readonly kind: 'user' | 'group' | 'service-account' };
}) {
  const { t } = useTranslation();
  return (
    <div className="main-cell">
      <strong>{name}</strong>
      <span className="sub">{t(`policies.kinds.${kind}`)}</span>
    </div>
  );
}
