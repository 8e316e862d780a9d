import { tagOf } from '@pileus/api/client';
import type { TFunction } from 'i18next';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Account } from '../../api/types.ts';
import { plain } from '../../format/value.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { type Field, fieldsOf, isShown } from '../../parts/schema/fields.ts';
import { optionTitle } from '../../parts/schema/titles.ts';
import { usePermission } from '../../shell/permission.ts';
import { AccountForm } from './AccountForm.tsx';

/** The account's settings to read, and to change. Secrets are never shown again. */
export function CloudSettings({ account }: { account: Account }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const { message } = App.useApp();
  /** The account as it was when somebody began to change it. */
  const [seen, setSeen] = useState<Account>();
  const providers = useRead('get /providers', {});
  const change = useAct('patch /accounts/{account}', ['get /accounts/{account}', 'get /accounts']);
  const provider = providers.data?.items.find((one) => one.id === account.provider);
  if (!provider) return <Bones lines={6} />;
  if (seen) {
    return (
      <AccountForm
        provider={provider}
        account={seen}
        busy={change.isPending}
        onCancel={() => setSeen(undefined)}
        onSave={async (given) => {
          await change.mutateAsync({ params: { account: seen.id }, body: given, ifMatch: tagOf(seen) });
          void message.success(t('cloud.saved'));
          setSeen(undefined);
        }}
      />
    );
  }
  const fields = fieldsOf(provider.account, language);
  const edit = may('account.update') && (
    <Button icon={<Icon name="edit" size={14} />} onClick={() => setSeen(account)}>
      {t('cloud.edit')}
    </Button>
  );
  return (
    <Panel title={t('cloud.settings')} aside={edit}>
      <Facts
        lines
        of={[
          [t('common.name'), account.name],
          [t('common.description'), account.description],
          [t('common.createdAt'), <Moment key="at" at={account.createdAt} />],
          ...fields
            .filter((field) => isShown(field, account.settings, fields))
            .map((field) => [field.label, settingOf(account, field, t)] as const),
        ]}
      />
    </Panel>
  );
}

function settingOf(account: Account, field: Field, t: TFunction) {
  const name = field.path[0] ?? '';
  const secret = account.secrets[name];
  if (account.hidden.includes(name)) {
    return (
      <span className="row quiet">
        <Icon name="lock" size={14} /> {secret ? t('cloud.ofSecret', { name: secret.name }) : t('cloud.hidden')}
      </span>
    );
  }
  const value = account.settings[name] ?? field.default;
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no');
  if (field.kind.is === 'choice' && value !== undefined) return optionTitle(plain(value), t);
  if (typeof value === 'object' && value !== null)
    return <pre className="code">{JSON.stringify(value, undefined, 2)}</pre>;
  return plain(value) === '' ? <span className="quiet">{t('common.none')}</span> : <code>{plain(value)}</code>;
}
