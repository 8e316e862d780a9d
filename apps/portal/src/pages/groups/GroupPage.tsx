import { tagOf } from '@pileus/api/client';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Group } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Copyable } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { usePermission } from '../../shell/permission.ts';
import type { AllHeld } from '../access/held.ts';
import { HeldPolicies } from '../access/HeldPolicies.tsx';
import { MayDo } from '../access/MayDo.tsx';
import { rightsReads } from '../policies/rights-reads.ts';
import { GainsPreview } from '../policies/GainsList.tsx';
import { Members } from './Members.tsx';

const route = getRouteApi('/inside/groups/$group');

export default function GroupPage() {
  const { group: id } = route.useParams();
  const group = useRead('get /groups/{group}', { params: { group: id } });
  return <Loaded of={group}>{(data) => <OneGroup group={data} />}</Loaded>;
}

function OneGroup({ group }: { group: Group }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { tab = 'policies' } = route.useSearch();
  const held: AllHeld = { items: group.policies.map((policy) => ({ policy })), isPending: false, isPart: false };
  const principal = { id: group.id, name: group.name, kind: 'group' } as const;
  return (
    <Page
      title={group.name}
      up={{ to: '/groups', title: t('groups.title') }}
      hint={
        <span className="row wrap">
          <Copyable text={group.id} shown /> {group.description && `· ${group.description}`} · {t('common.createdAt')}{' '}
          <Moment at={group.createdAt} />
        </span>
      }
      actions={<GroupActions group={group} />}
    >
      <Tabs
        label={group.name}
        now={tab}
        of={[
          { key: 'policies', title: t('access.policies'), number: group.policies.length || undefined },
          { key: 'members', title: t('groups.members'), number: group.members.length || undefined },
          ...(may('policy.read') ? [{ key: 'may' as const, title: t('access.may') }] : []),
        ]}
      >
        {tab === 'policies' && <HeldPolicies principal={principal} held={held} />}
        {tab === 'members' && <Members group={group} />}
        {tab === 'may' && <MayDo principal={principal} held={held} />}
      </Tabs>
    </Page>
  );
}

function GroupActions({ group }: { group: Group }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<'change' | 'delete'>();
  const change = useAct('patch /groups/{group}', rightsReads);
  const close = () => setAsked(undefined);
  return (
    <>
      {may('group.delete') && (
        <Button danger type="text" icon={<Icon name="trash" size={14} />} onClick={() => setAsked('delete')}>
          {t('action.delete')}
        </Button>
      )}
      {may('group.update') && (
        <Button icon={<Icon name="edit" size={14} />} onClick={() => setAsked('change')}>
          {t('access.change')}
        </Button>
      )}
      {asked === 'change' && (
        <NameDialog
          title={t('groups.changeTitle', { name: group.name })}
          ok={t('action.save')}
          label={t('groups.name')}
          now={group}
          hasDescription
          onSave={async (given, seen) => {
            await change.mutateAsync({ params: { group: group.id }, body: given, ifMatch: seen && tagOf(seen) });
            void message.success(t('groups.saved'));
          }}
          onClose={close}
        />
      )}
      {asked === 'delete' && <DeleteGroup group={group} onClose={close} />}
    </>
  );
}

function DeleteGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const remove = useAct('delete /groups/{group}', ['get /groups', 'get /users', 'get /policies', 'get /me']);
  return (
    <AskDialog
      title={t('groups.deleteTitle', { name: group.name })}
      ok={t('action.delete')}
      isDanger
      width={760}
      onOk={async () => {
        await remove.mutateAsync({ params: { group: group.id } });
        void message.success(t('groups.deleted', { name: group.name }));
        await navigate({ to: '/groups', search: {} });
      }}
      onClose={onClose}
    >
      <p>{t('groups.deleteText')}</p>
      {may('policy.read') && <GainsPreview of={{ change: 'members', group: group.id, members: [] }} />}
    </AskDialog>
  );
}
