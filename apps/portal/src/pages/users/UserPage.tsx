import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api/query.ts';
import type { User } from '../../api/types.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { usePermission } from '../../shell/permission.ts';
import { useHeld } from '../access/held.ts';
import { HeldPolicies } from '../access/HeldPolicies.tsx';
import { MayDo } from '../access/MayDo.tsx';
import { MemberOf } from '../access/MemberOf.tsx';
import { Usable } from '../access/Usable.tsx';
import { UserActions } from './UserActions.tsx';
import { UserSessions } from './UserSessions.tsx';

const route = getRouteApi('/inside/users/$user');

export default function UserPage() {
  const { user: id } = route.useParams();
  const user = useRead('get /users/{user}', { params: { user: id } });
  return <Loaded of={user}>{(data) => <OneUser user={data} />}</Loaded>;
}

function OneUser({ user }: { user: User }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { tab = 'policies' } = route.useSearch();
  const me = useRead('get /me', {});
  const held = useHeld(user);
  const principal = { id: user.id, name: user.name, kind: 'user' } as const;
  const isMe = user.id === me.data?.id;
  return (
    <Page
      title={user.name}
      up={{ to: '/users', title: t('users.title') }}
      tags={
        <>
          <Usable isDisabled={user.isDisabled} />
          {isMe && <span className="chip">{t('users.you')}</span>}
        </>
      }
      hint={<Copyable text={user.id} shown />}
      actions={<UserActions user={user} isMe={isMe} />}
    >
      <Panel>
        <Facts
          of={[
            [t('users.lastSeen'), user.lastSeen ? <Moment at={user.lastSeen} relative /> : '–'],
            [t('users.password'), user.hasPassword ? t('users.isSet') : t('users.noPasswordHint')],
            [t('users.secondFactor'), t(user.hasSecondFactor ? 'users.isSet' : 'users.isNotSet')],
            [t('common.createdAt'), <Moment key="at" at={user.createdAt} />],
          ]}
        />
      </Panel>
      <Tabs
        label={user.name}
        now={tab}
        of={[
          { key: 'policies', title: t('access.policies'), number: held.items.length || undefined },
          { key: 'groups', title: t('access.groups'), number: user.groups.length || undefined },
          ...(may('policy.read') ? [{ key: 'may' as const, title: t('access.may') }] : []),
          { key: 'sessions', title: t('users.sessions') },
        ]}
      >
        {tab === 'policies' && <HeldPolicies principal={principal} held={held} />}
        {tab === 'groups' && <MemberOf principal={principal} groups={user.groups} />}
        {tab === 'may' && <MayDo principal={principal} held={held} isDisabled={user.isDisabled} />}
        {tab === 'sessions' && <UserSessions user={user} />}
      </Tabs>
    </Page>
  );
}
