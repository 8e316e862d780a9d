import { Button, Form, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { Secret } from '../../api/types.ts';
import { Icon } from '../../parts/Icon.tsx';
import type { Field } from '../../parts/schema/fields.ts';
import { inputOf, rulesOf } from '../../parts/schema/SchemaForm.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { usePermission } from '../../shell/permission.ts';
import type { SecretNamed } from './account-values.ts';

/** A setting that is secret: typed in, or one of the secrets that are kept by a name. */
export function SecretSetting({
  field,
  used,
  isSaved,
  known,
  onAdd,
}: {
  field: Field;
  /** The secret that the account has in this place now. */
  used: SecretNamed | undefined;
  /** The account has a value of its own; leaving it empty keeps that. */
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
  const now = used ? t('cloud.usedNow', { name: used.name }) : isSaved && from === 'secret' && t('cloud.valueNow');
  const said = [now, field.help].filter((text) => text !== undefined && text !== false);
  return (
    <Form.Item
      label={field.label}
      htmlFor={`${from === 'secret' ? 'secrets' : 'settings'}_${name}`}
      className={from === 'value' && field.kind.is === 'lines' ? 'wide' : ''}
      required={from === 'secret' || isValueNeeded}
      extra={said.length > 0 && <span className="help">{said.join(' ')}</span>}
    >
      <div className="stack" style={{ gap: 8 }}>
        <Form.Item name={['from', name]} noStyle>
          <Segmented
            style={{ alignSelf: 'start' }}
            aria-label={t('cloud.secretFrom', { label: field.label })}
            options={(['value', 'secret'] as const).map((value) => ({ value, label: t(`cloud.from.${value}`) }))}
          />
        </Form.Item>
        {from === 'value' ? (
          <Form.Item
            name={['settings', name]}
            noStyle
            validateTrigger="onBlur"
            rules={rulesOf(field, isValueNeeded, t)}
          >
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

/** Is handed its value by `Form.Item`. */
function SecretSelect({
  known,
  ...given
}: {
  known: readonly SecretNamed[];
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}) {
  const { t } = useTranslation();
  const may = usePermission();
  const [typed, setTyped] = useState('');
  const q = useSettled(typed);
  const enabled = may('secret.read');
  const secrets = useList('get /secrets', { usable: 'true', ...(q !== '' && { q }) }, { enabled });
  const listed = secrets.items ?? [];
  const others = known.filter(({ id }) => !listed.some((one) => one.id === id) && id === given.value);
  const kindOf = new Map(listed.map(({ id, kind }) => [id, kind]));
  return (
    <Select
      {...given}
      style={{ flex: 1, minWidth: 0 }}
      placeholder={t('cloud.chooseSecret')}
      loading={enabled && secrets.isPending}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={t(q === '' ? 'cloud.noSecret' : 'common.notFoundFilter')}
      options={[...others, ...listed].map(({ id, name }) => ({ value: id, label: name }))}
      optionRender={({ value, label }) => <Option label={label} kind={kindOf.get(String(value))} />}
    />
  );
}

function Option({ label, kind }: { label: React.ReactNode; kind: Secret['kind'] | undefined }) {
  const { t } = useTranslation();
  return (
    <span className="row" style={{ justifyContent: 'space-between' }}>
      <span className="ellipsis">{label}</span>
      {kind && <span className="quiet">{t(`secrets.kinds.${kind}`)}</span>}
    </span>
  );
}

function AddButton({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  if (!may('secret.create')) return null;
  return (
    <Button icon={<Icon name="plus" size={14} />} onClick={onAdd}>
      {t('cloud.newSecret')}
    </Button>
  );
}
