import { problemIn } from '@pileus/model/failure';
import type { Language } from '@pileus/model/language';
import { ApiProblem } from '@pileus/api/client';
import { Button, Form, type FormInstance, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Provider } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { fieldPath } from '../../parts/problem.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { type Field, fieldsOf, takesSecret } from '../../parts/schema/fields.ts';
import { SchemaFields } from '../../parts/schema/SchemaForm.tsx';
import { usePermission } from '../../shell/permission.ts';
import { AddSecret } from '../secrets/AddSecret.tsx';
import type { SecretNamed } from '../../parts/schema/SecretSelect.tsx';
import { type AccountValues, given, startOf } from './account-values.ts';
import { Checks } from './Checks.tsx';
import { SecretSetting } from './SecretSetting.tsx';
import { useCheck } from './use-check.ts';

export interface AccountGiven {
  readonly name: string;
  readonly description: string;
  readonly settings: Record<string, unknown>;
  /** Secrets in the place of settings, by their ids. */
  readonly secrets: Record<string, string>;
}

interface AccountFormProps {
  readonly provider: Provider;
  /** The account that is changed; absent for a new one. */
  readonly account?: Account;
  readonly busy: boolean;
  readonly onSave: (given: AccountGiven) => Promise<unknown>;
  readonly onCancel: () => void;
}

interface FormValues extends AccountValues {
  readonly name: string;
  readonly description?: string;
}

/** Settings of a cloud account: a form drawn from the provider's own schema, a live test, and saving. */
export function AccountForm({ provider, account, busy, onSave, onCancel }: AccountFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [form] = Form.useForm<FormValues>();
  const may = usePermission();
  const [refusal, setRefusal] = useState<Error>();
  /** The field that a secret is being made for, and the secrets made so far. */
  const [adding, setAdding] = useState<Field>();
  const [made, setMade] = useState<readonly SecretNamed[]>([]);
  const check = useCheck();
  const fields = fieldsOf(provider.account, language);
  const start = startOf(fields, account);
  // What is in the form, whether or not its fields are on the screen now.
  const {
    settings = start.settings,
    secrets = start.secrets,
    from = start.from,
  } = Form.useWatch((all: FormValues): AccountValues => all, { form, preserve: true }) ?? start;
  const inForm = () => given(fields, form.getFieldsValue(true) as FormValues);

  const test = async () => {
    const fine = await form.validateFields({ recursive: true }).then(
      () => true,
      () => false,
    );
    if (fine) await check.start({ provider: provider.id, ...inForm(), ...(account && { account: account.id }) });
  };
  const save = async ({ name, description = '' }: FormValues) => {
    setRefusal(undefined);
    try {
      await onSave({ name, description, ...inForm() });
    } catch (error) {
      setRefusal(error instanceof Error ? error : new Error(String(error)));
      if (error instanceof ApiProblem) markFields(form, error, language);
    }
  };

  const known = [...Object.values(account?.secrets ?? {}), ...made];
  /** A setting that is secret is a value or, for who may, a secret. */
  const secretSetting = (field: Field) => {
    const [name = ''] = field.path;
    const used = account?.secrets[name];
    if (!takesSecret(field) || (used === undefined && !may('secret.use'))) return undefined;
    const isSaved = account?.hidden.includes(name) ?? false;
    return <SecretSetting field={field} used={used} isSaved={isSaved} known={known} onAdd={() => setAdding(field)} />;
  };

  return (
    <>
      <Form<FormValues>
        form={form}
        layout="vertical"
        className="stack"
        scrollToFirstError
        initialValues={{
          name: account?.name,
          description: account?.description,
          ...start,
        }}
        onFinish={(values) => void save(values)}
      >
        <Panel title={t('addCloud.general')}>
          <div className="fields">
            <Form.Item
              name="name"
              label={t('common.name')}
              rules={[{ required: true, message: t('form.required', { label: t('common.name') }) }, { max: 100 }]}
            >
              <Input placeholder={t('addCloud.nameHint')} autoComplete="off" />
            </Form.Item>
            <Form.Item name="description" label={t('common.description')} rules={[{ max: 1000 }]}>
              <Input autoComplete="off" />
            </Form.Item>
          </div>
        </Panel>
        {fields.length > 0 && (
          <Panel title={t('addCloud.settings')}>
            <SchemaFields
              fields={fields}
              values={settings ?? {}}
              below="settings"
              kept={account?.hidden ?? []}
              instead={secretSetting}
            />
          </Panel>
        )}
        <TrialPanel
          check={check}
          settings={JSON.stringify(given(fields, { settings, secrets, from }))}
          onTest={() => void test()}
        />
        {refusal && <ProblemBox error={refusal} />}
        <div className="row">
          <Button type="primary" htmlType="submit" loading={busy}>
            {t(
              check.trial.is === 'tried' && check.trial.checks.some((one) => !one.ok)
                ? 'addCloud.saveAnyway'
                : 'addCloud.save',
            )}
          </Button>
          <Button onClick={onCancel}>{t('action.cancel')}</Button>
        </div>
      </Form>
      {adding && (
        <AddSecret
          kind={adding.kind.is === 'lines' ? 'ssh-key' : 'text'}
          onMade={(secret) => {
            setMade((before) => [...before, secret]);
            form.setFieldValue(['secrets', adding.path[0] ?? ''], secret.id);
          }}
          onClose={() => setAdding(undefined)}
        />
      )}
    </>
  );
}

