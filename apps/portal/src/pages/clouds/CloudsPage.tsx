import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { Account } from '../../api/types.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { Simulated } from '../../parts/Simulated.tsx';
import { usePermission } from '../../shell/permission.ts';
import { HealthTag } from './HealthTag.tsx';
import { useProviderTitle } from './provider-title.ts';

const route = getRouteApi('/inside/clouds');

export default function CloudsPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const accounts = useList('get /accounts', { q });
  const columns = useColumns();
  const find = (value: string | undefined) =>
    void navigate({ search: value === undefined ? {} : { q: value }, replace: true });
  return (
    <Page title={t('clouds.title')} hint={t('clouds.hint')} actions={<AddCloud />}>
      <Listing
        of={accounts}
        columns={columns}
        rowKey={(account) => account.id}
        label={t('clouds.title')}
        filters={<SearchBox value={q} hint={t('clouds.searchHint')} onChange={find} />}
        reset={q === undefined ? undefined : () => find(undefined)}
        empty={
          <Nothing icon="cloud" text={t('clouds.empty')}>
            <AddCloud />
          </Nothing>
        }
      />
    </Page>
  );
}

function AddCloud() {
  const { t } = useTranslation();
  const may = usePermission();
  if (!may('account.create')) return null;
  return (
    <Link to="/clouds/new">
      <Button type="primary" icon={<Icon name="plus" />} tabIndex={-1}>
        {t('clouds.add')}
      </Button>
    </Link>
  );
}

function useColumns(): Column<Account>[] {
  const { t } = useTranslation();
  const titleOf = useProviderTitle();
  return [
    {
      key: 'name',
      title: t('common.name'),
      text: (account) => account.name,
      cell: (account) => (
        <div className="main-cell">
          <span className="row">
            <Link to="/clouds/$account" params={{ account: account.id }}>
              {account.name}
            </Link>
            <Simulated when={account.simulated} />
          </span>
          {account.description && <span className="sub ellipsis">{account.description}</span>}
        </div>
      ),
    },
    {
      key: 'provider',
      title: t('clouds.provider'),
      text: (account) => account.provider,
      cell: (account) => titleOf(account.provider),
    },
    {
      key: 'health',
      title: t('clouds.health'),
      text: (account) => account.health.is,
      cell: (account) => <HealthTag health={account.health} />,
    },
    {
      key: 'resources',
      title: t('clouds.resources'),
      align: 'end',
      text: (account) => String(account.resources),
      cell: (account) => account.resources,
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: (account) => account.createdAt,
      cell: (account) => <Moment at={account.createdAt} />,
    },
  ];
}
