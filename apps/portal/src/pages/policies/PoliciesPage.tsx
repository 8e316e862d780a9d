import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { Policy } from '../../api/types.ts';
import { useText } from '../../i18n/index.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { BuiltIn } from './BuiltIn.tsx';

const route = getRouteApi('/inside/policies');

export default function PoliciesPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const policies = useList('get /policies', { q });
  const columns = useColumns();
  const find = (value: string | undefined) =>
    void navigate({ search: value === undefined ? {} : { q: value }, replace: true });
  return (
    <Page title={t('policies.title')} hint={t('policies.hint')} actions={<NewPolicy />}>
      <Listing
        of={policies}
        columns={columns}
        rowKey={(policy) => policy.id}
        label={t('policies.title')}
        filters={<SearchBox value={q} hint={t('policies.searchHint')} onChange={find} />}
        reset={q === undefined ? undefined : () => find(undefined)}
        empty={<Nothing icon="shield" text={t('policies.empty')} />}
      />
    </Page>
  );
}

function NewPolicy() {
  const { t } = useTranslation();
  const may = usePermission();
  if (!may('policy.create')) return null;
  return (
    <Link to="/policies/new">
      <Button type="primary" icon={<Icon name="plus" />} tabIndex={-1}>
        {t('policies.new')}
      </Button>
    </Link>
  );
}

function useColumns(): Column<Policy>[] {
  const { t } = useTranslation();
  const say = useText();
  return [
    {
      key: 'name',
      title: t('common.name'),
      text: (policy) => policy.name,
      cell: (policy) => (
        <span className="row">
          <Link to="/policies/$policy" params={{ policy: policy.id }}>
            {policy.name}
          </Link>
          {policy.isBuiltIn && <BuiltIn />}
        </span>
      ),
    },
    {
      key: 'description',
      title: t('common.description'),
      long: 'wrap',
      text: (policy) => say(policy.description),
      cell: (policy) => say(policy.description),
    },
    {
      key: 'attachments',
      title: t('policies.attachments'),
      align: 'end',
      text: (policy) => String(policy.attachments),
      cell: (policy) => policy.attachments,
    },
    {
      key: 'version',
      title: t('policies.version'),
      align: 'end',
      text: (policy) => String(policy.version),
      cell: (policy) => !policy.isBuiltIn && policy.version,
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: (policy) => policy.createdAt ?? '',
      cell: (policy) => <Moment at={policy.createdAt} />,
    },
  ];
}
