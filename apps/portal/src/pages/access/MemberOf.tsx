import { App, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useList, useRead } from '../../api/query.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { usePermission } from '../../shell/permission.ts';
import { GainsPreview } from '../policies/GainsList.tsx';
import { GroupLink } from './NameLinks.tsx';
import { membersAfter, useMove } from './membership.ts';
import type { Named, Principal } from './named.ts';

/** The groups that a user or a service account is in, with ways in and out. */
export function MemberOf({ principal, groups }: { principal: Principal; groups: readonly Named[] }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [joining, setJoining] = useState(false);
  const [leaving, setLeaving] = useState<Named>();
  const mayChange = may('group.update') && may('group.read');
  const join = mayChange && (
    <div>
      <Button icon={<Icon name="plus" size={14} />} onClick={() => setJoining(true)}>
        {t('users.joinGroup')}
      </Button>
    </div>
  );
  const columns: Column<Named>[] = [
    {
      key: 'name',
      title: t('groups.name'),
      text: ({ name }) => name,
      cell: (group) => <GroupLink group={group} />,
    },
    ...(mayChange
      ? [
          {
            key: 'leave',
            title: <span className="visually-hidden">{t('users.leaveGroup')}</span>,
            align: 'end' as const,
            cell: (group: Named) => (
              <Button
                size="small"
                aria-label={t('users.leaveNamed', { name: principal.name, group: group.name })}
                onClick={() => setLeaving(group)}
              >
                {t('users.leaveGroup')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {groups.length > 0 && join}
      <Listing
        of={{ items: groups }}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('access.groups')}
        empty={
          <Nothing icon="group" text={t('users.noGroups')}>
            {join}
          </Nothing>
        }
      />
      {joining && <JoinDialog principal={principal} groups={groups} onClose={() => setJoining(false)} />}
      {leaving && <MoveDialog principal={principal} group={leaving} to="out" onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function JoinDialog({
  principal,
  groups,
  onClose,
}: {
  principal: Principal;
  groups: readonly Named[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Named>();
  const q = useSettled(typed);
  const found = useList('get /groups', q === '' ? {} : { q });
  const isIn = new Set(groups.map(({ id }) => id));
  return (
    <MoveDialog principal={principal} group={chosen} to="in" onClose={onClose}>
      <Select
        showSearch={{ filterOption: false, onSearch: setTyped }}
        aria-label={t('users.group')}
        placeholder={t('users.groupNeeded')}
        style={{ width: '100%' }}
        options={(found.items ?? []).map(({ id, name }) => ({ value: id, label: name, disabled: isIn.has(id) }))}
        onChange={(id: string) => setChosen(found.items?.find((group) => group.id === id))}
      />
    </MoveDialog>
  );
}

/** Puts somebody into a group or takes it out, after showing what it gains or loses. */
function MoveDialog({
  principal,
  group,
  to,
  children,
  onClose,
}: {
  principal: Principal;
  group: Named | undefined;
  to: 'in' | 'out';
  children?: React.ReactNode;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const move = useMove();
  const now = useRead(
    'get /groups/{group}',
    { params: { group: group?.id ?? '' } },
    { enabled: group !== undefined, staleTime: 0 },
  );
  const change = to === 'in' ? { add: [principal.id] } : { remove: [principal.id] };
  const members = now.data && membersAfter(now.data.members, change);
  const names = { name: principal.name, group: group?.name ?? '' };
  return (
    <AskDialog
      title={t(to === 'in' ? 'users.joinTitle' : 'users.leaveTitle', names)}
      ok={t(to === 'in' ? 'action.add' : 'users.leaveGroup')}
      isDanger={to === 'out'}
      isReady={members !== undefined && !now.isFetching}
      width={760}
      onOk={async () => {
        if (!group) return;
        await move(group.id, change);
        void message.success(t(to === 'in' ? 'users.joined' : 'users.left', names));
      }}
      onClose={onClose}
    >
      {children}
      {now.error && <ProblemBox error={now.error} />}
      {group && !members && !now.error && <Bones lines={3} />}
      {group && members && <Preview group={group.id} members={members} />}
    </AskDialog>
  );
}

/** Who may not ask what changes may still be allowed to change it. */
function Preview({ group, members }: { group: string; members: readonly string[] }) {
  const may = usePermission();
  return may('policy.read') && <GainsPreview of={{ change: 'members', group, members: [...members] }} />;
}
