import { problemIn } from '@pileus/model/failure';
import { ApiProblem } from '@pileus/api/client';
import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { plain } from '../../../format/value.ts';
import { useLanguage } from '../../../i18n/index.ts';
import { fieldPath } from '../../../parts/problem.ts';
import { fieldsOf, filled, type JsonSchema, namedApart, startValues } from '../../../parts/schema/fields.ts';
import { SchemaFields } from '../../../parts/schema/SchemaForm.tsx';
import { orSecret } from '../../../parts/schema/SecretInput.tsx';

export interface InputValues {
  readonly inputs?: Record<string, unknown>;
}

/** Inputs with the values they have now (or their defaults); those that are different from that are submitted. */
export function InputsForm({
  form,
  schema,
  now = {},
  nothing,
  mayName = false,
  submit,
}: {
  form: ReturnType<typeof Form.useForm<InputValues>>[0];
  schema: JsonSchema;
  now?: Readonly<Record<string, unknown>>;
  /** What to say where there are none. */
  nothing: string;
  /** Whether a secret may stand in the place of a secret input. */
  mayName?: boolean;
  /** Rejects with a problem, whose fields are then marked. */
  submit: (changed: Record<string, unknown>, secrets: Record<string, string>) => Promise<void>;
}) {
  const language = useLanguage();
  const { t } = useTranslation();
  const fields = fieldsOf(schema, language);
  const start = startValues(fields, now);
  const values = Form.useWatch<Record<string, unknown> | undefined>('inputs', { form, preserve: true }) ?? start;
  const finish = async (given: InputValues) => {
    const sent = Object.entries(filled(fields, given.inputs ?? {}));
    const changed = Object.fromEntries(sent.filter(([name, value]) => plain(value) !== plain(start[name])));
    const { values: inputs, secrets } = namedApart(fields, changed);
    await submit(inputs, secrets);
  };
  const mark = (error: unknown) => {
    if (!(error instanceof ApiProblem)) return;
    for (const problem of error.failure.problems ?? []) {
      const path = fieldPath(problem.at, 'inputs') ?? fieldPath(problem.at, 'secrets');
      if (path && path.length > 0)
        form.setFields([{ name: ['inputs', ...path] as never, errors: [problemIn(language, problem)] }]);
    }
  };
  return (
    <Form<InputValues>
      form={form}
      layout="vertical"
      scrollToFirstError
      aria-label={t('deployment.inputs')}
      initialValues={{ inputs: start }}
      onFinish={(given) => void finish(given).catch(mark)}
    >
      {fields.length > 0 ? (
        <SchemaFields
          fields={fields}
          values={values}
          below="inputs"
          kept={Object.keys(now)}
          {...(mayName && { instead: orSecret('inputs', Object.keys(now)) })}
        />
      ) : (
        <p className="quiet">{nothing}</p>
      )}
    </Form>
  );
}
