import type { AnswerOf } from '@pileus/api';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon.tsx';
import { knowsPasskeys } from '../../parts/passkey.ts';

/** What is still to be given after the password. */
export function SecondFactor({
  wants,
  busy,
  onCode,
  onPasskey,
  onBack,
}: {
  wants: NonNullable<AnswerOf<'post /sessions'>['wants']>;
  busy: boolean;
  onCode: (code: string) => void;
  onPasskey: () => void;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="stack" style={{ gap: 16 }}>
      {wants.by.includes('passkey') && knowsPasskeys() && (
        <Button icon={<Icon name="key" />} size="large" block disabled={busy} onClick={onPasskey}>
          {t('security.byPasskey')}
        </Button>
      )}
      <Form
        layout="vertical"
        requiredMark={false}
        disabled={busy}
        onFinish={({ code }: { code: string }) => onCode(code)}
      >
        <Form.Item
          name="code"
          label={t('security.code')}
          extra={t('security.codeHint')}
          rules={[{ required: true, min: 6, message: t('security.needed') }]}
        >
          <Input size="large" autoComplete="one-time-code" autoFocus />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={busy}>
          {t('signIn.submit')}
        </Button>
      </Form>
      <Button type="link" onClick={onBack}>
        {t('security.back')}
      </Button>
    </div>
  );
}
