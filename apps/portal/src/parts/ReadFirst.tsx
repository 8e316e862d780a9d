import type { AnswerOf } from '@pileus/api';
import type { Request } from '@pileus/api/client';
import { Modal } from 'antd';
import type { ReactNode } from 'react';
import { type ReadName, useRead } from '../api/query.ts';
import { ProblemBox } from './ProblemBox.tsx';

/**
 * Reads what a dialog is about, when it opens: a list may be old, and what it lists has no version that a change could be
 * bound to.
 */
export function ReadFirst<N extends ReadName>({
  call,
  request,
  title,
  onClose,
  children,
}: {
  call: N;
  request: Request<N>;
  /** Of the dialog. */
  title: string;
  onClose: () => void;
  children: (read: AnswerOf<N>) => ReactNode;
}) {
  const { data, error, isFetchedAfterMount } = useRead(call, request, { staleTime: 0 });
  if (isFetchedAfterMount && data !== undefined) return children(data);
  return (
    <Modal open title={title} footer={null} loading={!error} onCancel={onClose}>
      {error && <ProblemBox error={error} />}
    </Modal>
  );
}
