import { deliveryStates } from '@pileus/api/kinds';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Delivery, Webhook } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Choice } from '../../parts/Filters.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { failureSentence } from '../../parts/problem.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { usePermission } from '../../shell/permission.ts';

const route = getRouteApi('/inside/webhooks/$webhook');
const tones = { waiting: 'tag', delivered: 'tag ok', failed: 'tag bad' } as const;

/** The newest of what a webhook was told; one of them opens with each attempt. */
export function Deliveries({ of: { id, isEnabled } }: { of: Webhook }) {
  const { t } = useTranslation();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const [shown, setShown] = useState<string>();
  const deliveries = useRead(
    'get /webhooks/{webhook}/deliveries',
    { params: { webhook: id }, query: { limit: 200, ...(state && { state }) } },
    { refetchInterval: 5_000 },
  );
  const columns: Column<Delivery>[] = [
    {
      key: 'kind',
      title: t('webhooks.event'),
      text: ({ kind }) => kind,
      cell: (delivery) => (
        <Button type="link" style={{ padding: 0 }} onClick={() => setShown(delivery.id)}>
          <code>{delivery.kind}</code>
        </Button>
      ),
    },
    { key: 'at', title: t('webhooks.at'), text: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
    {
      key: 'state',
      title: t('webhooks.state'),
      text: (delivery) => delivery.state,
      cell: (delivery) => <span className={tones[delivery.state]}>{t(`webhooks.is.${delivery.state}`)}</span>,
    },
    {
      key: 'attempts',
      title: t('webhooks.attempts'),
      align: 'end',
      text: ({ attempts }) => String(attempts),
      cell: ({ attempts }) => attempts,
    },
    {
      key: 'status',
      title: t('webhooks.status'),
      align: 'end',
      text: ({ status }) => String(status ?? ''),
      cell: ({ status }) => status,
    },
    { key: 'due', title: t('webhooks.due'), cell: ({ dueAt }) => dueAt && <Moment at={dueAt} relative /> },
    { key: 'id', title: 'ID', text: (delivery) => delivery.id, cell: (delivery) => <code>{delivery.id}</code> },
  ];
  return (
    <>
      <Listing
        of={{ items: deliveries.data?.items, error: deliveries.error, refetch: deliveries.refetch }}
        columns={columns}
        rowKey={(delivery) => delivery.id}
        label={t('webhooks.deliveries')}
        filters={
          <Choice
            value={state}
            any={t('webhooks.anyState')}
            options={deliveryStates.map((value) => ({ value, label: t(`webhooks.is.${value}`) }))}
            onChange={(chosen) => void navigate({ search: { state: chosen }, replace: true })}
          />
        }
        reset={state && (() => void navigate({ search: {}, replace: true }))}
        empty={<Nothing icon="send" text={t('webhooks.nothingSent')} />}
      />
      {shown !== undefined && (
        <DeliveryDialog webhook={id} delivery={shown} canResend={isEnabled} onClose={() => setShown(undefined)} />
      )}
    </>
  );
}

interface DialogProps {
  readonly webhook: string;
  readonly delivery: string;
  readonly canResend: boolean;
  readonly onClose: () => void;
}

/** What was sent, and what came of each attempt. */
function DeliveryDialog({ webhook, delivery, canResend, onClose }: DialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const params = { webhook, delivery };
  const found = useRead('get /webhooks/{webhook}/deliveries/{delivery}', { params }, { refetchInterval: 3_000 });
  const resend = useAct('post /webhooks/{webhook}/deliveries/{delivery}/resend', [
    'get /webhooks/{webhook}/deliveries/{delivery}',
    'get /webhooks/{webhook}/deliveries',
    'get /webhooks',
  ]);
  const problem = found.error ?? resend.error;
  const footer = may('webhook.update') && (
    <Button disabled={!canResend} loading={resend.isPending} onClick={() => resend.mutate({ params })}>
      {t('webhooks.resend')}
    </Button>
  );
  return (
    <Modal open width={720} title={t('webhooks.delivery')} footer={footer} onCancel={onClose}>
      <div className="stack" style={{ gap: 12 }}>
        {problem && <ProblemBox error={problem} />}
        {found.data && (
          <>
            <pre className="code" tabIndex={0} role="region" aria-label={t('webhooks.body')}>
              {JSON.stringify(JSON.parse(found.data.body), null, 2)}
            </pre>
            {found.data.tries.length === 0 && <p className="quiet">{t('webhooks.notTried')}</p>}
            {found.data.tries.map(({ number, at, milliseconds, status, answer, failure }) => (
              <div key={number}>
                <strong>{t('webhooks.attempt', { number })}</strong> <Moment at={at} />{' '}
                <span className="quiet">{milliseconds} ms</span> {status}
                {answer && <pre className="code">{answer}</pre>}
                {failure && <p>{failureSentence(failure, language)}</p>}
              </div>
            ))}
          </>
        )}
      </div>
    </Modal>
  );
}
