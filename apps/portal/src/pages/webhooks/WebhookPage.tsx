import { tagOf } from '@pileus/api/client';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Webhook } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Copyable } from '../../parts/Copyable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { usePermission } from '../../shell/permission.ts';
import { Deliveries } from './Deliveries.tsx';
import { SigningSecret } from './SigningSecret.tsx';
import { WebhookState } from './WebhookState.tsx';
import { kindKey } from './words.ts';

const route = getRouteApi('/inside/webhooks/$webhook');

/** One webhook: what it is told, what it has answered, and what can be done about it. */
export default function WebhookPage() {
  const { t } = useTranslation();
  const { webhook: id } = route.useParams();
  const webhook = useRead('get /webhooks/{webhook}', { params: { webhook: id } }, { refetchInterval: 5_000 });
  return (
    <Loaded of={webhook} title={t('webhooks.title')}>
      {(webhook) => (
        <Page title={webhook.name} hint={webhook.url} actions={<Actions of={webhook} />}>
          <Panel title={t('webhooks.about')}>
            <Facts
              of={[
                [t('webhooks.state'), <WebhookState key="state" of={webhook} />],
                [t('webhooks.kinds'), webhook.kinds.map((kind) => t(kindKey(kind))).join(' · ')],
                [t('webhooks.project'), webhook.project && <code key="project">{webhook.project}</code>],
                [t('webhooks.format'), webhook.format === 'standard' ? 'Standard Webhooks' : 'CloudEvents 1.0'],
                [t('webhooks.order'), webhook.inOrder && t('webhooks.inOrder')],
                [t('webhooks.waiting'), webhook.waiting],
                [t('webhooks.since'), <Moment key="since" at={webhook.createdAt} />],
                ['ID', <Copyable key="id" text={webhook.id} shown />],
              ]}
            />
          </Panel>
          <Deliveries of={webhook} />
        </Page>
      )}
    </Loaded>
  );
}

function Actions({ of }: { of: Webhook }) {
  const { id, name, isEnabled } = of;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const may = usePermission();
  const navigate = useNavigate();
  const params = { webhook: id };
  const read = ['get /webhooks', 'get /webhooks/{webhook}', 'get /webhooks/{webhook}/deliveries'] as const;
  const tryIt = useAct('post /webhooks/{webhook}/test', read);
  const change = useAct('patch /webhooks/{webhook}', read);
  const rotate = useAct('post /webhooks/{webhook}/secret', ['get /webhooks', 'get /webhooks/{webhook}']);
  const remove = useAct('delete /webhooks/{webhook}', ['get /webhooks']);
  const [asking, setAsking] = useState<'rotate' | 'remove'>();
  const [secret, setSecret] = useState<string>();
  const error = tryIt.error ?? change.error;
  return (
    <>
      {may('webhook.update') && (
        <>
          <Button
            loading={tryIt.isPending}
            disabled={!isEnabled}
            onClick={() =>
              void tryIt
                .mutateAsync({ params })
                .then(() => message.success(t('webhooks.tested')))
                .catch(() => {})
            }
          >
            {t('webhooks.test')}
          </Button>
          <Button
            loading={change.isPending}
            onClick={() => change.mutate({ params, body: { isEnabled: !isEnabled }, ifMatch: tagOf(of) })}
          >
            {t(isEnabled ? 'webhooks.disable' : 'webhooks.enable')}
          </Button>
          <Button onClick={() => setAsking('rotate')}>{t('webhooks.rotate')}</Button>
        </>
      )}
      {may('webhook.delete') && (
        <Button danger onClick={() => setAsking('remove')}>
          {t('webhooks.remove')}
        </Button>
      )}
      {error && <ProblemBox error={error} />}
      {asking === 'rotate' && (
        <AskDialog
          title={t('webhooks.rotate')}
          ok={t('webhooks.rotate')}
          onOk={async () => setSecret((await rotate.mutateAsync({ params })).secret)}
          onClose={() => setAsking(undefined)}
        >
          <p>{t('webhooks.rotateHint')}</p>
        </AskDialog>
      )}
      {asking === 'remove' && (
        <AskDialog
          isDanger
          title={`${t('webhooks.remove')}: ${name}`}
          ok={t('webhooks.remove')}
          onOk={async () => {
            await remove.mutateAsync({ params });
            void navigate({ to: '/webhooks' });
          }}
          onClose={() => setAsking(undefined)}
        >
          <p>{t('webhooks.removeHint')}</p>
        </AskDialog>
      )}
      {secret !== undefined && <SigningSecret secret={secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}
