import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import type { Group } from '../../api/types.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { PolicyLinks } from '../access/NameLinks.tsx';

const route = getRouteApi('/inside/groups');

export default function GroupsPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const groups = useList('get /groups', { q });
  const columns = useColumns();
  const find = (value: string | undefined) =>
    void navigate({ search: value === undefined ? {} : { q: value }, replace: true });
  return (
    <Page title={t('groups.title')} hint={t('groups.hint')} actions={<AddGroup />}>
      <Listing
        of={groups}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('groups.title')}
        filters={<SearchBox value={q} hint={t('groups.searchHint')} onChange={find} />}
        reset={q === undefined ? undefined : () => find(undefined)}
        empty={
          <Nothing icon="group" text={t('groups.empty')}>
            <AddGroup />
          </Nothing>
        }
      />
    </Page>
  );
}

function AddGroup() {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const add = useAct('post /groups', ['get /groups']);
  if (!may('group.create')) return null;
  return (
    <>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen(true)}>
        {t('groups.add')}
      </Button>
      {open && (
        <NameDialog
          title={t('groups.addTitle')}
          ok={t('action.add')}
          label={t('groups.name')}
          hasDescription
          onSave={async (given) => {
            const { id, name } = await add.mutateAsync({ body: given });
            void message.success(t('groups.added', { name }));
            await navigate({ to: '/groups/$group', params: { group: id } });
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function useColumns(): Column<Group>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('groups.name'),
      text: (group) => group.name,
      cell: (group) => (
        <Link to="/groups/$group" params={{ group: group.id }}>
          {group.name}
        </Link>
      ),
    },
    {
      key: 'description',
      title: t('common.description'),
      long: 'wrap',
      text: (group) => group.description,
      cell: (group) => group.description,
    },
    {
      key: 'members',
      title: t('groups.members'),
      align: 'end',
      text: (group) => String(group.members.length),
      cell: (group) => group.members.length,
    },
    {
      key: 'policies',
      title: t('access.policies'),
      long: 'wrap',
      text: (group) => group.policies.map(({ name }) => name).join(' '),
      cell: (group) => <PolicyLinks of={group.policies} />,
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: (group) => group.createdAt,
      cell: (group) => <Moment at={group.createdAt} />,
    },
  ];
}
