import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { AuditRow } from '../../api/types.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Choice, SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { dayEnd, dayStart } from './days.ts';
import { EntryDialog } from './EntryDialog.tsx';

const VerifyDialog = lazy(() => import('./VerifyDialog.tsx'));

const route = getRouteApi('/inside/operation-log');

export default function OperationLogPage() {
  const { t } = useTranslation();
  const { row: shown, ...filters } = route.useSearch();
  const { from, to, ...rest } = filters;
  const navigate = route.useNavigate();
  const rows = useList('get /audit', { ...rest, from: dayStart(from), to: dayEnd(to) });
  const columns = useColumns();
  const [verifying, setVerifying] = useState(false);
  const entry = rows.items?.find(({ id }) => id === shown);
  const change = (changed: typeof filters) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page
      title={t('log.title')}
      hint={t('log.hint')}
      actions={
        <Button icon={<Icon name="shield" size={14} />} onClick={() => setVerifying(true)}>
          {t('log.verify')}
        </Button>
      }
    >
      <Listing
        of={rows}
        columns={columns}
        rowKey={(row) => row.id}
        label={t('log.title')}
        filters={
          <>
            <SearchBox value={rest.q} hint={t('log.searchHint')} width={130} onChange={(q) => change({ q })} />
            <SearchBox value={rest.user} hint={t('log.user')} width={120} onChange={(user) => change({ user })} />
            <SearchBox
              value={rest.action}
              hint={t('log.action')}
              width={136}
              onChange={(action) => change({ action })}
            />
            <Choice
              value={rest.result}
              any={t('log.anyResult')}
              width={110}
              options={(['ok', 'refused', 'failed'] as const).map((value) => ({ value, label: t(`log.${value}`) }))}
              onChange={(result) => change({ result })}
            />
            <Day label={t('log.from')} value={from} onChange={(day) => change({ from: day })} />
            <Day label={t('log.to')} value={to} onChange={(day) => change({ to: day })} />
          </>
        }
        reset={filtered ? () => void navigate({ search: {}, replace: true }) : undefined}
        empty={<Nothing icon="log" text={t('log.empty')} />}
      />
      {entry && (
        <EntryDialog
          entry={entry}
          onClose={() => void navigate({ search: (before) => ({ ...before, row: undefined }), replace: true })}
        />
      )}
      {verifying && (
        <Suspense>
          <VerifyDialog onClose={() => setVerifying(false)} />
        </Suspense>
      )}
    </Page>
  );
}

/** What it was done to; a click shows all that was done to the same thing. */
function Subject({ of: { target, subject } }: { of: AuditRow }) {
  const { t } = useTranslation();
  if (target?.id === undefined) return (target?.name ?? subject) && <code>{target?.name ?? subject}</code>;
  return (
    <route.Link search={(before) => ({ ...before, target: target.id })} title={t('log.sameSubject')}>
      {target.name ?? <code>{target.id}</code>}
    </route.Link>
  );
}

/** The browser's own date field: known to every user and screen reader. */
function Day({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}) {
  return (
    <Input
      type="date"
      style={{ width: 172 }}
      prefix={<span className="quiet">{label}</span>}
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}

function useColumns(): Column<AuditRow>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'user',
      title: t('log.user'),
      text: (row) => row.user,
      cell: (row) => <strong style={{ fontWeight: 550 }}>{row.user}</strong>,
    },
    {
      key: 'action',
      title: t('log.action'),
      text: (row) => row.action,
      cell: (row) => (
        <Link
          to="/operation-log"
          search={(before) => ({ ...before, row: row.id })}
          replace
          aria-label={t('log.open', { action: row.action, user: row.user })}
        >
          <code>{row.action}</code>
        </Link>
      ),
    },
    { key: 'ip', title: t('log.ip'), text: (row) => row.ip, cell: (row) => <code>{row.ip}</code> },
    { key: 'at', title: t('log.at'), text: (row) => row.at, cell: (row) => <Moment at={row.at} /> },
    {
      key: 'result',
      title: t('log.result'),
      text: (row) => row.result,
      cell: (row) => (
        <span className="row">
          {row.result === 'ok' ? <StateTag state="done" /> : <StateTag state={row.result} />}
          {row.code && <code className="quiet">{row.code}</code>}
        </span>
      ),
    },
    {
      key: 'subject',
      title: t('log.subject'),
      text: ({ target, subject }) => target?.id ?? target?.name ?? subject ?? '',
      cell: (row) => <Subject of={row} />,
    },
    {
      key: 'reason',
      title: t('log.reason'),
      text: (row) => row.reason ?? '',
      long: 'wrap',
      cell: (row) => row.reason,
    },
    {
      key: 'requestId',
      title: t('log.requestId'),
      text: (row) => row.requestId,
      long: 'cut',
      cell: (row) => <Copyable text={row.requestId} />,
    },
  ];
}
