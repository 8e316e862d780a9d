import { Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../../api/query.ts';
import type { DeploymentDetail } from '../../../api/types.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Nothing } from '../../../parts/Nothing.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { type InputValues, InputsForm } from './InputsForm.tsx';
import { usePlanChange } from './use-plan-change.ts';

/** Chooses a workflow of the template and what it is given; the plan comes next. */
export default function WorkflowDialog({ deployment, onClose }: { deployment: DeploymentDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const workflows = useRead('get /deployments/{deployment}/workflows', { params: { deployment: deployment.id } });
  const plan = usePlanChange(deployment.id);
  const [form] = Form.useForm<InputValues>();
  const [chosen, setChosen] = useState<string>();
  const items = workflows.data?.items ?? [];
  const workflow = items.find(({ name }) => name === chosen) ?? items[0];
  return (
    <Modal
      open
      width={680}
      title={t('change.workflowTitle', { name: deployment.name })}
      onCancel={onClose}
      okText={t('newDeployment.makePlan')}
      okButtonProps={{ disabled: workflow === undefined, loading: plan.isPending }}
      onOk={() => form.submit()}
    >
      <div className="stack" style={{ gap: 14 }}>
        <p className="quiet">{t('change.planNext')}</p>
        {workflows.error && <ProblemBox error={workflows.error} retry={() => void workflows.refetch()} />}
        {workflows.isPending && <Bones lines={3} />}
        {workflows.data && items.length === 0 && <Nothing icon="play" text={t('change.noWorkflows')} />}
        {workflow && (
          <>
            <label className="stack" style={{ gap: 6 }}>
              {t('change.workflowName')}
              <Select
                value={workflow.name}
                showSearch
                options={items.map(({ name }) => ({ value: name, label: name }))}
                onChange={setChosen}
              />
            </label>
            {workflow.description !== undefined && <p className="quiet">{workflow.description}</p>}
            <InputsForm
              key={workflow.name}
              form={form}
              schema={workflow.inputs}
              nothing={t('change.noCallInputs')}
              submit={(inputs) => plan.make({ action: 'workflow', workflow: workflow.name, inputs })}
            />
          </>
        )}
        {plan.error && <ProblemBox error={plan.error} />}
      </div>
    </Modal>
  );
}
