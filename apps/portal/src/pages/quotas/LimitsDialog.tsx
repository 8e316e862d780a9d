import { tagOf } from '@pileus/api/client';
import type { BodyOf } from '@pileus/api';
import { measures } from '@pileus/model/quota';
import { App, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Quota } from '../../api/types.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { limitChanges, type WrittenLimits } from './quota-rows.ts';

/** Sets limits, as long as they are what `ifMatch` names. */
export type SetLimits = (
  limits: BodyOf<'patch /projects/{project}/quota'>,
  ifMatch: string | undefined,
) => Promise<unknown>;

/** Asks for the limits of a project or an organization. */
export function LimitsDialog({
  name,
  quota,
  onSet,
  onClose,
}: {
  name: string;
  quota: Quota;
  onSet: SetLimits;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  // Others may change it while this is open; what is saved rests on what was seen.
  const [seen] = useState(quota);
  const { money, ...counts } = seen.limits;
  return (
    <FormDialog<WrittenLimits>
      title={t('quotas.changeTitle', { name })}
      ok={t('action.save')}
      initial={{ ...counts, ...money }}
      onSave={async (written) => {
        await onSet(limitChanges(written), tagOf(seen));
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
