import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import { Loaded } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { Quotas } from '../quotas/Quotas.tsx';

/** How much a project has of what it may have. `project` is its id. */
export function ProjectQuotas({ project, name }: { project: string; name: string }) {
  const may = usePermission();
  const quota = useRead('get /projects/{project}/quota', { params: { project } });
  const set = useAct('patch /projects/{project}/quota', ['get /projects/{project}/quota', 'get /plans/{plan}']);
  return (
    <Loaded of={quota}>
      {(data) => (
        <Quotas
          of={data}
          name={name}
          hint={<OfOrganizationToo />}
          onSet={
            may('project.quota')
              ? (body, ifMatch) => set.mutateAsync({ params: { project }, body, ifMatch })
              : undefined
          }
        />
      )}
    </Loaded>
  );
}

function OfOrganizationToo() {
  const { t } = useTranslation();
  const may = usePermission();
  const me = useRead('get /me', {});
  if (!may('organization.read') || me.data === undefined) return t('quotas.organizationToo');
  return (
    <>
      {t('quotas.organizationToo')}{' '}
      <Link to="/organizations/$organization" params={{ organization: me.data.organization.id }}>
        {t('quotas.seeOrganization')}
      </Link>
    </>
  );
}
