import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Session } from '../../api/types.ts';
import { Bones } from '../../parts/Bones.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

/** Where one is signed in, how each session was begun, and a way to end it. */
export function Sessions() {
  const { t } = useTranslation();
  const sessions = useRead('get /me/sessions', {});
  const end = useAct('delete /me/sessions/{session}', ['get /me/sessions']);
  return (
    <Panel title={t('security.sessions')} flush>
      {sessions.isPending && <Bones lines={3} />}
      {(sessions.error ?? end.error) && <ProblemBox error={sessions.error ?? end.error ?? new Error()} />}
      {sessions.data && (
        <SessionTable
          of={sessions.data.items}
          onEnd={(session) => end.mutate({ params: { session } })}
          isEnding={end.isPending}
        />
      )}
    </Panel>
  );
}

/** Sessions as rows; with `onEnd` each but the present one can be ended. */
export function SessionTable({
  of,
  onEnd,
  isEnding = false,
}: {
  of: readonly Session[];
  onEnd?: (session: string) => void;
  isEnding?: boolean;
}) {
  const { t } = useTranslation();
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
    ...(onEnd
      ? [
          {
            key: 'end',
            title: t('security.end'),
            align: 'end' as const,
            cell: (session: Session) =>
              !session.isCurrent && (
                <Button
                  size="small"
                  disabled={isEnding}
                  aria-label={t('security.endNamed', { ip: session.ip })}
                  onClick={() => onEnd(session.id)}
                >
                  {t('security.end')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return <Table items={of} columns={columns} rowKey={({ id }) => id} label={t('security.sessions')} />;
}
