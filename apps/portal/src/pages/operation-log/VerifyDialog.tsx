import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '@pileus/api';
import { useRead } from '../../api/query.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Copyable } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

type Verified = AnswerOf<'get /audit/verify'>;

/** Whether the operation log is whole, and where not. */
export default function VerifyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  // Read anew each time: an answer of before says nothing about now.
  const verified = useRead('get /audit/verify', {}, { staleTime: 0, gcTime: 0 });
  return (
    <Modal open width={720} title={t('log.verifyTitle')} footer={null} onCancel={onClose}>
      <div className="stack" style={{ gap: 16 }}>
        <p className="quiet">{t('log.verifyHint')}</p>
        {verified.error && <ProblemBox error={verified.error} retry={() => void verified.refetch()} />}
        {verified.isPending && <Bones lines={3} />}
        {verified.data && <Outcome of={verified.data} />}
      </div>
    </Modal>
  );
}

function Outcome({ of: { ok, rows, broken, head } }: { of: Verified }) {
  const { t } = useTranslation();
  const columns: Column<Verified['broken'][number]>[] = [
    { key: 'number', title: t('log.number'), cell: ({ number }) => number },
    { key: 'is', title: t('log.is'), cell: ({ is }) => <span className="tag bad">{t(`log.${is}`)}</span> },
    { key: 'at', title: t('log.at'), cell: ({ at }) => (at ? <Moment at={at} /> : t('log.atEnd')) },
    { key: 'id', title: t('log.id'), cell: ({ id }) => id && <Copyable text={id} /> },
  ];
  return (
    <>
      <div className={`note ${ok ? 'ok' : 'warn'}`} role="status">
        <Icon name={ok ? 'ok' : 'warning'} />
        <strong>{ok ? t('log.whole', { rows }) : t('log.broken', { count: broken.length })}</strong>
      </div>
      {broken.length > 0 && (
        <div className="panel">
          <Table items={broken} columns={columns} rowKey={({ number }) => String(number)} label={t('log.is')} />
        </div>
      )}
      <div className="stack" style={{ gap: 6 }}>
        <span>{t('log.head', { number: head.number })}</span>
        <Copyable text={head.digest} shown>
          <code style={{ overflowWrap: 'anywhere' }}>{head.digest}</code>
        </Copyable>
        <p className="quiet">{t('log.headHint')}</p>
      </div>
    </>
  );
}
