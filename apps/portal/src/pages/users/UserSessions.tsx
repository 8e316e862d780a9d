import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { User } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { usePermission } from '../../shell/permission.ts';
import { SessionTable } from '../security/Sessions.tsx';

/** Where a user is signed in, with ways to end that; and for who has lost them, to take away second factors. */
export function UserSessions({ user }: { user: User }) {
  const { t } = useTranslation();
  const may = usePermission();
  const params = { user: user.id };
  const sessions = useRead('get /users/{user}/sessions', { params });
  const end = useAct('delete /users/{user}/sessions/{session}', ['get /users/{user}/sessions', 'get /users/{user}']);
  const [asked, setAsked] = useState<'end' | 'reset'>();
  const mayChange = may('user.update');
  const count = sessions.data?.items.length ?? 0;
  const error = sessions.error ?? end.error;
  return (
    <>
      {mayChange && (count > 0 || user.hasSecondFactor) && (
        <div className="row wrap">
          {count > 0 && (
            <Button icon={<Icon name="out" size={14} />} onClick={() => setAsked('end')}>
              {t('users.endAll')}
            </Button>
          )}
          {user.hasSecondFactor && (
            <Button danger icon={<Icon name="key" size={14} />} onClick={() => setAsked('reset')}>
              {t('users.resetFactors')}
            </Button>
          )}
        </div>
      )}
      {error && <ProblemBox error={error} />}
      <Panel flush>
        {sessions.isPending && <Bones lines={3} />}
        {sessions.data && count === 0 && <Nothing icon="screen" text={t('users.noSessions')} />}
        {sessions.data && count > 0 && (
          <SessionTable
            of={sessions.data.items}
            {...(mayChange && {
              onEnd: (session: string) => end.mutate({ params: { ...params, session } }),
              isEnding: end.isPending,
            })}
          />
        )}
      </Panel>
      {asked === 'end' && <EndAll user={user} onClose={() => setAsked(undefined)} />}
      {asked === 'reset' && <ResetFactors user={user} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function EndAll({ user: { id, name }, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const end = useAct('delete /users/{user}/sessions', [
    'get /users/{user}/sessions',
    'get /users/{user}',
    'get /users',
  ]);
  return (
    <AskDialog
      title={t('users.endAllTitle', { name })}
      ok={t('users.endAll')}
      isDanger
      onOk={async () => {
        await end.mutateAsync({ params: { user: id } });
        void message.success(t('users.endedAll', { name }));
      }}
      onClose={onClose}
    >
      <p>{t('users.endAllText')}</p>
    </AskDialog>
  );
}

function ResetFactors({ user: { id, name }, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const reset = useAct('delete /users/{user}/factors', [
    'get /users/{user}/sessions',
    'get /users/{user}',
    'get /users',
  ]);
  return (
    <AskDialog
      title={t('users.resetFactorsTitle', { name })}
      ok={t('users.resetFactors')}
      isDanger
      onOk={async () => {
        await reset.mutateAsync({ params: { user: id } });
        void message.success(t('users.factorsReset', { name }));
      }}
      onClose={onClose}
    >
      <p>{t('users.resetFactorsText')}</p>
    </AskDialog>
  );
}
