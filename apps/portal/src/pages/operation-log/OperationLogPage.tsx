import { getRouteApi } from '@tanstack/react-router';
import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { AuditRow } from '../../api/types.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Choice, SearchBox } from '../../parts/Filters.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { dayEnd, dayStart } from './days.ts';

const route = getRouteApi('/inside/operation-log');

export default function OperationLogPage() {
  const { t } = useTranslation();
  const filters = route.useSearch();
  const { from, to, ...rest } = filters;
  const navigate = route.useNavigate();
  const rows = useList('get /audit', { ...rest, from: dayStart(from), to: dayEnd(to) });
  const columns = useColumns();
  const change = (changed: typeof filters) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page title={t('log.title')} hint={t('log.hint')}>
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

/** Why it was done, and what is different since, a line for each. */
function Told({ of: { reason, approval, before = {}, after = {} } }: { of: AuditRow }) {
  const { t } = useTranslation();
  return (
    <>
      {reason && <div>{reason}</div>}
      {approval && (
        <div className="quiet">
          {t('log.approval')} <code>{approval.slice(0, 12)}</code>
        </div>
      )}
      {[...new Set([...Object.keys(before), ...Object.keys(after)])].map((key) => (
        <div key={key}>
          <span className="quiet">{key}</span> {key in before && <del>{written(before[key])}</del>}{' '}
          {key in after && <ins>{written(after[key])}</ins>}
        </div>
      ))}
    </>
  );
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
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
    { key: 'action', title: t('log.action'), text: (row) => row.action, cell: (row) => <code>{row.action}</code> },
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
      key: 'difference',
      title: t('log.difference'),
      text: ({ reason, before, after }) =>
        [reason, before && JSON.stringify(before), after && JSON.stringify(after)].filter(Boolean).join(' '),
      long: 'wrap',
      cell: (row) => <Told of={row} />,
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
