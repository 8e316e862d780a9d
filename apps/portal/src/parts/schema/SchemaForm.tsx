import type { TFunction } from 'i18next';
import { Form, Input, InputNumber, Segmented, Select, Switch } from 'antd';
import type { Rule } from 'antd/es/form';
import { Fragment, type JSX, lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { groupTitle, optionTitle } from './titles.ts';
import { Bones } from '../Bones.tsx';
import { type Field, isShown } from './fields.ts';

const JsonEditor = lazy(() => import('../editor/JsonEditor.tsx'));

/** The fields of a schema inside an antd form; they stand in groups, those that do not apply are left out. */
export function SchemaFields({
  fields,
  values,
  below,
  kept = [],
  instead,
}: {
  fields: readonly Field[];
  /** What the form holds now, to know which fields apply. */
  values: Readonly<Record<string, unknown>>;
  /** Where the values stand in the form. */
  below: string;
  /** Secrets that are saved already; leaving them empty keeps them. */
  kept?: readonly string[];
  /** Draws a field in a way of its own; undefined for the usual one. */
  instead?: (field: Field) => ReactNode;
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
              <Fragment key={field.path.join('.')}>
                {instead?.(field) ?? (
                  <FieldItem field={field} below={below} kept={field.secret && kept.includes(field.path[0] ?? '')} />
                )}
              </Fragment>
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

function FieldItem({ field, below, kept }: { field: Field; below: string; kept: boolean }) {
  const { t } = useTranslation();
  const wide = field.kind.is === 'json' || field.kind.is === 'lines';
  const required = field.required && !kept;
  return (
    <Form.Item
      name={[below, ...field.path]}
      className={wide ? 'wide' : ''}
      label={field.label}
      required={required}
      rules={rulesOf(field, required, t)}
      validateTrigger="onBlur"
      extra={field.help && <span className="help">{field.help}</span>}
      {...(field.kind.is === 'switch' && { valuePropName: 'checked' })}
    >
      {inputOf(field, kept, t)}
    </Form.Item>
  );
}

/** What is wrong with a value before the server sees it. */
export function rulesOf({ label, kind }: Field, required: boolean, t: TFunction): Rule[] {
  const rules: Rule[] = [];
  if (required && kind.is !== 'switch') rules.push({ required: true, message: t('form.required', { label }) });
  if (kind.is === 'text') {
    const { pattern, minLength, maxLength } = kind;
    if (pattern) rules.push({ pattern: new RegExp(pattern, 'u'), message: t('form.pattern') });
    if (minLength !== undefined) rules.push({ min: minLength, message: t('form.minLength', { limit: minLength }) });
    if (maxLength !== undefined) rules.push({ max: maxLength, message: t('form.maxLength', { limit: maxLength }) });
  }
  return rules;
}

/** The control of a field. It is handed its value by `Form.Item`. */
export function inputOf(field: Field, kept: boolean, t: TFunction): JSX.Element {
  const placeholder = kept ? t('cloud.keepSecret') : field.placeholder;
  const kind = field.kind;
  // A key of several lines would lose their ends in a field of one.
  if (field.secret && kind.is !== 'lines' && kind.is !== 'json')
    return <Input.Password autoComplete="new-password" placeholder={placeholder} />;
  switch (kind.is) {
    case 'text':
      return <Input placeholder={placeholder} autoComplete="off" spellCheck={false} />;
    case 'lines':
      return (
        <Input.TextArea className="mono" rows={4} placeholder={placeholder} autoComplete="off" spellCheck={false} />
      );
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
