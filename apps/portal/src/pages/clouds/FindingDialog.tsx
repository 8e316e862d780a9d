import { useNavigate } from '@tanstack/react-router';
import type { AnswerOf } from '@pileus/api';
import { App, Button, Checkbox, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import { plain } from '../../format/value.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Copyable } from '../../parts/Copyable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { usePermission } from '../../shell/permission.ts';

type Looked = AnswerOf<'get /findings/{finding}'>;

/** What the cloud said a moment ago is no answer to what it says now. */
const notKept = { staleTime: 0, gcTime: 0 };

/** Shows what the cloud has of a finding now; a person leaves it alone, or has exactly that deleted. */
export default function FindingDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const finding = useRead('get /findings/{finding}', { params: { finding: id } }, notKept);
  return (
    <Modal
      open
      width={680}
      title={t('finding.title', { name: finding.data?.name ?? '…' })}
      onCancel={onClose}
      footer={null}
    >
      {finding.isPending && <Bones lines={5} />}
      {finding.error && <ProblemBox error={finding.error} retry={() => void finding.refetch()} />}
      {finding.data && (
        <div className="stack" style={{ gap: 16 }}>
          <p>{t(`finding.why.${finding.data.is}`)}</p>
          <Now of={finding.data} />
          <Decision of={finding.data} onClose={onClose} />
        </div>
      )}
    </Modal>
  );
}

function Now({ of: { kind, ref, resource } }: { of: Looked }) {
  const { t } = useTranslation();
  if (!resource) {
    return (
      <p className="note ok">
        <Icon name="ok" />
        {t('finding.gone')}
      </p>
    );
  }
  const details = Object.entries(resource.details).filter(([, value]) => plain(value) !== '');
  return (
    <section className="stack" style={{ gap: 8 }}>
      <h3>{t('finding.now')}</h3>
      <Facts
        lines
        of={[
          [t('cloud.kind'), t(`kind.${kind}`)],
          [t('common.name'), <strong key="name">{resource.name}</strong>],
          [t('cloud.ref'), <Copyable key="ref" text={ref} shown />],
          [t('finding.stateNow'), <StateTag key="state" state={resource.state} />],
          [t('finding.createdAt'), resource.createdAt !== undefined && <Moment key="at" at={resource.createdAt} />],
          ...details.map(([name, value]) => [name, <code key={name}>{plain(value)}</code>] as const),
        ]}
      />
    </section>
  );
}

function Decision({ of, onClose }: { of: Looked; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = usePermission();
  const { message } = App.useApp();
  const [note, setNote] = useState('');
  const [sure, setSure] = useState(false);
  const change = useAct('patch /findings/{finding}', ['get /accounts/{account}/findings']);
  const remove = useAct('post /findings/{finding}/delete', ['get /accounts/{account}/findings', 'get /runs']);
  if (!may('account.update') || of.is === 'adopted' || of.removedAt !== undefined) return null;
  const params = { finding: of.id };
  const name = of.resource?.name ?? of.name;
  const leave = async (ignored: boolean) => {
    await change.mutateAsync({ params, body: { ignored, note: note.trim() } });
    void message.success(t(ignored ? 'finding.left' : 'finding.heeded', { name }));
    onClose();
  };
  const confirm = async () => {
    const { run } = await remove.mutateAsync({ params, body: { name } });
    void message.success(t('finding.deleting', { name }));
    await navigate({ to: '/runs/$run', params: { run } });
  };
  const error = change.error ?? remove.error;
  return (
    <>
      {of.ignored ? (
        <div className="row apart wrap">
          <span className="quiet">
            {t('finding.ignoredBy', { by: of.ignored.by })} {of.ignored.note}
          </span>
          <Button loading={change.isPending} onClick={() => void leave(false).catch(() => {})}>
            {t('finding.heed')}
          </Button>
        </div>
      ) : (
        <div className="row">
          <Input
            value={note}
            maxLength={1000}
            aria-label={t('finding.note')}
            placeholder={t('finding.note')}
            onChange={(event) => setNote(event.target.value)}
          />
          <Button loading={change.isPending} onClick={() => void leave(true).catch(() => {})}>
            {t('finding.leave')}
          </Button>
        </div>
      )}
      {of.resource && (
        <div className="row apart wrap">
          <Checkbox checked={sure} onChange={(event) => setSure(event.target.checked)}>
            {t('finding.deleteCheck', { kind: t(`kind.${of.kind}`) })}
          </Checkbox>
          <Button
            danger
            icon={<Icon name="trash" size={14} />}
            disabled={!sure}
            loading={remove.isPending}
            onClick={() => void confirm().catch(() => {})}
          >
            {t('finding.delete')}
          </Button>
        </div>
      )}
      {error && <ProblemBox error={error} />}
    </>
  );
}
