import './quotas.css';
import { measures } from '@pileus/model/quota';
import { App, Button, Form, Input, InputNumber, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Quota } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { markFields } from '../../parts/mark-fields.ts';
import { Loaded } from '../../parts/Page.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
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
      {open && <LimitsDialog project={project} name={name} limits={quota.limits} onClose={() => setOpen(false)} />}
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
  limits,
  onClose,
}: {
  project: string;
  name: string;
  limits: Quota['limits'];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  const [form] = Form.useForm<WrittenLimits>();
  const [problem, setProblem] = useState<Error>();
  const set = useAct('patch /projects/{project}/quota', ['get /projects/{project}/quota', 'get /plans/{plan}']);
  const save = async (written: WrittenLimits) => {
    setProblem(undefined);
    try {
      await set.mutateAsync({ params: { project }, body: limitChanges(written) });
      void message.success(t('quotas.saved'));
      onClose();
    } catch (error) {
      if (!markFields(form, error, language)) setProblem(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return (
    <Modal
      open
      title={t('quotas.changeTitle', { name })}
      onCancel={onClose}
      okText={t('action.save')}
      okButtonProps={{ loading: set.isPending }}
      onOk={() => form.submit()}
    >
      <Form<WrittenLimits>
        form={form}
        layout="vertical"
        initialValues={{ ...limits, perMonth: limits.money?.perMonth, currency: limits.money?.currency }}
        onFinish={(written) => void save(written)}
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
        {problem && <ProblemBox error={problem} />}
      </Form>
    </Modal>
  );
}
