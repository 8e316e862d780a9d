import './quotas.css';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Quota } from '../../api/types.ts';
import { Icon } from '../../parts/Icon.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { LimitsDialog, type SetLimits } from './LimitsDialog.tsx';
import { isUnlimited, type QuotaRow, quotaRows } from './quota-rows.ts';

/** How much a project or an organization has of what it may have. */
export function Quotas({
  of: quota,
  name,
  hint,
  onSet,
}: {
  of: Quota;
  /** Whose they are. */
  name: string;
  hint?: ReactNode;
  /** Sets limits; given to those who may. */
  onSet?: SetLimits | undefined;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title={t('quotas.usage')}
      aside={
        onSet && (
          <Button icon={<Icon name="edit" size={14} />} onClick={() => setOpen(true)}>
            {t('quotas.change')}
          </Button>
        )
      }
    >
      <div className="stack">
        {isUnlimited(quota) && (
          <p className="note">
            <Icon name="info" />
            {t('quotas.empty')}
          </p>
        )}
        {hint && <p className="quiet">{hint}</p>}
        <dl className="quotas">
          {quotaRows(quota).map((row) => (
            <OneQuota key={`${row.of} ${row.currency ?? ''}`} row={row} />
          ))}
        </dl>
      </div>
      {open && onSet && <LimitsDialog name={name} quota={quota} onSet={onSet} onClose={() => setOpen(false)} />}
    </Panel>
  );
}

function OneQuota({ row }: { row: QuotaRow }) {
  const { t } = useTranslation();
  const { of, currency = '', used, limit, percent, isFull } = row;
  const title = of === 'money' ? t('quotas.money', { currency }) : t(`quotas.measures.${of}`);
  const figures = limit === undefined ? used : t('quotas.of', { used, limit });
  const isOver = limit !== undefined && Number(used) > Number(limit);
  return (
    <div>
      <dt>{title}</dt>
      <dd className={`progress ${isFull ? 'bad' : ''}`}>
        <div
          className="track"
          role="progressbar"
          aria-label={title}
          aria-valuenow={percent ?? 0}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuetext={figures}
        >
          <div className="bar" style={{ width: `${percent ?? 0}%` }} />
        </div>
        <span>
          {figures} {limit === undefined && `(${t('quotas.noLimit')})`}
          {isOver && ` · ${t('quotas.over')}`}
        </span>
      </dd>
    </div>
  );
}
