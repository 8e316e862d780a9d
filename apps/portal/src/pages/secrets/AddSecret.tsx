import { secretKinds } from '@pileus/api/kinds';
import { App, Form, Input, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { Secret } from '../../api/types.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { type GivenValue, SecretFields } from './SecretFields.tsx';

interface Given {
  readonly name: string;
  readonly description?: string;
  readonly value: GivenValue;
}

/** Keeps a secret, of the kind that is given unless somebody chooses another one. */
export function AddSecret({
  kind: first = 'text',
  onMade,
  onClose,
}: {
  kind?: Secret['kind'];
  onMade?: (secret: Secret) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Given>();
  const kind = Form.useWatch(['value', 'kind'], form) ?? first;
  const add = useAct('post /secrets', ['get /secrets']);
  return (
    <FormDialog<Given>
      title={t('secrets.addTitle')}
      ok={t('action.add')}
      form={form}
      initial={{ value: { kind: first } }}
      fields={{ 'name-taken': 'name' }}
      onSave={async ({ name, description = '', value }) => {
        // The fields of a kind are those that it has.
        const body = {
          name: name.trim(),
          description,
          value: value as Parameters<typeof add.mutateAsync>[0]['body']['value'],
        };
        const made = await add.mutateAsync({ body });
        void message.success(t('secrets.added', { name: made.name }));
        onMade?.(made);
        onClose();
      }}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('secrets.name')}
        rules={[{ required: true, whitespace: true, message: t('access.nameNeeded') }, { max: 100 }]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
      <Form.Item name="description" label={t('common.description')} rules={[{ max: 1000 }]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name={['value', 'kind']} label={t('secrets.kind')}>
        <Segmented block options={secretKinds.map((value) => ({ value, label: t(`secrets.kinds.${value}`) }))} />
      </Form.Item>
      <SecretFields kind={kind} />
    </FormDialog>
  );
}
