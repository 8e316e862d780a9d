import { ApiProblem } from '@pileus/api/client';
import { Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../../api/query.ts';
import type { DeploymentDetail, Variant } from '../../../api/types.ts';
import { plain } from '../../../format/value.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { fieldPath } from '../../../parts/problem.ts';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { fieldsOf, filled, startValues } from '../../../parts/schema/fields.ts';
import { SchemaFields } from '../../../parts/schema/SchemaForm.tsx';
import { usePlanChange } from './use-plan-change.ts';

interface FormValues {
  readonly inputs?: Record<string, unknown>;
}

/** Other inputs, or another version of the template. */
export default function UpdateDialog({ deployment, onClose }: { deployment: DeploymentDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const [version, setVersion] = useState(deployment.template.version);
  const template = useRead('get /templates/{template}', {
    params: { template: deployment.template.id },
    query: { version },
  });
  const plan = usePlanChange(deployment.id);
  const [form] = Form.useForm<FormValues>();
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
          <Inputs
            key={version}
            form={form}
            variant={variant}
            now={deployment.inputs}
            submit={(inputs) =>
              plan.make({
                action: 'update',
                ...(version !== deployment.template.version && { version }),
                ...(Object.keys(inputs).length > 0 && { inputs }),
              })
            }
          />
        )}
        {plan.error && <ProblemBox error={plan.error} />}
      </div>
    </Modal>
  );
}

function Inputs({
  form,
  variant,
  now,
  submit,
}: {
  form: ReturnType<typeof Form.useForm<FormValues>>[0];
  variant: Variant;
  now: Readonly<Record<string, unknown>>;
  submit: (changed: Record<string, unknown>) => Promise<void>;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const fields = fieldsOf(variant.inputs, language);
  const start = startValues(fields, now);
  const values = Form.useWatch<Record<string, unknown> | undefined>('inputs', { form, preserve: true }) ?? start;
  const finish = async (given: FormValues) => {
    const sent = Object.entries(filled(fields, given.inputs ?? {}));
    await submit(Object.fromEntries(sent.filter(([name, value]) => plain(value) !== plain(now[name]))));
  };
  const mark = (error: unknown) => {
    if (!(error instanceof ApiProblem)) return;
    for (const problem of error.failure.problems ?? []) {
      const path = fieldPath(problem.at, 'inputs');
      if (path && path.length > 0) form.setFields([{ name: ['inputs', ...path] as never, errors: [problem.message] }]);
    }
  };
  return (
    <Form<FormValues>
      form={form}
      layout="vertical"
      scrollToFirstError
      initialValues={{ inputs: start }}
      onFinish={(given) => void finish(given).catch(mark)}
    >
      {fields.length > 0 ? (
        <SchemaFields fields={fields} values={values} below="inputs" />
      ) : (
        <p className="quiet">{t('newDeployment.noInputs')}</p>
      )}
    </Form>
  );
}
