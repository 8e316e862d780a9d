import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import { useLive } from '../../api/use-live.ts';
import { Choice, SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { deploymentStates } from '../../parts/state.ts';
import { usePermission } from '../../shell/permission.ts';
import { useDeploymentColumns } from './deployment-columns.tsx';

const route = getRouteApi('/inside/deployments');

export default function DeploymentsPage() {
  const { t } = useTranslation();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const deployments = useList('get /deployments', filters);
  const accounts = useList('get /accounts', {});
  const may = usePermission();
  const projects = useList('get /projects', {}, { enabled: may('project.read') });
  const columns = useDeploymentColumns();
  useLive('deployments');
  const change = (changed: typeof filters) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page title={t('deployments.title')} hint={t('deployments.hint')} live actions={<NewDeployment />}>
      <Listing
        of={deployments}
        columns={columns}
        rowKey={(deployment) => deployment.id}
        label={t('deployments.title')}
        filters={
          <>
            <SearchBox value={filters.q} hint={t('deployments.searchHint')} onChange={(q) => change({ q })} />
            <SearchBox
              value={filters.tag}
              hint={t('tags.searchHint')}
              width={200}
              onChange={(tag) => change({ tag })}
            />
            <Choice
              value={filters.state}
              any={t('deployments.anyState')}
              options={deploymentStates.map((value) => ({ value, label: t(`state.${value}`) }))}
              onChange={(state) => change({ state })}
            />
            {may('project.read') && (
              <Choice
                value={filters.project}
                any={t('projects.anyProject')}
                options={(projects.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
                onChange={(project) => change({ project })}
              />
            )}
            <Choice
              value={filters.account}
              any={t('deployments.anyCloud')}
              options={(accounts.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
              onChange={(account) => change({ account })}
            />
          </>
        }
        reset={filtered ? () => void navigate({ search: {}, replace: true }) : undefined}
        empty={
          <Nothing icon="layers" text={t('deployments.empty')}>
            <NewDeployment />
          </Nothing>
        }
      />
    </Page>
  );
}

function NewDeployment() {
  const { t } = useTranslation();
  const may = usePermission();
  if (!may('deployment.plan')) return null;
  return (
    <Link to="/deployments/new">
      <Button type="primary" icon={<Icon name="plus" />} tabIndex={-1}>
        {t('deployments.new')}
      </Button>
    </Link>
  );
}
