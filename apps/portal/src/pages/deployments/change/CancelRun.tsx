import { App, Button, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/query.ts';
import type { Run } from '../../../api/types.ts';
import { Icon } from '../../../parts/Icon.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';

/** Cancels a run: what it has done stays as it is, or is put back as it was. */
export function CancelRun({ run }: { run: Run }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Icon name="stop" size={14} />} onClick={() => setOpen(true)}>
        {t('change.cancel')}
      </Button>
      {open && <CancelDialog run={run} onClose={() => setOpen(false)} />}
    </>
  );
}

function CancelDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [undo, setUndo] = useState(false);
  const cancel = useAct('post /runs/{run}/cancel', ['get /runs/{run}', 'get /deployments/{deployment}', 'get /runs']);
  const cannotUndo =
    run.deployment === undefined || !run.kind.startsWith('deployment.') || run.kind === 'deployment.delete';
  const confirm = async () => {
    await cancel.mutateAsync({ params: { run: run.id }, body: { undo } });
    void message.success(t(undo ? 'change.undoing' : 'change.cancelling'));
    onClose();
  };
  return (
    <Modal
      open
      title={t('change.cancelTitle')}
      onCancel={onClose}
      cancelText={t('change.goOn')}
      okText={t('change.cancel')}
      okButtonProps={{ danger: true, loading: cancel.isPending }}
      onOk={() => void confirm().catch(() => {})}
    >
      <div className="stack" style={{ gap: 12 }}>
        <p>{t('change.cancelText')}</p>
        <Radio.Group
          className="stack"
          style={{ gap: 10 }}
          value={undo}
          onChange={(event) => setUndo(event.target.value === true)}
          options={[
            {
              value: false,
              label: <Choice title={t('change.keep')} text={t('change.keepText')} />,
            },
            {
              value: true,
              disabled: cannotUndo,
              label: (
                <Choice
                  title={t('change.undo')}
                  text={t(
                    cannotUndo
                      ? 'change.cannotUndo'
                      : run.kind === 'deployment.create'
                        ? 'change.undoCreateText'
                        : 'change.undoText',
                  )}
                />
              ),
            },
          ]}
        />
        {cancel.error && <ProblemBox error={cancel.error} />}
      </div>
    </Modal>
  );
}

function Choice({ title, text }: { title: string; text: string }) {
  return (
    <span className="main-cell">
      <strong style={{ fontWeight: 550 }}>{title}</strong>
      <span className="sub">{text}</span>
    </span>
  );
}
