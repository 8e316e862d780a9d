import { Button, Form, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { Icon } from '../Icon.tsx';
import type { Field } from './fields.ts';
import { inputOf, rulesOf } from './SchemaForm.tsx';
import { type SecretNamed, SecretSelect } from './SecretSelect.tsx';
import { usePermission } from '../../shell/permission.ts';

/** A field that is secret: typed in, or one of the secrets that are kept by a name. */
export function SecretField({
  field,
  below,
  used,
  isSaved,
  known,
  onAdd,
}: {
  field: Field;
  /** Where values stand in the form. */
  below: string;
  /** The secret that stands in this place now. */
  used: SecretNamed | undefined;
  /** There is a value of its own; leaving it empty keeps that. */
  isSaved: boolean;
  /** Secrets whose names are known, whether or not they are in the list. */
  known: readonly SecretNamed[];
  /** Makes a secret to be chosen here. */
  onAdd: () => void;
}) {
  const { t } = useTranslation();
  const [name = ''] = field.path;
  const from = Form.useWatch<'value' | 'secret' | undefined>(['from', name]) ?? 'value';
  const isValueNeeded = used !== undefined || (field.required && !isSaved);
  const now = used ? t('secrets.usedNow', { name: used.name }) : isSaved && from === 'secret' && t('secrets.valueNow');
  const said = [now, field.help].filter((text) => text !== undefined && text !== false);
  return (
    <Form.Item
      label={field.label}
      htmlFor={`${from === 'secret' ? 'secrets' : below}_${name}`}
      className={from === 'value' && field.kind.is === 'lines' ? 'wide' : ''}
      required={from === 'secret' || isValueNeeded}
      extra={said.length > 0 && <span className="help">{said.join(' ')}</span>}
    >
      <div className="stack" style={{ gap: 8 }}>
        <Form.Item name={['from', name]} noStyle>
          <Segmented
            style={{ alignSelf: 'start' }}
            aria-label={t('secrets.source', { label: field.label })}
            options={(['value', 'secret'] as const).map((value) => ({ value, label: t(`secrets.as.${value}`) }))}
          />
        </Form.Item>
        {from === 'value' ? (
          <Form.Item name={[below, name]} noStyle validateTrigger="onBlur" rules={rulesOf(field, isValueNeeded, t)}>
            {inputOf(field, isSaved && used === undefined, t)}
          </Form.Item>
        ) : (
          <span className="row">
            <Form.Item
              name={['secrets', name]}
              noStyle
              rules={[{ required: true, message: t('form.required', { label: field.label }) }]}
            >
              <SecretSelect known={known} />
            </Form.Item>
            <AddButton onAdd={onAdd} />
          </span>
        )}
      </div>
    </Form.Item>
  );
}

function AddButton({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  if (!may('secret.create')) return null;
  return (
    <Button icon={<Icon name="plus" size={14} />} onClick={onAdd}>
      {t('secrets.new')}
    </Button>
  );
}
