import { Form, Segmented } from 'antd';
import type { Rule } from 'antd/es/form';
import { cloneElement, type JSX, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermission } from '../../shell/permission.ts';
import { type Field, isNamed, type Named, takesSecret } from './fields.ts';
import { inputOf, rulesOf } from './SchemaForm.tsx';
import { SecretSelect } from './SecretSelect.tsx';

/** Draws fields below `below` so that a secret may stand in the place of a secret value; `kept` are saved already. */
export function orSecret(below: string, kept: readonly string[] = []) {
  return (field: Field) =>
    takesSecret(field) ? (
      <SecretItem field={field} below={below} isKept={kept.includes(field.path[0] ?? '')} />
    ) : undefined;
}

function SecretItem({ field, below, isKept }: { field: Field; below: string; isKept: boolean }) {
  const { t } = useTranslation();
  const required = field.required && !isKept;
  const name = [below, ...field.path];
  return (
    <Form.Item
      name={name}
      label={field.label}
      required={required}
      rules={rulesOf(field, required, t).map((rule) => unlessNamed(rule, name))}
      validateTrigger="onBlur"
      extra={field.help && <span className="help">{field.help}</span>}
    >
      <SecretInput label={field.label} typed={inputOf(field, isKept, t)} />
    </Form.Item>
  );
}

/** What a value must fit is for the server to say where a secret stands in its place. */
function unlessNamed(rule: Rule, path: readonly string[]): Rule {
  return (form) => {
    if (isNamed(form.getFieldValue([...path]))) return { type: 'object' };
    return typeof rule === 'function' ? rule(form) : rule;
  };
}

type How = 'value' | 'secret';

interface SecretInputProps {
  readonly id?: string;
  readonly value?: string | Named;
  readonly onChange?: (value: unknown) => void;
  readonly label: string;
  /** What a value is typed into. */
  readonly typed: JSX.Element;
}

/** A value that nobody is shown again, or the secret that stands in its place. It is handed its value by `Form.Item`. */
function SecretInput({ id, value, onChange, label, typed }: SecretInputProps) {
  const { t } = useTranslation();
  const may = usePermission();
  const [how, setHow] = useState<How>(isNamed(value) ? 'secret' : 'value');
  const given = id !== undefined && { id };
  const asValue = cloneElement(typed, { ...given, value: isNamed(value) ? '' : (value ?? ''), onChange });
  if (!may('secret.read') || !may('secret.use')) return asValue;
  return (
    <div className="stack" style={{ gap: 8 }}>
      <Segmented<How>
        style={{ alignSelf: 'start' }}
        aria-label={t('secrets.source', { label })}
        value={how}
        options={(['value', 'secret'] as const).map((one) => ({ value: one, label: t(`secrets.as.${one}`) }))}
        onChange={(next) => {
          setHow(next);
          onChange?.(undefined);
        }}
      />
      {how === 'value' ? (
        asValue
      ) : (
        <SecretSelect
          {...given}
          {...(isNamed(value) && { value: value.secret })}
          onChange={(secret) => onChange?.({ secret })}
        />
      )}
    </div>
  );
}
