import { useTranslation } from 'react-i18next';
import { useRead } from '../../api/query.ts';
import type { Organization } from '../../api/types.ts';

/** What an organization is to the platform and to the reader. */
export function Standing({ of: { id, isHome } }: { of: Organization }) {
  const { t } = useTranslation();
  const me = useRead('get /me', {});
  return (
    <>
      {isHome && <span className="chip">{t('organizations.isHome')}</span>}
      {id === me.data?.organization.id && <span className="chip">{t('organizations.isOwn')}</span>}
    </>
  );
}
