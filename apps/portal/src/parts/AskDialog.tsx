import { Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { ProblemBox } from './ProblemBox.tsx';

interface AskDialogProps {
  readonly title: string;
  /** What the button says that does it. */
  readonly ok: string;
  readonly isDanger?: boolean;
  readonly isReady?: boolean;
  readonly width?: number;
  readonly children: ReactNode;
  readonly onOk: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Says what something means before it is done; stays, with the reason, when it cannot be done. */
export function AskDialog({ title, ok, isDanger, isReady = true, width, children, onOk, onClose }: AskDialogProps) {
  const [problem, setProblem] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onOk();
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      width={width ?? 520}
      title={title}
      onCancel={onClose}
      okText={ok}
      okButtonProps={{ danger: isDanger ?? false, loading: busy, disabled: !isReady }}
      onOk={() => void act()}
    >
      <div className="stack" style={{ paddingTop: 4 }}>
        {children}
        {problem && <ProblemBox error={problem} />}
      </div>
    </Modal>
  );
}
