import { App, Modal, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../../api/query.ts';
import type { DeploymentDetail, Drift } from '../../../api/types.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { type Column, Table } from '../../../parts/Listing.tsx';
import { kindTitle } from '../../../parts/problem.ts';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { FieldChanges } from '../plan/Value.tsx';
import { usePlanChange } from './use-plan-change.ts';

/** What the cloud said a moment ago is no answer to what it says now. */
const notKept = { staleTime: 0, gcTime: 0 };
const tones = { gone: 'bad', failed: 'bad', stopped: 'warn', changed: 'busy' } as const;

/**
 * Shows how a deployment differs from what it should be, as its cloud says now. What somebody has changed is put back or
 * accepted, one by one; what is broken is made again, and so are instances that a person picks.
 */
export default function HealDialog({ deployment, onClose }: { deployment: DeploymentDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const params = { deployment: deployment.id };
  const drift = useRead('get /deployments/{deployment}/drift', { params }, notKept);
  const accept = useAct('post /deployments/{deployment}/drift/accept', ['get /deployments/{deployment}/drift']);
  const plan = usePlanChange(deployment.id);
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set());
  const [picked, setPicked] = useState<readonly string[]>(() =>
    deployment.nodeInstances.filter(({ state }) => state === 'error').map(({ node }) => node),
  );
  const found = drift.data?.items ?? [];
  const kept = found.filter(({ resource }) => accepted.has(resource));
  const isMending = kept.length < found.length || picked.length > 0;
  const submit = async () => {
    if (kept.length > 0)
      await accept.mutateAsync({ params, body: { resources: kept.map(({ resource }) => resource) } });
    if (isMending) return plan.make({ action: 'heal', ...(picked.length > 0 && { nodes: [...picked] }) });
    void message.success(t('change.accepted', { count: kept.length }));
    onClose();
  };
  const choose = (resource: string, keep: boolean) =>
    setAccepted((before) => new Set(keep ? [...before, resource] : [...before].filter((one) => one !== resource)));
  return (
    <Modal
      open
      width={820}
      title={t('change.healTitle', { name: deployment.name })}
      onCancel={onClose}
      okText={t(isMending ? 'change.planRepair' : 'change.acceptAll')}
      okButtonProps={{
        disabled: !drift.data || (found.length === 0 && picked.length === 0),
        loading: plan.isPending || accept.isPending,
      }}
      onOk={() => void submit().catch(() => {})}
    >
      <div className="stack" style={{ gap: 14 }}>
        <p className="quiet">{t('change.healHint', { cloud: deployment.account.name })}</p>
        {drift.isFetching && !drift.data && <Bones lines={3} />}
        {drift.error && <ProblemBox error={drift.error} retry={() => void drift.refetch()} />}
        {drift.data && found.length === 0 && (
          <p className="note ok">
            <Icon name="ok" />
            {t('change.noDrift', { count: deployment.resources.length })}
          </p>
        )}
        {found.length > 0 && <Found of={found} accepted={accepted} onChoose={choose} />}
        <label className="stack" style={{ gap: 6 }}>
          {t('change.alsoMend')}
          <Select
            mode="multiple"
            value={[...picked]}
            placeholder={t('change.alsoMendHint')}
            options={deployment.nodeInstances
              .filter(({ state }) => state !== 'deleted')
              .map(({ node, state }) => ({ value: node, label: `${node} · ${t(`state.${state}`)}` }))}
            onChange={setPicked}
          />
        </label>
        {(accept.error ?? plan.error) && <ProblemBox error={(accept.error ?? plan.error) as Error} />}
      </div>
    </Modal>
  );
}

function Found({
  of,
  accepted,
  onChoose,
}: {
  of: readonly Drift[];
  accepted: ReadonlySet<string>;
  onChoose: (resource: string, keep: boolean) => void;
}) {
  const { t } = useTranslation();
  const columns: Column<Drift>[] = [
    {
      key: 'what',
      title: t('plan.what'),
      cell: ({ kind, name, node }) => (
        <div className="main-cell">
          <span>
            {kindTitle(kind, t)} {name}
          </span>
          <code className="sub">{node}</code>
        </div>
      ),
    },
    {
      key: 'is',
      title: t('change.found'),
      long: 'wrap',
      cell: ({ is, native, changes }) => (
        <div className="main-cell">
          <span className={`tag ${tones[is]}`} style={{ width: 'fit-content' }}>
            {t(`change.is.${is}`)}
            {native !== undefined && ` · ${native}`}
          </span>
          {changes.length > 0 && <FieldChanges of={changes} />}
        </div>
      ),
    },
    {
      key: 'do',
      title: t('change.whatToDo'),
      width: 190,
      cell: ({ resource, is }) =>
        is === 'changed' ? (
          <Segmented
            size="small"
            value={accepted.has(resource) ? 'accept' : 'back'}
            options={[
              { value: 'back', label: t('change.putBack') },
              { value: 'accept', label: t('change.accept') },
            ]}
            onChange={(value) => onChoose(resource, value === 'accept')}
          />
        ) : (
          t(is === 'stopped' ? 'change.startAgain' : 'change.makeAgain')
        ),
    },
  ];
  return (
    <div className="panel">
      <Table
        items={of}
        columns={columns}
        rowKey={({ resource, is }) => `${resource} ${is}`}
        label={t('change.found')}
      />
    </div>
  );
}
