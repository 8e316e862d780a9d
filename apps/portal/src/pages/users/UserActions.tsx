import { tagOf } from '@pileus/api/client';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { User } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { usePermission } from '../../shell/permission.ts';
import { SignInLink } from '../access/SignInLink.tsx';
import { rightsReads } from '../policies/rights-reads.ts';

type Asked = 'rename' | 'link' | 'switch' | 'delete';

/** What can be done with a user. Nobody disables or deletes oneself: there would be no way back in. */
export function UserActions({ user, isMe }: { user: User; isMe: boolean }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [asked, setAsked] = useState<Asked>();
  const [link, setLink] = useState<string>();
  const close = () => setAsked(undefined);
  return (
    <>
      {may('user.delete') && !isMe && (
        <Button danger type="text" icon={<Icon name="trash" size={14} />} onClick={() => setAsked('delete')}>
          {t('action.delete')}
        </Button>
      )}
      {may('user.update') && !isMe && (
        <Button icon={<Icon name="power" size={14} />} onClick={() => setAsked('switch')}>
          {t(user.isDisabled ? 'access.enable' : 'access.disable')}
        </Button>
      )}
      {may('user.update') && (
        <Button icon={<Icon name="edit" size={14} />} onClick={() => setAsked('rename')}>
          {t('access.rename')}
        </Button>
      )}
      {may('user.update') && !isMe && !user.isDisabled && (
        <Button icon={<Icon name="key" size={14} />} onClick={() => setAsked('link')}>
          {t('users.newLink')}
        </Button>
      )}
      {asked === 'link' && <LinkUser user={user} onMade={setLink} onClose={close} />}
      {link !== undefined && <SignInLink name={user.name} link={link} onClose={() => setLink(undefined)} />}
      {asked === 'rename' && <RenameUser user={user} onClose={close} />}
      {asked === 'switch' && <SwitchUser user={user} onClose={close} />}
      {asked === 'delete' && <DeleteUser user={user} onClose={close} />}
    </>
  );
}

interface OfUser {
  readonly user: User;
  readonly onClose: () => void;
}

function RenameUser({ user, onClose }: OfUser) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const change = useAct('patch /users/{user}', rightsReads);
  return (
    <NameDialog
      title={t('users.renameTitle', { name: user.name })}
      ok={t('action.save')}
      label={t('users.name')}
      now={user}
      onSave={async ({ name }, seen) => {
        await change.mutateAsync({ params: { user: user.id }, body: { name }, ifMatch: seen && tagOf(seen) });
        void message.success(t('access.renamed'));
      }}
      onClose={onClose}
    />
  );
}

/** For who has lost the first link or forgotten the password. */
function LinkUser({ user: { id, name }, onMade, onClose }: OfUser & { readonly onMade: (link: string) => void }) {
  const { t } = useTranslation();
  const make = useAct('post /users/{user}/link', []);
  return (
    <AskDialog
      title={t('users.newLinkTitle', { name })}
      ok={t('users.newLink')}
      onOk={async () => onMade((await make.mutateAsync({ params: { user: id } })).link)}
      onClose={onClose}
    >
      <p>{t('users.newLinkText')}</p>
    </AskDialog>
  );
}

function SwitchUser({ user, onClose }: OfUser) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  // Others may change it while this is open; what is done rests on what was seen.
  const [seen] = useState(user);
  const { id, name, isDisabled } = seen;
  const change = useAct('patch /users/{user}', [...rightsReads, 'get /users/{user}/sessions']);
  return (
    <AskDialog
      title={t(isDisabled ? 'users.enableTitle' : 'users.disableTitle', { name })}
      ok={t(isDisabled ? 'access.enable' : 'access.disable')}
      isDanger={!isDisabled}
      onOk={async () => {
        await change.mutateAsync({ params: { user: id }, body: { isDisabled: !isDisabled }, ifMatch: tagOf(seen) });
        void message.success(t(isDisabled ? 'users.enabled' : 'users.disabled', { name }));
      }}
      onClose={onClose}
    >
      <p>{t(isDisabled ? 'users.enableText' : 'users.disableText')}</p>
    </AskDialog>
  );
}

function DeleteUser({ user: { id, name }, onClose }: OfUser) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const remove = useAct('delete /users/{user}', ['get /users', 'get /groups', 'get /policies']);
  return (
    <AskDialog
      title={t('users.deleteTitle', { name })}
      ok={t('action.delete')}
      isDanger
      onOk={async () => {
        await remove.mutateAsync({ params: { user: id } });
        void message.success(t('users.deleted', { name }));
        await navigate({ to: '/users', search: {} });
      }}
      onClose={onClose}
    >
      <p>{t('users.deleteText')}</p>
    </AskDialog>
  );
}
