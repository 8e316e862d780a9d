import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { plain } from '../../../format/value.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { markFields } from '../../../parts/mark-fields.ts';
import { fieldsOf, type JsonSchema } from '../../../parts/schema/fields.ts';
import { SchemaFields } from '../../../parts/schema/SchemaForm.tsx';
import type { SecretNamed } from '../../../parts/schema/SecretSelect.tsx';
import { given, type Held, startOf } from '../../../parts/schema/value-or-secret.ts';
import { FieldsOrSecrets } from '../../secrets/FieldsOrSecrets.tsx';

export interface InputValues extends Pick<Held, 'secrets' | 'from'> {
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** Inputs with the values they have now (or their defaults); those that are different from that are submitted. */
export function InputsForm({
  form,
  schema,
  now = {},
  secrets: used,
  nothing,
  submit,
}: {
  form: ReturnType<typeof Form.useForm<InputValues>>[0];
  schema: JsonSchema;
  now?: Readonly<Record<string, unknown>>;
  /** Inputs that are a secret's now. Absent where no secret may stand in the place of one. */
  secrets?: Readonly<Record<string, SecretNamed>>;
  /** What to say where there are none. */
  nothing: string;
  /** Rejects with a problem, whose fields are then marked. */
  submit: (changed: Record<string, unknown>, secrets: Record<string, string>) => Promise<void>;
}) {
  const language = useLanguage();
  const { t } = useTranslation();
  const fields = fieldsOf(schema, language);
  const start = startOf(fields, now, used);
  const values = Form.useWatch<InputValues['inputs']>('inputs', { form, preserve: true }) ?? start.values;
  const finish = async ({ inputs, secrets, from }: InputValues) => {
    const held = given(fields, { values: inputs, secrets, from });
    const changed = Object.entries(held.values).filter(([name, value]) => plain(value) !== plain(start.values[name]));
    const others = Object.entries(held.secrets).filter(([name, id]) => id !== used?.[name]?.id);
    await submit(Object.fromEntries(changed), Object.fromEntries(others));
  };
  const drawn = { fields, values, below: 'inputs', kept: Object.keys(now) };
  return (
    <Form<InputValues>
      form={form}
      layout="vertical"
      scrollToFirstError
      aria-label={t('deployment.inputs')}
      initialValues={{ inputs: start.values, secrets: start.secrets, from: start.from }}
      onFinish={(all) => void finish(all).catch((error: unknown) => markFields(form, error, language))}
    >
      {fields.length === 0 && <p className="quiet">{nothing}</p>}
      {used ? <FieldsOrSecrets {...drawn} form={form} used={used} /> : <SchemaFields {...drawn} />}
    </Form>
  );
}
