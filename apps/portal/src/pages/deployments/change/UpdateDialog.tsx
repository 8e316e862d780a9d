import { Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../../api/query.ts';
import type { DeploymentDetail } from '../../../api/types.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { type InputValues, InputsForm } from './InputsForm.tsx';
import { usePlanChange } from './use-plan-change.ts';

/** Other inputs, or another version of the template. */
export default function UpdateDialog({ deployment, onClose }: { deployment: DeploymentDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const [version, setVersion] = useState(deployment.template.version);
  const template = useRead('get /templates/{template}', {
    params: { template: deployment.template.id },
    query: { version },
  });
  const plan = usePlanChange(deployment.id);
  const [form] = Form.useForm<InputValues>();
  const variant = template.data?.variants.find(({ name }) => name === deployment.template.variant);
  const versions = template.data?.versions ?? [deployment.template.version];
  return (
    <Modal
      open
      width={760}
      title={t('change.updateTitle', { name: deployment.name })}
      onCancel={onClose}
      okText={t('newDeployment.makePlan')}
      okButtonProps={{ disabled: variant === undefined, loading: plan.isPending }}
      onOk={() => form.submit()}
    >
      <div className="stack" style={{ gap: 14 }}>
        <p className="quiet">{t('change.planNext')}</p>
        <label className="stack" style={{ gap: 6 }}>
          {t('change.version', { template: deployment.template.name })}
          <Select
            value={version}
            style={{ width: 280 }}
            options={versions.map((value) => ({
              value,
              label: value === deployment.template.version ? t('change.versionNow', { version: value }) : value,
            }))}
            onChange={setVersion}
          />
        </label>
        {template.error && <ProblemBox error={template.error} retry={() => void template.refetch()} />}
        {template.isPending && <Bones lines={4} />}
        {template.data && !variant && (
          <p className="note warn">
            <Icon name="warning" />
            {t('change.noVariant', { version, variant: deployment.template.variant })}
          </p>
        )}
        {variant && (
          <InputsForm
            key={version}
            form={form}
            schema={variant.inputs}
            now={deployment.inputs}
            nothing={t('newDeployment.noInputs')}
            secrets={deployment.secrets ?? {}}
            submit={(inputs, secrets) =>
              plan.make({
                action: 'update',
                ...(version !== deployment.template.version && { version }),
                ...(Object.keys(inputs).length > 0 && { inputs }),
                ...(Object.keys(secrets).length > 0 && { secrets }),
              })
            }
          />
        )}
        {plan.error && <ProblemBox error={plan.error} />}
      </div>
    </Modal>
  );
}
