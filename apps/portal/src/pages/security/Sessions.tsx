import type { AnswerOf } from '@pileus/api';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import { Bones } from '../../parts/Bones.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

type Session = AnswerOf<'get /me/sessions'>['items'][number];

/** Where one is signed in, how each session was begun, and a way to end it. */
export function Sessions() {
  const { t } = useTranslation();
  const sessions = useRead('get /me/sessions', {});
  const end = useAct('delete /me/sessions/{session}', ['get /me/sessions']);
  const columns: Column<Session>[] = [
    {
      key: 'kind',
      title: t('security.session'),
      long: 'wrap',
      cell: (session) => (
        <div className="main-cell">
          <span className="row">
            {t(`security.sessionKind.${session.kind}`)}
            {session.isCurrent && <span className="tag ok">{t('security.thisOne')}</span>}
          </span>
          <span className="sub">{session.userAgent}</span>
        </div>
      ),
    },
    { key: 'ip', title: t('security.ip'), cell: (session) => <code>{session.ip}</code> },
    {
      key: 'begunBy',
      title: t('security.begunBy'),
      cell: (session) =>
        `${session.method ?? t(`security.by.${session.begunBy}`)}${session.secondFactor ? ` · ${t('security.twoFactors')}` : ''}`,
    },
    { key: 'createdAt', title: t('security.begunAt'), cell: (session) => <Moment at={session.createdAt} /> },
    { key: 'usedAt', title: t('security.usedAt'), cell: (session) => <Moment at={session.usedAt} relative /> },
    {
      key: 'end',
      title: t('security.end'),
      align: 'end',
      cell: (session) =>
        !session.isCurrent && (
          <Button
            size="small"
            disabled={end.isPending}
            aria-label={t('security.endNamed', { ip: session.ip })}
            onClick={() => end.mutate({ params: { session: session.id } })}
          >
            {t('security.end')}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={t('security.sessions')} flush>
      {sessions.isPending && <Bones lines={3} />}
      {(sessions.error ?? end.error) && <ProblemBox error={sessions.error ?? end.error ?? new Error()} />}
      {sessions.data && (
        <Table items={sessions.data.items} columns={columns} rowKey={({ id }) => id} label={t('security.sessions')} />
      )}
    </Panel>
  );
}
