import { Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import { usePermission } from '../../shell/permission.ts';
import { isNamed, type Named } from './fields.ts';

type How = 'value' | 'secret';

interface SecretInputProps {
  readonly id?: string;
  readonly value?: string | Named;
  readonly onChange?: (value: string | Named | undefined) => void;
  readonly placeholder: string | undefined;
  /** What is filled in, for those who hear it. */
  readonly label: string;
}

/** A value that nobody is shown again, or the secret that stands in its place. It is handed its value by `Form.Item`. */
export function SecretInput({ id, value, onChange, placeholder, label }: SecretInputProps) {
  const { t } = useTranslation();
  const may = usePermission();
  const [how, setHow] = useState<How>(isNamed(value) ? 'secret' : 'value');
  const typed = (
    <Input.Password
      {...(id !== undefined && { id })}
      autoComplete="new-password"
      placeholder={placeholder}
      value={isNamed(value) ? '' : (value ?? '')}
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
  if (!may('secret.read') || !may('secret.use')) return typed;
  return (
    <div className="stack" style={{ gap: 6 }}>
      <Segmented<How>
        size="small"
        style={{ alignSelf: 'start' }}
        value={how}
        options={[
          { value: 'value', label: t('secrets.asValue') },
          { value: 'secret', label: t('secrets.asSecret') },
        ]}
        onChange={(next) => {
          setHow(next);
          onChange?.(undefined);
        }}
      />
      {how === 'value' ? (
        typed
      ) : (
        <ChooseSecret id={id} label={label} value={isNamed(value) ? value.secret : undefined} onChange={onChange} />
      )}
    </div>
  );
}

function ChooseSecret({
  id,
  label,
  value,
  onChange,
}: {
  id: string | undefined;
  label: string;
  value: string | undefined;
  onChange: SecretInputProps['onChange'];
}) {
  const { t } = useTranslation();
  const [q, setQ] = useState<string>();
  const secrets = useList('get /secrets', { q });
  return (
    <Select
      {...(id !== undefined && { id })}
      aria-label={label}
      showSearch
      filterOption={false}
      loading={secrets.isPending}
      placeholder={t('secrets.choose')}
      value={value ?? null}
      options={secrets.items?.map((one) => ({ value: one.id, label: one.name })) ?? []}
      onSearch={(text) => setQ(text === '' ? undefined : text)}
      onChange={(secret: string | null) => onChange?.(secret === null ? undefined : { secret })}
    />
  );
}
