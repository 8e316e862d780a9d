import { App, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { PolicyDetail } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { usePermission } from '../../shell/permission.ts';
import { rightsReads } from './rights-reads.ts';
import { GainsPreview } from './GainsList.tsx';
import { useThings } from './use-things.ts';

type Holder = PolicyDetail['attachedTo'][number];

/** Whom the policy is attached to, and what changes when that is changed. */
export function Attached({ policy }: { policy: PolicyDetail }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [attaching, setAttaching] = useState(false);
  const [leaving, setLeaving] = useState<Holder>();
  const mayAttach = may('policy.attach');
  const columns: Column<Holder>[] = [
    { key: 'name', title: t('policies.principal'), text: ({ name }) => name, cell: ({ name }) => name },
    {
      key: 'kind',
      title: t('policies.kind'),
      text: ({ kind }) => t(`policies.kinds.${kind}`),
      cell: ({ kind }) => t(`policies.kinds.${kind}`),
    },
    ...(mayAttach
      ? [
          {
            key: 'detach',
            title: <span className="visually-hidden">{t('policies.detach')}</span>,
            align: 'end' as const,
            cell: (holder: Holder) => (
              <Button size="small" onClick={() => setLeaving(holder)}>
                {t('policies.detach')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      {mayAttach && (
        <div>
          <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setAttaching(true)}>
            {t('policies.attach')}
          </Button>
        </div>
      )}
      <Listing
        of={{ items: policy.attachedTo }}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('policies.attached')}
        empty={<Nothing icon="user" text={t('policies.attachedToNobody')} />}
      />
      {attaching && <AttachDialog policy={policy} onClose={() => setAttaching(false)} />}
      {leaving && <DetachDialog policy={policy} holder={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function AttachDialog({ policy, onClose }: { policy: PolicyDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [chosen, setChosen] = useState<string>();
  const principals = usePrincipals();
  const attach = useAct('put /policies/{policy}/attachments/{principal}', rightsReads);
  const held = new Set(policy.attachedTo.map(({ id }) => id));
  const save = async () => {
    if (chosen === undefined) return;
    await attach.mutateAsync({ params: { policy: policy.id, principal: chosen } });
    void message.success(t('policies.attachDone'));
  };
  return (
    <AskDialog
      title={t('policies.attachTitle', { name: policy.name })}
      ok={t('policies.attach')}
      isReady={chosen !== undefined}
      width={760}
      onOk={save}
      onClose={onClose}
    >
      <p className="quiet">{t('policies.attachHint')}</p>
      <Select
        showSearch={{ filterOption: false, onSearch: principals.search }}
        aria-label={t('policies.choosePrincipal')}
        placeholder={t('policies.choosePrincipal')}
        style={{ width: '100%' }}
        options={principals.options.map(({ label, options }) => ({
          label,
          options: options.map((option) => ({ ...option, disabled: held.has(option.value) })),
        }))}
        onChange={(value: string) => setChosen(value)}
      />
      {chosen !== undefined && <GainsPreview of={{ change: 'attach', policy: policy.id, principal: chosen }} />}
    </AskDialog>
  );
}

/** Users, groups and service accounts as a picker offers them. */
function usePrincipals() {
  const { t } = useTranslation();
  const [typed, search] = useState('');
  const kinds = ['group', 'user', 'service-account'] as const;
  const things = useThings(typed, kinds);
  const options = kinds.map((kind) => ({
    label: t(`policies.kinds.${kind}`),
    options: things.filter((thing) => thing.kind === kind).map(({ id, name }) => ({ value: id, label: name })),
  }));
  return { search, options: options.filter((group) => group.options.length > 0) };
}

function DetachDialog({ policy, holder, onClose }: { policy: PolicyDetail; holder: Holder; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const detach = useAct('delete /policies/{policy}/attachments/{principal}', rightsReads);
  const save = async () => {
    await detach.mutateAsync({ params: { policy: policy.id, principal: holder.id } });
    void message.success(t('policies.detachDone'));
  };
  return (
    <AskDialog
      title={t('policies.detachTitle', { name: policy.name, principal: holder.name })}
      ok={t('policies.detach')}
      isDanger
      width={760}
      onOk={save}
      onClose={onClose}
    >
      <GainsPreview of={{ change: 'detach', policy: policy.id, principal: holder.id }} />
    </AskDialog>
  );
}
