import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import { makePasskey } from '../../parts/passkey.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

/** Registers a passkey: a name for it, then what the browser asks. */
export function AddPasskey({ onEnd }: { onEnd: (codes?: readonly string[]) => void }) {
  const { t } = useTranslation();
  const begin = useAct('put /me/factors/passkey/new');
  const finish = useAct('put /me/factors/passkey', ['get /me/factors', 'get /me']);
  const [cancelled, setCancelled] = useState(false);
  const save = async ({ name }: { name: string }) => {
    setCancelled(false);
    const { ceremony, options } = await begin.mutateAsync({});
    const passkey = await makePasskey(options);
    if (!passkey) return setCancelled(true);
    onEnd((await finish.mutateAsync({ body: { ceremony, passkey, name } })).recoveryCodes);
  };
  const error = begin.error ?? finish.error;
  return (
    <Modal open title={t('security.addPasskey')} footer={null} onCancel={() => onEnd()}>
      <div className="stack" style={{ gap: 16 }}>
        <p>{t('security.passkeyHint')}</p>
        {error && <ProblemBox error={error} />}
        {cancelled && <p className="note warn">{t('security.passkeyCancelled')}</p>}
        <Form
          layout="vertical"
          requiredMark={false}
          initialValues={{ name: t('security.passkeyName') }}
          onFinish={(given: { name: string }) => void save(given).catch(() => {})}
        >
          <Form.Item name="name" label={t('common.name')} rules={[{ required: true, max: 100 }]}>
            <Input autoFocus />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={begin.isPending || finish.isPending}>
            {t('security.goOn')}
          </Button>
        </Form>
      </div>
    </Modal>
  );
}
