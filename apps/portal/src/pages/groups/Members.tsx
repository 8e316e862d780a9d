import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Group } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { usePermission } from '../../shell/permission.ts';
import { PrincipalLink } from '../access/PrincipalLink.tsx';
import { membersAfter, useMove } from '../access/membership.ts';
import { GainsPreview } from '../policies/GainsList.tsx';
import { AddMembers } from './AddMembers.tsx';

type Member = Group['members'][number];

/** Who is in a group; what somebody gains or loses by coming or going is shown before it happens. */
export function Members({ group }: { group: Group }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member>();
  const mayChange = may('group.update');
  const add = mayChange && (may('user.read') || may('service-account.read')) && (
    <div>
      <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setAdding(true)}>
        {t('groups.addMembers')}
      </Button>
    </div>
  );
  const columns: Column<Member>[] = [
    {
      key: 'name',
      title: t('common.name'),
      text: ({ name }) => name,
      cell: (member) => <PrincipalLink principal={member} />,
    },
    {
      key: 'kind',
      title: t('policies.kind'),
      text: ({ kind }) => t(`policies.kinds.${kind}`),
      cell: ({ kind }) => t(`policies.kinds.${kind}`),
    },
    ...(mayChange
      ? [
          {
            key: 'remove',
            title: <span className="visually-hidden">{t('groups.remove')}</span>,
            align: 'end' as const,
            cell: (member: Member) => (
              <Button
                size="small"
                aria-label={t('groups.removeNamed', { name: member.name })}
                onClick={() => setLeaving(member)}
              >
                {t('groups.remove')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {group.members.length > 0 && add}
      <Listing
        of={{ items: group.members }}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('groups.members')}
        empty={
          <Nothing icon="group" text={t('groups.noMembers')}>
            {add}
          </Nothing>
        }
      />
      {adding && <AddMembers group={group} onClose={() => setAdding(false)} />}
      {leaving && <RemoveMember group={group} member={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function RemoveMember({ group, member, onClose }: { group: Group; member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { message } = App.useApp();
  const move = useMove();
  const change = { remove: [member.id] };
  return (
    <AskDialog
      title={t('groups.removeTitle', { name: member.name, group: group.name })}
      ok={t('groups.remove')}
      isDanger
      width={760}
      onOk={async () => {
        await move(group.id, change);
        void message.success(t('groups.changed', { name: group.name }));
      }}
      onClose={onClose}
    >
      {may('policy.read') && (
        <GainsPreview of={{ change: 'members', group: group.id, members: membersAfter(group.members, change) }} />
      )}
    </AskDialog>
  );
}
