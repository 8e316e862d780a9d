import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Secret } from '../../api/types.ts';

/** What somebody fills in: the fields of its kind. */
export interface GivenValue {
  readonly kind: Secret['kind'];
  readonly text?: string;
  readonly privateKey?: string;
  readonly user?: string;
  readonly password?: string;
}

/** The fields of a value, which nobody is shown again. */
export function SecretFields({ kind }: { kind: Secret['kind'] }) {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t('secrets.valueNeeded') }];
  if (kind === 'ssh-key')
    return (
      <Form.Item
        name={['value', 'privateKey']}
        label={t('secrets.privateKey')}
        extra={t('secrets.privateKeyHint')}
        rules={needed}
      >
        <Input.TextArea
          className="mono"
          autoSize={{ minRows: 4, maxRows: 10 }}
          autoComplete="off"
          spellCheck={false}
          placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
        />
      </Form.Item>
    );
  if (kind === 'text')
    return (
      <Form.Item name={['value', 'text']} label={t('secrets.value')} extra={t('secrets.valueHint')} rules={needed}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    );
  return (
    <>
      <Form.Item name={['value', 'user']} label={t('secrets.user')} rules={needed}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name={['value', 'password']}
        label={t('secrets.password')}
        extra={t('secrets.valueHint')}
        rules={needed}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
