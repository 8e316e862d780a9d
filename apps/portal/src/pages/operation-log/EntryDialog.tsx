import { Link } from '@tanstack/react-router';
import { Modal } from 'antd';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '../../api/types.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { StateTag } from '../../parts/StateTag.tsx';

/** All that the operation log says about one thing that was done. */
export function EntryDialog({ entry, onClose }: { entry: AuditRow; onClose: () => void }) {
  const { t } = useTranslation();
  const { before = {}, after = {} } = entry;
  const id = entry.target?.id ?? entry.subject;
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    <Modal open width={640} title={t('log.detail')} footer={null} onCancel={onClose}>
      <Facts
        lines
        of={[
          [t('log.user'), <strong key="user">{entry.user}</strong>],
          [t('log.action'), <code key="action">{entry.action}</code>],
          [t('log.at'), <Moment key="at" at={entry.at} />],
          [t('log.ip'), entry.ip && <code key="ip">{entry.ip}</code>],
          [t('log.result'), <StateTag key="result" state={entry.result === 'ok' ? 'done' : entry.result} />],
          [t('log.code'), entry.code && <code key="code">{entry.code}</code>],
          [t('log.status'), entry.status],
          [t('log.subject'), entry.target?.name],
          [t('log.subjectId'), id !== undefined && <Copyable key="subject" text={id} shown />],
          [
            t('log.project'),
            entry.project && (
              <Link
                key="project"
                to="/operation-log"
                search={(before) => ({ ...before, project: entry.project, row: undefined })}
                title={t('log.sameProject')}
              >
                <code>{entry.project}</code>
              </Link>
            ),
          ],
          [t('log.reason'), entry.reason],
          [t('log.approval'), entry.approval && <Copyable key="approval" text={entry.approval} shown />],
          ...changed.map((key): [string, ReactNode] => [
            t('log.difference', { key }),
            <Fragment key={key}>
              {key in before && <del>{written(before[key])}</del>} {key in after && <ins>{written(after[key])}</ins>}
            </Fragment>,
          ]),
          [t('log.requestId'), <Copyable key="request" text={entry.requestId} shown />],
          [t('log.id'), <Copyable key="id" text={entry.id} shown />],
        ]}
      />
    </Modal>
  );
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
