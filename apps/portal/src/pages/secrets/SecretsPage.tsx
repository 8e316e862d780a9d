import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { Secret } from '../../api/types.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { AddSecret } from './AddSecret.tsx';
import { SecretActions } from './SecretActions.tsx';
import { SecretVersion } from './SecretVersions.tsx';

const route = getRouteApi('/inside/secrets');

/** What is kept by a name and used by cloud accounts and deployments; values are never shown. */
export default function SecretsPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const secrets = useList('get /secrets', { q });
  const columns = useColumns();
  const find = (value: string | undefined) =>
    void navigate({ search: value === undefined ? {} : { q: value }, replace: true });
  return (
    <Page title={t('secrets.title')} hint={t('secrets.hint')} actions={<Add />}>
      <Listing
        of={secrets}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('secrets.title')}
        filters={<SearchBox value={q} hint={t('secrets.name')} width={280} onChange={find} />}
        reset={q === undefined ? undefined : () => find(undefined)}
        empty={
          <Nothing icon="key" text={t('secrets.empty')}>
            <Add />
          </Nothing>
        }
      />
    </Page>
  );
}

function Add() {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  if (!may('secret.create')) return null;
  return (
    <>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen(true)}>
        {t('secrets.add')}
      </Button>
      {open && <AddSecret onClose={() => setOpen(false)} />}
    </>
  );
}

function useColumns(): Column<Secret>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('secrets.name'),
      text: ({ name }) => name,
      cell: ({ name, description }) => (
        <div className="main-cell">
          <strong>{name}</strong>
          {description && <span className="sub ellipsis">{description}</span>}
        </div>
      ),
    },
    {
      key: 'kind',
      title: t('secrets.kind'),
      long: 'wrap',
      text: ({ kind }) => t(`secrets.kinds.${kind}`),
      cell: ({ kind, version }) => (
        <div className="main-cell">
          <span>{t(`secrets.kinds.${kind}`)}</span>
          {version.fingerprint !== undefined && <span className="sub mono">{version.fingerprint}</span>}
        </div>
      ),
    },
    {
      key: 'version',
      title: t('secrets.version'),
      align: 'end',
      text: ({ version }) => String(version.number),
      cell: (secret) => <SecretVersion of={secret} />,
    },
    {
      key: 'changed',
      title: t('secrets.changed'),
      text: ({ version }) => version.createdAt,
      cell: ({ version }) => (
        <div className="main-cell">
          <Moment at={version.createdAt} relative />
          <span className="sub">{version.createdBy}</span>
        </div>
      ),
    },
    {
      key: 'usedBy',
      title: t('secrets.usedBy'),
      long: 'wrap',
      text: ({ usedBy }) => usedBy.map(({ name }) => name).join(' '),
      cell: ({ usedBy }) => (
        <span className="row" style={{ flexWrap: 'wrap' }}>
          {usedBy.map((use) => (
            <User key={JSON.stringify(use)} of={use} />
          ))}
        </span>
      ),
    },
    {
      key: 'actions',
      title: t('secrets.actions'),
      align: 'end',
      text: () => '',
      cell: (secret) => <SecretActions of={secret} />,
    },
  ];
}

/** What a secret is used by, where it says so. */
function User({ of: use }: { of: Secret['usedBy'][number] }) {
  if (use.kind === 'account')
    return (
      <Link to="/clouds/$account" params={{ account: use.id }} search={{ tab: 'settings' }}>
        {use.name}
      </Link>
    );
  return (
    <Link to="/deployments/$deployment" params={{ deployment: use.id }} search={{ tab: 'details' }}>
      {use.name}
    </Link>
  );
}
