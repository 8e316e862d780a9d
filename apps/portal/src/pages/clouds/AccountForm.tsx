import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Provider } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { markFields } from '../../parts/mark-fields.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { fieldsOf } from '../../parts/schema/fields.ts';
import { given, type Held, startOf } from '../../parts/schema/value-or-secret.ts';
import { FieldsOrSecrets } from '../secrets/FieldsOrSecrets.tsx';
import { Checks } from './Checks.tsx';
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

interface FormValues extends Pick<Held, 'secrets' | 'from'> {
  readonly name: string;
  readonly description?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Settings of a cloud account: a form drawn from the provider's own schema, a live test, and saving. */
export function AccountForm({ provider, account, busy, onSave, onCancel }: AccountFormProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [form] = Form.useForm<FormValues>();
  const [refusal, setRefusal] = useState<Error>();
  const check = useCheck();
  const fields = fieldsOf(provider.account, language);
  const start = startOf(fields, account?.settings, account?.secrets);
  const initial = { settings: start.values, secrets: start.secrets, from: start.from };
  const heldIn = ({ settings, secrets, from }: Omit<FormValues, 'name'>) =>
    given(fields, { values: settings, secrets, from });
  // What is in the form, whether or not its fields are on the screen now.
  const now = Form.useWatch((all: FormValues): Omit<FormValues, 'name'> => all, { form, preserve: true }) ?? initial;
  const { values: settings, secrets } = heldIn(now);
  const inForm = () => {
    const held = heldIn(form.getFieldsValue(true) as FormValues);
    return { settings: held.values, secrets: held.secrets };
  };

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
      markFields(form, error, language);
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
        ...initial,
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
          <FieldsOrSecrets
            form={form}
            fields={fields}
            values={now.settings ?? start.values}
            below="settings"
            {...(account && { kept: account.hidden, used: account.secrets })}
          />
        </Panel>
      )}
      <TrialPanel check={check} settings={JSON.stringify({ settings, secrets })} onTest={() => void test()} />
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
