import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../api/types.ts';
import { useLanguage } from '../../i18n/index.ts';
import type { Column } from '../../parts/Listing.tsx';
import { Lasting, Moment } from '../../parts/Moment.tsx';
import { failureSentence } from '../../parts/problem.ts';
import { RunProgress } from '../../parts/Progress.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { runTitle } from './run-title.ts';

export function useRunColumns(): Column<Run>[] {
  const { t } = useTranslation();
  const language = useLanguage();
  return [
    {
      key: 'what',
      long: 'wrap',
      title: t('runs.what'),
      text: (run) => runTitle(run, t),
      cell: (run) => (
        <div className="main-cell">
          <Link to="/runs/$run" params={{ run: run.id }}>
            {runTitle(run, t)}
          </Link>
          {run.failure ? (
            <span className="sub">{failureSentence(run.failure, language)}</span>
          ) : (
            <code className="sub">{run.id}</code>
          )}
          {run.note !== undefined && <span className="sub">{run.note}</span>}
        </div>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 110,
      text: (run) => run.state,
      cell: (run) => <StateTag state={run.state} of="run" />,
    },
    {
      key: 'steps',
      title: t('deployments.progress'),
      width: 190,
      text: (run) => `${run.done}/${run.total}`,
      cell: (run) => <RunProgress run={run} />,
    },
    {
      key: 'deployment',
      title: t('runs.deployment'),
      text: (run) => run.deployment ?? '',
      cell: (run) =>
        run.deployment && (
          <Link to="/deployments/$deployment" params={{ deployment: run.deployment }}>
            {run.kind.startsWith('deployment.') ? run.title : <code>{run.deployment}</code>}
          </Link>
        ),
    },
    { key: 'actor', title: t('runs.actor'), text: (run) => run.actor, cell: (run) => run.actor },
    {
      key: 'started',
      title: t('runs.started'),
      text: (run) => run.createdAt,
      cell: (run) => <Moment at={run.createdAt} />,
    },
    {
      key: 'duration',
      title: t('runs.duration'),
      width: 110,
      align: 'end',
      cell: (run) => <Lasting from={run.startedAt} to={run.endedAt} />,
    },
  ];
}
