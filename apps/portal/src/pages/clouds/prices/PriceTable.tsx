import type { TFunction } from 'i18next';
import { priceOf } from '@pileus/model/cost';
import { amountOf, perHour } from '@pileus/model/money';
import { App, Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/query.ts';
import type { AccountPrices, PriceList } from '../../../api/types.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { Moment } from '../../../parts/Moment.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { type Cell, cellKey, type Draft, type PriceRow, pricesOf, withRow, withType, wrongIn } from './price-draft.ts';
import { Preview } from './Preview.tsx';

interface PriceTableProps {
  readonly account: string;
  readonly draft: Draft;
  readonly usage: AccountPrices['usage'];
  /** Since when what is shown holds. */
  readonly since: string | undefined;
  readonly onEdit: (() => void) | undefined;
  /** Given while it is written. */
  readonly onChange: ((draft: Draft) => void) | undefined;
  readonly onDone: () => void;
}

/** Prices as a table to read, or to write. */
export function PriceTable(props: PriceTableProps) {
  const { account, draft, usage, since, onEdit, onChange, onDone } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [from, setFrom] = useState('');
  const save = useAct('put /accounts/{account}/prices', [
    'get /accounts/{account}/prices',
    'get /deployments',
    'get /deployments/{deployment}',
  ]);
  const prices = pricesOf(draft);
  const wrong = wrongIn(draft);
  const keep = async () => {
    const validFrom = from === '' ? undefined : new Date(from).toISOString();
    await save.mutateAsync({ params: { account }, body: { prices, ...(validFrom !== undefined && { validFrom }) } });
    void message.success(t('prices.saved'));
    onDone();
  };
  const aside = onChange ? (
    <Currency value={draft.currency} onChange={(currency) => onChange({ ...draft, currency })} />
  ) : (
    <span className="row quiet">
      {draft.currency}
      {since !== undefined && (
        <span>
          · {t('prices.validFrom')} <Moment at={since} />
        </span>
      )}
      {onEdit && (
        <Button icon={<Icon name="edit" size={14} />} onClick={onEdit}>
          {t('prices.edit')}
        </Button>
      )}
    </span>
  );
  return (
    <>
      <Preview prices={prices} usage={usage} />
      <Panel title={t('prices.title')} aside={aside} flush>
        <Rows draft={draft} prices={prices} wrong={wrong} onChange={onChange} />
        {onChange && (
          <div className="price-foot">
            <NewType onAdd={(name) => onChange(withType(draft, name))} />
            <label className="row quiet">
              {t('prices.from')}
              <Input
                type="datetime-local"
                style={{ width: 190 }}
                value={from}
                onChange={(event) => setFrom(event.target.value)}
              />
            </label>
            <span className="row end">
              {wrong.size > 0 && (
                <span className="wrong" role="status">
                  {t('prices.wrong', { count: wrong.size })}
                </span>
              )}
              <Button onClick={onDone}>{t('action.cancel')}</Button>
              <Button
                type="primary"
                disabled={wrong.size > 0}
                loading={save.isPending}
                onClick={() => void keep().catch(() => {})}
              >
                {t('prices.save')}
              </Button>
            </span>
          </div>
        )}
      </Panel>
      {save.error && <ProblemBox error={save.error} />}
    </>
  );
}

interface RowsProps {
  readonly draft: Draft;
  readonly prices: PriceList;
  readonly wrong: ReadonlySet<string>;
  readonly onChange: ((draft: Draft) => void) | undefined;
}

function Rows({ draft, prices, wrong, onChange }: RowsProps) {
  const { t } = useTranslation();
  // Read, a line without a price says nothing; written, it is where one goes.
  const rows = draft.rows.map((row, at) => ({ row, at })).filter(({ row }) => onChange || row.price !== '');
  const cell = (row: PriceRow, at: number, which: Cell, hint: string) => {
    const value = row[which];
    if (value === undefined) return null;
    if (!onChange) return value === '' ? <span className="quiet">{t('prices.same')}</span> : <code>{value}</code>;
    return (
      <Input
        value={value}
        inputMode="decimal"
        aria-label={`${titleOf(row, t)} ${t(which === 'price' ? 'prices.price' : 'prices.stopped')}`}
        {...(wrong.has(cellKey(at, which)) && { status: 'error' as const, 'aria-invalid': true })}
        placeholder={hint}
        onChange={(event) => onChange(withRow(draft, at, { [which]: event.target.value }))}
      />
    );
  };
  return (
    <div className="listing" tabIndex={0} role="region" aria-label={t('prices.title')}>
      <table className="table prices">
        <thead>
          <tr>
            <th scope="col">{t('prices.what')}</th>
            <th scope="col">{t('prices.price')}</th>
            <th scope="col">{t('prices.unit')}</th>
            <th scope="col">{t('prices.stopped')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ row, at }) => (
            <tr key={`${row.is} ${row.name ?? ''}`} className="item">
              <td>
                <div className="main-cell">
                  {titleOf(row, t)}
                  <span className="sub">{hintOf(row, t)}</span>
                </div>
              </td>
              <td>{cell(row, at, 'price', byRule(row, prices, false))}</td>
              <td>
                {onChange && row.unit ? (
                  <Select
                    value={row.unit}
                    aria-label={`${titleOf(row, t)} ${t('prices.unit')}`}
                    options={(['hour', 'month'] as const).map((value) => ({ value, label: t(`prices.per.${value}`) }))}
                    onChange={(unit: 'hour' | 'month') => onChange(withRow(draft, at, { unit }))}
                  />
                ) : (
                  <span className="quiet">{t(`prices.per.${unitOf(row)}`)}</span>
                )}
              </td>
              <td>{cell(row, at, 'stopped', row.price || byRule(row, prices, true))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a flavor costs where no price of its own is written. */
function byRule({ is, flavor }: PriceRow, prices: PriceList, isStopped: boolean): string {
  if (is !== 'flavor' || !flavor) return '';
  const servers = { ...prices.servers, flavors: {} };
  const month = priceOf({ ...prices, servers }, { kind: 'server', flavor, isStopped });
  return month === undefined ? '' : amountOf(perHour(month));
}

type T = TFunction;

function titleOf({ is, name, flavor }: PriceRow, t: T): string {
  if (is === 'flavor') return flavor?.name ?? name ?? '';
  return is === 'type' ? t('prices.type', { name: name ?? '' }) : t(`prices.row.${is}`);
}

function hintOf({ is, flavor }: PriceRow, t: T): string {
  if (is === 'core' || is === 'memory' || is === 'server') return t(`prices.hint.${is}`);
  if (flavor?.cores === undefined || flavor.megabytes === undefined) return '';
  return t('prices.size', { cores: flavor.cores, gigabytes: Math.round(flavor.megabytes / 102.4) / 10 });
}

function unitOf({ is, unit }: PriceRow): 'hour' | 'month' | 'coreHour' | 'gigabyteHour' | 'gigabyteMonth' {
  if (unit) return unit;
  if (is === 'core') return 'coreHour';
  if (is === 'memory') return 'gigabyteHour';
  return is === 'type' || is === 'volume' ? 'gigabyteMonth' : 'hour';
}

/** The currencies that a browser knows, the common ones here first. */
function Currency({ value, onChange }: { value: string; onChange: (currency: string) => void }) {
  const { t } = useTranslation();
  const all = [...new Set(['CNY', 'USD', 'HKD', 'EUR', ...Intl.supportedValuesOf('currency')])];
  return (
    <Select
      showSearch
      value={value}
      style={{ width: 110 }}
      aria-label={t('prices.currency')}
      options={all.map((code) => ({ value: code, label: code }))}
      onChange={onChange}
    />
  );
}

function NewType({ onAdd }: { onAdd: (name: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const add = () => {
    if (name.trim() === '') return;
    onAdd(name.trim());
    setName('');
  };
  return (
    <span className="row">
      <Input
        style={{ width: 180 }}
        value={name}
        maxLength={255}
        placeholder={t('prices.typeName')}
        aria-label={t('prices.typeName')}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={add}
      />
      <Button icon={<Icon name="plus" size={14} />} onClick={add}>
        {t('prices.addType')}
      </Button>
    </span>
  );
}
