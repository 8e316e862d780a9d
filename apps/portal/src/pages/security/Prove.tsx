import type { AnswerOf } from '@pileus/api';
import { Button, Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { refresh, useAct } from '../../api/query.ts';
import { Icon } from '../../parts/Icon.tsx';
import { knowsPasskeys, showPasskey } from '../../parts/passkey.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

type Ways = AnswerOf<'get /me/factors'>['provesBy'];

/** Asks who sits there to prove anew who it is; closes by itself, since what is waiting goes on then. */
export function Prove({ by, onClose }: { by: Ways; onClose: () => void }) {
  const { t } = useTranslation();
  const prove = useAct('put /me/proof', ['get /me/factors', 'get /me']);
  const begin = useAct('put /me/proof/passkey');
  const out = useAct('delete /sessions/current');
  const typed = by.includes('password') ? 'password' : by.includes('code') ? 'code' : undefined;
  const byPasskey = async () => {
    const { ceremony, options } = await begin.mutateAsync({});
    const passkey = await showPasskey(options);
    if (passkey) await prove.mutateAsync({ body: { ceremony, passkey } });
  };
  const byTyping = async (given: string) =>
    prove.mutateAsync({ body: typed === 'password' ? { password: given } : { code: given } });
  const signOut = async () => {
    await out.mutateAsync({});
    await refresh('get /me');
  };
  const error = prove.error ?? begin.error;
  return (
    <Modal open title={t('security.proveTitle')} footer={null} onCancel={onClose}>
      <div className="stack" style={{ gap: 16 }}>
        <p>{t(by.length > 0 ? 'security.proveHint' : 'security.proveBySignIn')}</p>
        {error && <ProblemBox error={error} />}
        {by.includes('passkey') && knowsPasskeys() && (
          <Button icon={<Icon name="key" />} block onClick={() => void byPasskey().catch(() => {})}>
            {t('security.byPasskey')}
          </Button>
        )}
        {typed && (
          <Form layout="vertical" requiredMark={false} onFinish={({ given }) => void byTyping(given).catch(() => {})}>
            <Form.Item
              name="given"
              label={t(typed === 'password' ? 'signIn.password' : 'security.code')}
              rules={[{ required: true, message: t('security.needed') }]}
            >
              {typed === 'password' ? (
                <Input.Password autoComplete="current-password" autoFocus />
              ) : (
                <Input autoComplete="one-time-code" autoFocus />
              )}
            </Form.Item>
            <Button type="primary" htmlType="submit" block loading={prove.isPending}>
              {t('security.prove')}
            </Button>
          </Form>
        )}
        {by.length === 0 && (
          <Button type="primary" block onClick={() => void signOut().catch(() => {})}>
            {t('security.signOut')}
          </Button>
        )}
      </div>
    </Modal>
  );
}
