import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { Organization } from '../../api/types.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { AddOrganization } from './AddOrganization.tsx';
import { Standing } from './Standing.tsx';
import { useRunsPlatform } from './runs-platform.ts';

const route = getRouteApi('/inside/organizations');

export default function OrganizationsPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const organizations = useList('get /organizations', { q });
  const columns = useColumns();
  const find = (value: string | undefined) =>
    void navigate({ search: value === undefined ? {} : { q: value }, replace: true });
  return (
    <Page title={t('organizations.title')} hint={t('organizations.hint')} actions={<AddButton />}>
      <Listing
        of={organizations}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('organizations.title')}
        filters={<SearchBox value={q} hint={t('organizations.searchHint')} width={280} onChange={find} />}
        reset={q === undefined ? undefined : () => find(undefined)}
        empty={<Nothing icon="globe" text={t('organizations.empty')} />}
      />
    </Page>
  );
}

function AddButton() {
  const { t } = useTranslation();
  const may = usePermission();
  const runsPlatform = useRunsPlatform();
  const [open, setOpen] = useState(false);
  if (!may('organization.create') || !runsPlatform) return null;
  return (
    <>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen(true)}>
        {t('organizations.add')}
      </Button>
      {open && <AddOrganization onClose={() => setOpen(false)} />}
    </>
  );
}

function useColumns(): Column<Organization>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('organizations.name'),
      text: ({ name }) => name,
      cell: (organization) => (
        <span className="row">
          <Link to="/organizations/$organization" params={{ organization: organization.id }}>
            {organization.name}
          </Link>
          <Standing of={organization} />
        </span>
      ),
    },
    {
      key: 'users',
      title: t('organizations.users'),
      align: 'end',
      text: ({ users }) => String(users),
      cell: ({ users }) => users,
    },
    { key: 'id', title: t('common.id'), text: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Moment at={createdAt} />,
    },
  ];
}
