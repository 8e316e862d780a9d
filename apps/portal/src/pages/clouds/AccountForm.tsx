import { problemIn } from '@pileus/model/failure';
import type { Language } from '@pileus/model/language';
import { ApiProblem } from '@pileus/api/client';
import { Button, Form, type FormInstance, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Provider } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { fieldPath } from '../../parts/problem.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { fieldsOf, filled, startValues } from '../../parts/schema/fields.ts';
import { SchemaFields } from '../../parts/schema/SchemaForm.tsx';
import { Checks } from './Checks.tsx';
import { useCheck } from './use-check.ts';

export interface AccountGiven {
  readonly name: string;
  readonly description: string;
  readonly settings: Record<string, unknown>;
}

interface AccountFormProps {
  readonly provider: Provider;
  /** The account that is changed; absent for a new one. */
  readonly account?: { readonly id: string; readonly hidden: readonly string[] } & AccountGiven;
  readonly busy: boolean;
  readonly onSave: (given: AccountGiven) => Promise<unknown>;
  readonly onCancel: () => void;
}

interface FormValues {
  name: string;
  description?: string;
  settings?: Record<string, unknown>;
}

/** Settings of a cloud account: a form drawn from the provider's own schema, a live test, and saving. */
export function AccountForm({ provider, account, busy, onSave, onCancel }: AccountFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [form] = Form.useForm<FormValues>();
  const [refusal, setRefusal] = useState<Error>();
  const check = useCheck();
  const fields = fieldsOf(provider.account, language);
  // What is in the form, whether or not its fields are on the screen now.
  const values =
    Form.useWatch<Record<string, unknown> | undefined>('settings', { form, preserve: true }) ??
    startValues(fields, account?.settings);
  const settings = () => filled(fields, (form.getFieldsValue(true) as FormValues).settings ?? {});

  const test = async () => {
    const fine = await form.validateFields({ recursive: true }).then(
      () => true,
      () => false,
    );
    if (fine)
      await check.start({ provider: provider.id, settings: settings(), ...(account && { account: account.id }) });
  };
  const save = async (given: FormValues) => {
    setRefusal(undefined);
    try {
      await onSave({ name: given.name, description: given.description ?? '', settings: settings() });
    } catch (error) {
      setRefusal(error instanceof Error ? error : new Error(String(error)));
      if (error instanceof ApiProblem) markFields(form, error, language);
    }
  };

  return (
    <Form<FormValues>
      form={form}
      layout="vertical"
      className="stack"
      scrollToFirstError
      initialValues={{
        name: account?.name,
        description: account?.description,
        settings: startValues(fields, account?.settings),
      }}
      onFinish={(given) => void save(given)}
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
          <SchemaFields fields={fields} values={values} below="settings" kept={account?.hidden ?? []} />
        </Panel>
      )}
      <TrialPanel check={check} settings={JSON.stringify(filled(fields, values))} onTest={() => void test()} />
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
    const path = fieldPath(problem.at, 'settings');
    if (path && path.length > 0)
      form.setFields([{ name: ['settings', ...path] as never, errors: [problemIn(language, problem)] }]);
    else if (problem.at === '/name') form.setFields([{ name: 'name', errors: [problemIn(language, problem)] }]);
  }
}
