import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api/query.ts';
import type { Webhook } from '../../api/types.ts';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { usePermission } from '../../shell/permission.ts';
import { NewWebhook } from './NewWebhook.tsx';
import { SigningSecret } from './SigningSecret.tsx';
import { WebhookState } from './WebhookState.tsx';
import { kindKey } from './words.ts';

/** Who is told by a request of ours when something has happened. */
export default function WebhooksPage() {
  const { t } = useTranslation();
  const may = usePermission();
  const webhooks = useRead('get /webhooks', {}, { refetchInterval: 10_000 });
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const add = may('webhook.create') && (
    <Button type="primary" icon={<Icon name="plus" />} onClick={() => setAdding(true)}>
      {t('webhooks.add')}
    </Button>
  );
  return (
    <Loaded of={webhooks} title={t('webhooks.title')}>
      {({ items }) => (
        <Page title={t('webhooks.title')} hint={t('webhooks.hint')} actions={add}>
          <Panel title={t('webhooks.list')} flush>
            {items.length === 0 ? <Nothing icon="send" text={t('webhooks.empty')} /> : <List of={items} />}
          </Panel>
          {adding && <NewWebhook onMade={setSecret} onClose={() => setAdding(false)} />}
          {secret !== undefined && <SigningSecret secret={secret} onClose={() => setSecret(undefined)} />}
        </Page>
      )}
    </Loaded>
  );
}

function List({ of }: { of: readonly Webhook[] }) {
  const { t } = useTranslation();
  const columns: Column<Webhook>[] = [
    {
      key: 'name',
      title: t('common.name'),
      cell: ({ id, name, url }) => (
        <div className="main-cell">
          <Link to="/webhooks/$webhook" params={{ webhook: id }}>
            {name}
          </Link>
          <span className="sub">{url}</span>
        </div>
      ),
    },
    {
      key: 'kinds',
      title: t('webhooks.kinds'),
      long: 'wrap',
      cell: ({ kinds }) => kinds.map((kind) => t(kindKey(kind))).join(' · '),
    },
    { key: 'state', title: t('webhooks.state'), cell: (webhook) => <WebhookState of={webhook} /> },
    { key: 'waiting', title: t('webhooks.waiting'), align: 'end', cell: ({ waiting }) => waiting },
  ];
  return <Table items={of} columns={columns} rowKey={({ id }) => id} label={t('webhooks.list')} />;
}