function TrialPanel({
  check,
  settings,
  onTest,
}: {
  check: ReturnType<typeof useCheck>;
  settings: string;
  onTest: () => void;
}) {
  const { t } = useTranslation();
  const { trial } = check;
  const button =
    trial.is === 'trying' ? (
      <Button onClick={check.cancel}>{t('addCloud.stopTest')}</Button>
    ) : (
      <Button icon={<Icon name="play" size={14} />} onClick={onTest}>
        {t(trial.is === 'untried' ? 'addCloud.runTest' : 'addCloud.testAgain')}
      </Button>
    );
  return (
    <Panel title={t('addCloud.test')} aside={button} flush>
      <div aria-live="polite">
        {trial.is === 'untried' && <p className="body quiet">{t('addCloud.testHint')}</p>}
        {trial.is === 'refused' && (
          <div className="body">
            <ProblemBox error={trial.error} />
          </div>
        )}
        {(trial.is === 'trying' || trial.is === 'tried') && trial.checks.length > 0 && <Checks of={trial.checks} />}
        {trial.is === 'trying' && <Bones lines={1} />}
        {trial.is === 'tried' && (
          <div className="body">
            <TrialNote ok={trial.checks.every((one) => one.ok)} changed={trial.settings !== settings} />
          </div>
        )}
      </div>
    </Panel>
  );
}

function TrialNote({ ok, changed }: { ok: boolean; changed: boolean }) {
  const { t } = useTranslation();
  return (
    <p className={`note ${ok && !changed ? 'ok' : 'warn'}`}>
      <Icon name={ok && !changed ? 'ok' : 'warning'} />
      {changed ? t('addCloud.changed') : t(ok ? 'addCloud.allOk' : 'addCloud.someFail')}
    </p>
  );
}

/** Puts what the server says about single fields beside them. */
function markFields(form: FormInstance<FormValues>, error: ApiProblem, language: Language) {
  for (const problem of error.failure.problems ?? []) {
    const errors = [problemIn(language, problem)];
    const [below = ''] = fieldPath(problem.at, '') ?? [];
    const path = fieldPath(problem.at, below) ?? [];
    if ((below === 'settings' || below === 'secrets') && path.length > 0)
      form.setFields([{ name: [below, ...path] as never, errors }]);
    else if (problem.at === '/name') form.setFields([{ name: 'name', errors }]);
  }
}
