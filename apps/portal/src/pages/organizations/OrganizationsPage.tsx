import { getRouteApi } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList, useRead } from '../../api/query.ts';
import type { Organization } from '../../api/types.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { AddOrganization } from './AddOrganization.tsx';

const route = getRouteApi('/inside/organizations');

export default function OrganizationsPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const organizations = useList('get /organizations', { q });
  const [renamed, setRenamed] = useState<Organization>();
  const columns = useColumns(setRenamed);
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
      {renamed && <RenameOrganization organization={renamed} onClose={() => setRenamed(undefined)} />}
    </Page>
  );
}

/** Only those who run the platform make organizations, whatever another one allows its own people. */
function AddButton() {
  const { t } = useTranslation();
  const may = usePermission();
  const me = useRead('get /me', {});
  const organizations = useList('get /organizations', {});
  const [open, setOpen] = useState(false);
  const own = organizations.items?.find(({ id }) => id === me.data?.organization.id);
  if (!may('organization.create') || !own?.isHome) return null;
  return (
    <>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen(true)}>
        {t('organizations.add')}
      </Button>
      {open && <AddOrganization onClose={() => setOpen(false)} />}
    </>
  );
}

function RenameOrganization({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const change = useAct('patch /organizations/{organization}', ['get /organizations', 'get /me']);
  return (
    <NameDialog
      title={t('organizations.renameTitle', { name: organization.name })}
      ok={t('action.save')}
      label={t('organizations.name')}
      hint={t('organizations.renameHint')}
      now={organization}
      onSave={async ({ name }) => {
        await change.mutateAsync({ params: { organization: organization.id }, body: { name } });
        void message.success(t('organizations.saved'));
      }}
      onClose={onClose}
    />
  );
}

function useColumns(onRename: (organization: Organization) => void): Column<Organization>[] {
  const { t } = useTranslation();
  const may = usePermission();
  const me = useRead('get /me', {});
  return [
    {
      key: 'name',
      title: t('organizations.name'),
      text: ({ name }) => name,
      cell: (organization) => (
        <span className="row">
          <strong style={{ fontWeight: 550 }}>{organization.name}</strong>
          {organization.isHome && <span className="chip">{t('organizations.isHome')}</span>}
          {organization.id === me.data?.organization.id && <span className="chip">{t('organizations.isOwn')}</span>}
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
    ...(may('organization.update')
      ? [
          {
            key: 'rename',
            title: <span className="visually-hidden">{t('access.rename')}</span>,
            align: 'end' as const,
            cell: (organization: Organization) => (
              <Button
                size="small"
                aria-label={t('organizations.renameNamed', { name: organization.name })}
                onClick={() => onRename(organization)}
              >
                {t('access.rename')}
              </Button>
            ),
          },
        ]
      : []),
  ];
}
