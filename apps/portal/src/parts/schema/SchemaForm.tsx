import type { TFunction } from 'i18next';
import { Form, Input, InputNumber, Segmented, Select, Switch } from 'antd';
import type { Rule } from 'antd/es/form';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { groupTitle, optionTitle } from './titles.ts';
import { Bones } from '../Bones.tsx';
import { type Field, isNamed, isShown } from './fields.ts';
import { SecretInput } from './SecretInput.tsx';

const JsonEditor = lazy(() => import('../editor/JsonEditor.tsx'));

/** The fields of a schema inside an antd form; they stand in groups, those that do not apply are left out. */
export function SchemaFields({
  fields,
  values,
  below,
  kept = [],
  mayName = false,
}: {
  fields: readonly Field[];
  /** What the form holds now, to know which fields apply. */
  values: Readonly<Record<string, unknown>>;
  /** Where the values stand in the form. */
  below: string;
  /** Secrets that are saved already; leaving them empty keeps them. */
  kept?: readonly string[];
  /** Whether a secret may stand in the place of a secret value. */
  mayName?: boolean;
}) {
  const { t } = useTranslation();
  const shown = fields.filter((field) => isShown(field, values, fields));
  const groups = [...new Set(shown.map((field) => field.group))];
  return (
    <div className="fields">
      {groups.map((group) => (
        <Group key={group ?? ''} title={group && groups.length > 1 ? groupTitle(group, t) : undefined}>
          {shown
            .filter((field) => field.group === group)
            .map((field) => (
              <FieldItem
                key={field.path.join('.')}
                field={field}
                below={below}
                kept={field.secret && kept.includes(field.path[0] ?? '')}
                mayName={field.secret && mayName}
              />
            ))}
        </Group>
      ))}
    </div>
  );
}

function Group({ title, children }: { title: string | undefined; children: ReactNode }) {
  return (
    <>
      {title && <h3 className="group-title">{title}</h3>}
      {children}
    </>
  );
}

function FieldItem({ field, below, kept, mayName }: { field: Field; below: string; kept: boolean; mayName: boolean }) {
  const { t } = useTranslation();
  const wide = field.kind.is === 'json' || field.kind.is === 'lines';
  const required = field.required && !kept;
  const rules: Rule[] = [];
  if (required && field.kind.is !== 'switch')
    rules.push({ required: true, message: t('form.required', { label: field.label }) });
  if (field.kind.is === 'text') {
    const { pattern, minLength, maxLength } = field.kind;
    if (pattern) rules.push({ pattern: new RegExp(pattern, 'u'), message: t('form.pattern') });
    if (minLength !== undefined) rules.push({ min: minLength, message: t('form.minLength', { limit: minLength }) });
    if (maxLength !== undefined) rules.push({ max: maxLength, message: t('form.maxLength', { limit: maxLength }) });
  }
  return (
    <Form.Item
      name={[below, ...field.path]}
      className={wide ? 'wide' : ''}
      label={field.label}
      required={required}
      rules={mayName ? rules.map((rule) => unlessNamed(rule, [below, ...field.path])) : rules}
      validateTrigger="onBlur"
      extra={field.help && <span className="help">{field.help}</span>}
      {...(field.kind.is === 'switch' && { valuePropName: 'checked' })}
    >
      {inputOf(field, kept, mayName, t)}
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

/** The control of a field. It is handed its value by `Form.Item`. */
function inputOf(field: Field, kept: boolean, mayName: boolean, t: TFunction): ReactNode {
  const placeholder = kept ? t('cloud.keepSecret') : field.placeholder;
  const kind = field.kind;
  if (field.secret && mayName) return <SecretInput placeholder={placeholder} label={field.label} />;
  if (field.secret) return <Input.Password autoComplete="new-password" placeholder={placeholder} />;
  switch (kind.is) {
    case 'text':
      return <Input placeholder={placeholder} autoComplete="off" spellCheck={false} />;
    case 'lines':
      return <Input.TextArea className="mono" rows={4} placeholder={placeholder} spellCheck={false} />;
    case 'number':
      return (
        <InputNumber
          style={{ width: '100%' }}
          placeholder={placeholder}
          {...(kind.whole && { precision: 0 })}
          {...(kind.min !== undefined && { min: kind.min })}
          {...(kind.max !== undefined && { max: kind.max })}
        />
      );
    case 'switch':
      return <Switch />;
    case 'choice': {
      const options = kind.values.map((value) => ({ value, label: optionTitle(value, t) }));
      const short = options.length <= 3 && options.every((option) => option.label.length <= 24);
      return short ? (
        <Segmented options={options} />
      ) : (
        <Select options={options} placeholder={placeholder} showSearch />
      );
    }
    case 'list':
      return <Select mode="tags" open={false} suffixIcon={null} placeholder={placeholder ?? t('form.listHint')} />;
    case 'json':
      return (
        <Suspense fallback={<Bones lines={3} />}>
          <JsonEditor schema={kind.schema} placeholder={placeholder} label={field.label} />
        </Suspense>
      );
  }
}
