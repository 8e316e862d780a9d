import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList, useRead } from '../../api/query.ts';
import type { User } from '../../api/types.ts';
import { Choice, SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { GroupLinks, PolicyLinks } from '../access/NameLinks.tsx';
import { Usable } from '../access/Usable.tsx';
import { AddUser } from './AddUser.tsx';

const route = getRouteApi('/inside/users');
const states = ['active', 'disabled'] as const;

export default function UsersPage() {
  const { t } = useTranslation();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const users = useList('get /users', filters);
  const columns = useColumns();
  const change = (changed: typeof filters) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page title={t('users.title')} hint={t('users.hint')} actions={<AddUserButton />}>
      <Listing
        of={users}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('users.title')}
        filters={
          <>
            <SearchBox value={filters.q} hint={t('users.searchHint')} onChange={(q) => change({ q })} />
            <Choice
              value={filters.state}
              any={t('users.anyState')}
              options={states.map((value) => ({ value, label: t(`access.state.${value}`) }))}
              onChange={(state) => change({ state })}
            />
          </>
        }
        reset={filtered ? () => void navigate({ search: {}, replace: true }) : undefined}
        empty={
          <Nothing icon="user" text={t('users.empty')}>
            <AddUserButton />
          </Nothing>
        }
      />
    </Page>
  );
}

function AddUserButton() {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  if (!may('user.create')) return null;
  return (
    <>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen(true)}>
        {t('users.add')}
      </Button>
      {open && <AddUser onClose={() => setOpen(false)} />}
    </>
  );
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation();
  const me = useRead('get /me', {});
  const names = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name).join(' ');
  return [
    {
      key: 'name',
      title: t('users.name'),
      text: (user) => user.name,
      cell: (user) => (
        <span className="row">
          <Link to="/users/$user" params={{ user: user.id }}>
            {user.name}
          </Link>
          {user.id === me.data?.id && <span className="chip">{t('users.you')}</span>}
          {!user.hasPassword && (
            <span className="quiet" title={t('users.noPasswordHint')}>
              {t('users.noPassword')}
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      text: (user) => t(user.isDisabled ? 'access.state.disabled' : 'access.state.active'),
      cell: (user) => <Usable isDisabled={user.isDisabled} />,
    },
    {
      key: 'groups',
      title: t('access.groups'),
      long: 'wrap',
      text: (user) => names(user.groups),
      cell: (user) => <GroupLinks of={user.groups} />,
    },
    {
      key: 'policies',
      title: t('access.policies'),
      long: 'wrap',
      text: (user) => names(user.policies),
      cell: (user) => <PolicyLinks of={user.policies} />,
    },
    {
      key: 'secondFactor',
      title: t('users.secondFactor'),
      text: (user) => t(user.hasSecondFactor ? 'users.isSet' : 'users.isNotSet'),
      cell: (user) => t(user.hasSecondFactor ? 'users.isSet' : 'users.isNotSet'),
    },
    {
      key: 'lastSeen',
      title: t('users.lastSeen'),
      text: (user) => user.lastSeen ?? '',
      cell: (user) => <Moment at={user.lastSeen} relative />,
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: (user) => user.createdAt,
      cell: (user) => <Moment at={user.createdAt} />,
    },
  ];
}
