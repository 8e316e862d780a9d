import { tagOf } from '@pileus/api/client';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { ServiceAccount } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { usePermission } from '../../shell/permission.ts';

const reads = ['get /service-accounts', 'get /service-accounts/{service}'] as const;

/** What can be done with a service account. */
export function ServiceAccountActions({ service }: { service: ServiceAccount }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<'change' | 'switch' | 'delete'>();
  const change = useAct('patch /service-accounts/{service}', reads);
  const close = () => setAsked(undefined);
  return (
    <>
      {may('service-account.delete') && (
        <Button danger type="text" icon={<Icon name="trash" size={14} />} onClick={() => setAsked('delete')}>
          {t('action.delete')}
        </Button>
      )}
      {may('service-account.update') && (
        <>
          <Button icon={<Icon name="power" size={14} />} onClick={() => setAsked('switch')}>
            {t(service.isDisabled ? 'access.enable' : 'access.disable')}
          </Button>
          <Button icon={<Icon name="edit" size={14} />} onClick={() => setAsked('change')}>
            {t('access.change')}
          </Button>
        </>
      )}
      {asked === 'change' && (
        <NameDialog
          title={t('services.changeTitle', { name: service.name })}
          ok={t('action.save')}
          label={t('services.name')}
          now={service}
          hasDescription
          onSave={async (given, seen) => {
            await change.mutateAsync({ params: { service: service.id }, body: given, ifMatch: seen && tagOf(seen) });
            void message.success(t('services.saved'));
          }}
          onClose={close}
        />
      )}
      {asked === 'switch' && <SwitchServiceAccount service={service} onClose={close} />}
      {asked === 'delete' && <DeleteServiceAccount service={service} onClose={close} />}
    </>
  );
}

function SwitchServiceAccount({ service, onClose }: { service: ServiceAccount; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  // Others may change it while this is open; what is done rests on what was seen.
  const [seen] = useState(service);
  const { id, name, isDisabled } = seen;
  const change = useAct('patch /service-accounts/{service}', reads);
  return (
    <AskDialog
      title={t(isDisabled ? 'services.enableTitle' : 'services.disableTitle', { name })}
      ok={t(isDisabled ? 'access.enable' : 'access.disable')}
      isDanger={!isDisabled}
      onOk={async () => {
        await change.mutateAsync({
          params: { service: id },
          body: { isDisabled: !isDisabled },
          ifMatch: tagOf(seen),
        });
        void message.success(t(isDisabled ? 'users.enabled' : 'users.disabled', { name }));
      }}
      onClose={onClose}
    >
      <p>{t(isDisabled ? 'services.enableText' : 'services.disableText')}</p>
    </AskDialog>
  );
}

function DeleteServiceAccount({ service: { id, name }, onClose }: { service: ServiceAccount; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const remove = useAct('delete /service-accounts/{service}', [
    'get /service-accounts',
    'get /groups',
    'get /policies',
  ]);
  return (
    <AskDialog
      title={t('services.deleteTitle', { name })}
      ok={t('action.delete')}
      isDanger
      onOk={async () => {
        await remove.mutateAsync({ params: { service: id } });
        void message.success(t('services.deleted', { name }));
        await navigate({ to: '/service-accounts', search: {} });
      }}
      onClose={onClose}
    >
      <p>{t('services.deleteText')}</p>
    </AskDialog>
  );
}
