import { useRead } from '../../api/query.ts';
import { usePermission } from '../../shell/permission.ts';

/**
 * Whether the signed-in user is of the organization that runs the platform. Nobody else makes organizations or sets how much
 * they may have, whatever another organization allows its own people.
 */
export function useRunsPlatform(): boolean {
  const may = usePermission();
  const me = useRead('get /me', {});
  const organization = me.data?.organization.id ?? '';
  const own = useRead(
    'get /organizations/{organization}',
    { params: { organization } },
    { enabled: organization !== '' && may('organization.read') },
  );
  return own.data?.isHome ?? false;
}
