import { tagOf } from '@pileus/api/client';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { Secret } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { ReadFirst } from '../../parts/ReadFirst.tsx';
import { usePermission } from '../../shell/permission.ts';
import { secretReads } from './reads.ts';
import { type GivenValue, SecretFields } from './SecretFields.tsx';

/** What can be done with a secret. */
export function SecretActions({ of: secret }: { of: Secret }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [asked, setAsked] = useState<'rotate' | 'change' | 'delete'>();
  const close = () => setAsked(undefined);
  return (
    <span className="row" style={{ justifyContent: 'flex-end' }}>
      {may('secret.update') && (
        <>
          <Button size="small" onClick={() => setAsked('rotate')}>
            {t('secrets.rotate')}
          </Button>
          <Button size="small" onClick={() => setAsked('change')}>
            {t('access.change')}
          </Button>
        </>
      )}
      {may('secret.delete') && (
        <Button size="small" danger onClick={() => setAsked('delete')}>
          {t('action.delete')}
        </Button>
      )}
      {asked === 'rotate' && <RotateSecret secret={secret} onClose={close} />}
      {asked === 'change' && <ChangeSecret secret={secret} onClose={close} />}
      {asked === 'delete' && <DeleteSecret secret={secret} onClose={close} />}
    </span>
  );
}

function RotateSecret({ secret: { id, name, kind }, onClose }: { secret: Secret; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const rotate = useAct('post /secrets/{secret}/versions', secretReads);
  return (
    <FormDialog<{ readonly value: GivenValue }>
      title={t('secrets.rotateTitle', { name })}
      ok={t('secrets.rotate')}
      onSave={async ({ value }) => {
        // The fields of a kind are those that it has.
        const given = { ...value, kind } as Parameters<typeof rotate.mutateAsync>[0]['body']['value'];
        const { version } = await rotate.mutateAsync({ params: { secret: id }, body: { value: given } });
        void message.success(t('secrets.rotated', { name, version: version.number }));
        onClose();
      }}
      onClose={onClose}
    >
      <p className="quiet">{t('secrets.rotateText')}</p>
      <SecretFields kind={kind} />
    </FormDialog>
  );
}

function ChangeSecret({ secret: { id, name }, onClose }: { secret: Secret; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const change = useAct('patch /secrets/{secret}', secretReads);
  const title = t('secrets.changeTitle', { name });
  const params = { secret: id };
  return (
    <ReadFirst call="get /secrets/{secret}" request={{ params }} title={title} onClose={onClose}>
      {(secret) => (
        <NameDialog
          title={title}
          ok={t('action.save')}
          label={t('secrets.name')}
          now={secret}
          hasDescription
          onSave={async (given, seen) => {
            await change.mutateAsync({ params, body: given, ifMatch: seen && tagOf(seen) });
            void message.success(t('secrets.saved'));
          }}
          onClose={onClose}
        />
      )}
    </ReadFirst>
  );
}

function DeleteSecret({ secret: { id, name, usedBy }, onClose }: { secret: Secret; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const remove = useAct('delete /secrets/{secret}', secretReads);
  const users = [...new Set(usedBy.map((one) => one.name))].join(', ');
  return (
    <AskDialog
      title={t('secrets.deleteTitle', { name })}
      ok={t('action.delete')}
      isDanger
      isReady={usedBy.length === 0}
      onOk={async () => {
        await remove.mutateAsync({ params: { secret: id } });
        void message.success(t('secrets.deleted', { name }));
      }}
      onClose={onClose}
    >
      <p>{users === '' ? t('secrets.deleteText') : t('secrets.inUse', { users })}</p>
    </AskDialog>
  );
}
