import { Button, Form, Input, Modal } from 'antd';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Copyable } from '../../parts/Copyable.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { QrCode } from '../../parts/QrCode.tsx';

/** Sets up an authenticator app: its key as a QR code and as text, then a first code of it. */
export function AddApp({ onEnd }: { onEnd: (codes?: readonly string[]) => void }) {
  const { t } = useTranslation();
  const begin = useAct('put /me/factors/totp/new');
  const finish = useAct('put /me/factors/totp', ['get /me/factors', 'get /me']);
  const start = useEffectEvent(() => begin.mutate({}));
  // The key is made once, when the dialog opens.
  useEffect(() => start(), []);
  const { data } = begin;
  const save = async ({ code, name }: { code: string; name: string }) => {
    if (!data) return;
    onEnd((await finish.mutateAsync({ body: { enrolment: data.enrolment, code, name } })).recoveryCodes);
  };
  return (
    <Modal open title={t('security.addApp')} footer={null} onCancel={() => onEnd()}>
      <div className="stack" style={{ gap: 16 }}>
        <p>{t('security.appHint')}</p>
        {begin.error && <ProblemBox error={begin.error} />}
        {!data && !begin.error && <Bones lines={4} />}
        {data && (
          <>
            <QrCode text={data.uri} label={t('security.qr')} />
            <p className="quiet">
              {t('security.byHand')} <Copyable text={data.secret} shown />
            </p>
            <Form
              layout="vertical"
              requiredMark={false}
              initialValues={{ name: t('security.appName') }}
              onFinish={(given: { code: string; name: string }) => void save(given).catch(() => {})}
            >
              <Form.Item name="name" label={t('common.name')} rules={[{ required: true, max: 100 }]}>
                <Input />
              </Form.Item>
              <Form.Item
                name="code"
                label={t('security.firstCode')}
                rules={[{ required: true, pattern: /^\s*(\d\s*){6}$/, message: t('security.sixDigits') }]}
              >
                <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
              </Form.Item>
              {finish.error && <ProblemBox error={finish.error} />}
              <Button type="primary" htmlType="submit" block loading={finish.isPending} style={{ marginTop: 16 }}>
                {t('security.confirm')}
              </Button>
            </Form>
          </>
        )}
      </div>
    </Modal>
  );
}
