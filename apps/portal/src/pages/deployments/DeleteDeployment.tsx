import { useNavigate } from '@tanstack/react-router';
import { App, Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { DeploymentDetail } from '../../api/types.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { usePermission } from '../../shell/permission.ts';
import { PlanSteps } from './plan/PlanSteps.tsx';

/** Deletes a deployment, after showing what that touches and having its name typed. */
export function DeleteDeployment({ deployment }: { deployment: DeploymentDetail }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  if (!may('deployment.delete') || deployment.state === 'deleted' || deployment.state === 'deleting') return null;
  return (
    <>
      <Button danger type="text" icon={<Icon name="trash" size={14} />} onClick={() => setOpen(true)}>
        {t('deployment.delete')}
      </Button>
      {open && <DeleteDialog deployment={deployment} onClose={() => setOpen(false)} />}
    </>
  );
}

function DeleteDialog({ deployment, onClose }: { deployment: DeploymentDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [typed, setTyped] = useState('');
  const plan = useAct('post /deployments/{deployment}/plans');
  const remove = useAct('delete /deployments/{deployment}', [
    'get /deployments',
    'get /deployments/{deployment}',
    'get /runs',
  ]);
  const params = { deployment: deployment.id };
  const confirm = async () => {
    await remove.mutateAsync({ params });
    void message.success(t('deployment.deleteStarted'));
    onClose();
    await navigate({ to: '/deployments/$deployment', params, search: { tab: 'topology' } });
  };
  return (
    <Modal
      open
      width={760}
      title={t('deployment.deleteTitle', { name: deployment.name })}
      afterOpenChange={(shown) => shown && !plan.data && plan.mutate({ params, body: { action: 'delete' } })}
      onCancel={onClose}
      okText={t('action.delete')}
      okButtonProps={{ danger: true, disabled: typed !== deployment.name, loading: remove.isPending }}
      onOk={() => void confirm().catch(() => {})}
    >
      <div className="stack" style={{ paddingTop: 4 }}>
        <p>{t('deployment.deleteText')}</p>
        {plan.error && (
          <ProblemBox error={plan.error} retry={() => plan.mutate({ params, body: { action: 'delete' } })} />
        )}
        {plan.isPending && <Bones lines={3} />}
        {plan.data && (
          <div className="panel">
            <PlanSteps plan={plan.data} height="260px" />
          </div>
        )}
        {remove.error && <ProblemBox error={remove.error} />}
        <label className="stack" style={{ gap: 6 }}>
          {t('deployment.deleteConfirm', { name: deployment.name })}
          <Input
            value={typed}
            autoComplete="off"
            placeholder={deployment.name}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
      </div>
    </Modal>
  );
}
