import { eventKindNames } from '@pileus/api/kinds';
import { Checkbox, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Webhook } from '../../api/types.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { usePermission } from '../../shell/permission.ts';
import { kindKey } from './words.ts';

interface Given {
  name: string;
  url: string;
  kinds: Webhook['kinds'];
  project?: string;
  format: 'standard' | 'cloudevents';
  inOrder: boolean;
}

/** Asks where events are sent, and which. What is wrong with the address is said at its field. */
export function NewWebhook({ onMade, onClose }: { onMade: (secret: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  const projects = useRead('get /projects', { query: { limit: 500 } }, { enabled: may('project.read') });
  const add = useAct('post /webhooks', ['get /webhooks']);
  const save = async (given: Given) => {
    const { secret } = await add.mutateAsync({ body: { ...given, name: given.name.trim(), url: given.url.trim() } });
    onClose();
    onMade(secret);
  };
  return (
    <FormDialog<Given>
      title={t('webhooks.add')}
      ok={t('webhooks.add')}
      width={620}
      initial={{ kinds: ['run.ended'], format: 'standard', inOrder: false }}
      fields={{
        'name-taken': 'name',
        'address-invalid': 'url',
        'address-refused': 'url',
        'address-forbidden': 'url',
      }}
      onSave={save}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('common.name')}
        rules={[{ required: true, whitespace: true, message: t('access.nameNeeded') }, { max: 100 }]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="url"
        label={t('webhooks.url')}
        extra={t('webhooks.urlHint')}
        rules={[{ required: true, pattern: /^\s*https?:\/\/\S+\s*$/, message: t('webhooks.urlNeeded') }]}
      >
        <Input autoComplete="off" inputMode="url" placeholder="https://hooks.example.org/pileus" />
      </Form.Item>
      <Form.Item
        name="kinds"
        label={t('webhooks.kinds')}
        rules={[{ type: 'array', min: 1, message: t('webhooks.kindsNeeded') }]}
      >
        <Checkbox.Group options={eventKindNames.map((value) => ({ value, label: t(kindKey(value)) }))} />
      </Form.Item>
      <Form.Item name="project" label={t('webhooks.project')}>
        <Select
          allowClear
          placeholder={t('webhooks.anyProject')}
          options={projects.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        />
      </Form.Item>
      <Form.Item name="format" label={t('webhooks.format')}>
        <Select
          options={[
            { value: 'standard', label: 'Standard Webhooks' },
            { value: 'cloudevents', label: 'CloudEvents 1.0' },
          ]}
        />
      </Form.Item>
      <Form.Item name="inOrder" valuePropName="checked">
        <Checkbox>{t('webhooks.inOrder')}</Checkbox>
      </Form.Item>
    </FormDialog>
  );
}
