import './quotas.css';
import { tagOf } from '@pileus/api/client';
import { measures } from '@pileus/model/quota';
import { App, Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Quota } from '../../api/types.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Loaded } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { limitChanges, type QuotaRow, quotaRows, type WrittenLimits } from './quota-rows.ts';

/** How much a project has of what it may have. `project` is its id. */
export function ProjectQuotas({ project, name }: { project: string; name: string }) {
  const quota = useRead('get /projects/{project}/quota', { params: { project } });
  return <Loaded of={quota}>{(data) => <Quotas project={project} name={name} quota={data} />}</Loaded>;
}

function Quotas({ project, name, quota }: { project: string; name: string; quota: Quota }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  return (
    <>
      {may('project.quota') && (
        <div>
          <Button icon={<Icon name="edit" size={14} />} onClick={() => setOpen(true)}>
            {t('quotas.change')}
          </Button>
        </div>
      )}
      <dl className="quotas panel">
        {quotaRows(quota).map((row) => (
          <OneQuota key={`${row.of} ${row.currency ?? ''}`} row={row} />
        ))}
      </dl>
      {open && <LimitsDialog project={project} name={name} quota={quota} onClose={() => setOpen(false)} />}
    </>
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

function LimitsDialog({
  project,
  name,
  quota,
  onClose,
}: {
  project: string;
  name: string;
  quota: Quota;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const set = useAct('patch /projects/{project}/quota', ['get /projects/{project}/quota', 'get /plans/{plan}']);
  // Others may change it while this is open; what is saved rests on what was seen.
  const [seen] = useState(quota);
  const { money, ...counts } = seen.limits;
  return (
    <FormDialog<WrittenLimits>
      title={t('quotas.changeTitle', { name })}
      ok={t('action.save')}
      initial={{ ...counts, ...money }}
      onSave={async (written) => {
        await set.mutateAsync({ params: { project }, body: limitChanges(written), ifMatch: tagOf(seen) });
        void message.success(t('quotas.saved'));
        onClose();
      }}
      onClose={onClose}
    >
      <p className="quiet">{t('quotas.changeHint')}</p>
      <div className="limits">
        {measures.map((measure) => (
          <Form.Item key={measure} name={measure} label={t(`quotas.measures.${measure}`)}>
            <InputNumber min={0} max={1_000_000_000} precision={0} placeholder={t('quotas.noLimit')} />
          </Form.Item>
        ))}
        <Form.Item
          name="perMonth"
          label={t('quotas.amount')}
          rules={[{ pattern: /^\s*(\d+(\.\d{1,6})?)?\s*$/, message: t('quotas.amountWrong') }]}
        >
          <Input inputMode="decimal" placeholder={t('quotas.noLimit')} />
        </Form.Item>
        <Form.Item
          name="currency"
          label={t('quotas.currency')}
          dependencies={['perMonth']}
          rules={[
            ({ getFieldValue }) => ({
              required: ((getFieldValue('perMonth') as string | undefined) ?? '').trim() !== '',
              pattern: /^[A-Z]{3}$/,
              message: t('quotas.currencyNeeded'),
            }),
          ]}
        >
          <Input maxLength={3} placeholder="CNY" />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
