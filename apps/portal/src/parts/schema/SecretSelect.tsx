import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import type { Secret } from '../../api/types.ts';
import { usePermission } from '../../shell/permission.ts';
import { useSettled } from '../use-settled.ts';

/** A secret as things name it. */
export type SecretNamed = Pick<Secret, 'id' | 'name'>;

/** One of the secrets that somebody may have used, by its id. It is handed its value by `Form.Item`. */
export function SecretSelect({
  known = [],
  ...given
}: {
  /** Secrets whose names are known, whether or not they are in the list. */
  known?: readonly SecretNamed[];
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
      placeholder={t('secrets.choose')}
      loading={enabled && secrets.isPending}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      notFoundContent={t(q === '' ? 'secrets.noneUsable' : 'common.notFoundFilter')}
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
