import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import type { ServiceAccount } from '../../api/types.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { GroupLinks, PolicyLinks } from '../access/NameLinks.tsx';
import { Usable } from '../access/Usable.tsx';

const route = getRouteApi('/inside/service-accounts');

export default function ServiceAccountsPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const services = useList('get /service-accounts', { q });
  const columns = useColumns();
  const find = (value: string | undefined) =>
    void navigate({ search: value === undefined ? {} : { q: value }, replace: true });
  return (
    <Page title={t('services.title')} hint={t('services.hint')} actions={<AddServiceAccount />}>
      <Listing
        of={services}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('services.title')}
        filters={<SearchBox value={q} hint={t('services.searchHint')} width={280} onChange={find} />}
        reset={q === undefined ? undefined : () => find(undefined)}
        empty={
          <Nothing icon="robot" text={t('services.empty')}>
            <AddServiceAccount />
          </Nothing>
        }
      />
    </Page>
  );
}

function AddServiceAccount() {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const add = useAct('post /service-accounts', ['get /service-accounts']);
  if (!may('service-account.create')) return null;
  return (
    <>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen(true)}>
        {t('services.add')}
      </Button>
      {open && (
        <NameDialog
          title={t('services.addTitle')}
          ok={t('action.add')}
          label={t('services.name')}
          hasDescription
          onSave={async (given) => {
            const { id, name } = await add.mutateAsync({ body: given });
            void message.success(t('services.added', { name }));
            await navigate({ to: '/service-accounts/$service', params: { service: id } });
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function useColumns(): Column<ServiceAccount>[] {
  const { t } = useTranslation();
  const names = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name).join(' ');
  return [
    {
      key: 'name',
      title: t('services.name'),
      text: (service) => service.name,
      cell: (service) => (
        <div className="main-cell">
          <Link to="/service-accounts/$service" params={{ service: service.id }}>
            {service.name}
          </Link>
          {service.description && <span className="sub ellipsis">{service.description}</span>}
        </div>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      text: (service) => t(service.isDisabled ? 'access.state.disabled' : 'access.state.active'),
      cell: (service) => <Usable isDisabled={service.isDisabled} />,
    },
    {
      key: 'groups',
      title: t('access.groups'),
      long: 'wrap',
      text: (service) => names(service.groups),
      cell: (service) => <GroupLinks of={service.groups} />,
    },
    {
      key: 'policies',
      title: t('access.policies'),
      long: 'wrap',
      text: (service) => names(service.policies),
      cell: (service) => <PolicyLinks of={service.policies} />,
    },
    {
      key: 'keys',
      title: t('services.keys'),
      align: 'end',
      text: (service) => String(service.tokens),
      cell: (service) => service.tokens,
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: (service) => service.createdAt,
      cell: (service) => <Moment at={service.createdAt} />,
    },
  ];
}
