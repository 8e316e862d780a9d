import { Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../../api/query.ts';
import type { CallableOperation, DeploymentDetail } from '../../../api/types.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Nothing } from '../../../parts/Nothing.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { type InputValues, InputsForm } from './InputsForm.tsx';
import { usePlanChange } from './use-plan-change.ts';

/** Chooses an instance and one of its operations (or of its relationships), and what it is given; the plan comes next. */
export default function OperationDialog({
  deployment,
  node: first,
  onClose,
}: {
  deployment: DeploymentDetail;
  /** The instance that is looked at. */
  node: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const instances = deployment.nodeInstances.filter(({ state }) => state !== 'deleted');
  const looked = instances.find(({ id, node, template }) => id === first || node === first || template === first);
  const [node, setNode] = useState(looked?.node ?? instances[0]?.node ?? '');
  const [chosen, setChosen] = useState<string>();
  const operations = useRead(
    'get /deployments/{deployment}/operations',
    { params: { deployment: deployment.id }, query: { node } },
    { enabled: node !== '' },
  );
  const plan = usePlanChange(deployment.id);
  const [form] = Form.useForm<InputValues>();
  const items = operations.data?.items ?? [];
  const called = items.find((one) => keyOf(one) === chosen) ?? items[0];
  return (
    <Modal
      open
      width={680}
      title={t('change.operationTitle', { name: deployment.name })}
      onCancel={onClose}
      okText={t('newDeployment.makePlan')}
      okButtonProps={{ disabled: called === undefined, loading: plan.isPending }}
      onOk={() => form.submit()}
    >
      <div className="stack" style={{ gap: 14 }}>
        <p className="quiet">{t('change.planNext')}</p>
        <label className="stack" style={{ gap: 6 }}>
          {t('change.operationNode')}
          <Select
            value={node}
            showSearch
            options={instances.map((one) => ({ value: one.node, label: `${one.node} · ${t(`state.${one.state}`)}` }))}
            onChange={(value) => {
              setNode(value);
              setChosen(undefined);
            }}
          />
        </label>
        {operations.error && <ProblemBox error={operations.error} retry={() => void operations.refetch()} />}
        {operations.isPending && <Bones lines={3} />}
        {operations.data && items.length === 0 && <Nothing icon="play" text={t('change.noOperations', { node })} />}
        {called && (
          <>
            <label className="stack" style={{ gap: 6 }}>
              {t('change.operationName')}
              <Select
                value={keyOf(called)}
                showSearch
                options={items.map((one) => ({ value: keyOf(one), label: labelOf(one) }))}
                onChange={setChosen}
              />
            </label>
            <InputsForm
              key={`${node} ${keyOf(called)}`}
              form={form}
              schema={called.inputs}
              nothing={t('change.noCallInputs')}
              submit={(inputs) => {
                const { relationship, interface: of, operation } = called;
                return plan.make({ action: 'operation', node, relationship, interface: of, operation, inputs });
              }}
            />
          </>
        )}
        {plan.error && <ProblemBox error={plan.error} />}
      </div>
    </Modal>
  );
}

function keyOf({ relationship = '', interface: of, operation }: CallableOperation): string {
  return `${relationship} ${of}.${operation}`;
}

/** Of a relationship's operation also where that leads: `Configure.add_target → database`. */
function labelOf({ target, interface: of, operation }: CallableOperation): string {
  return target === undefined ? `${of}.${operation}` : `${of}.${operation} → ${target}`;
}
