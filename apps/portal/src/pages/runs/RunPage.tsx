import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api/query.ts';
import { useLive } from '../../api/use-live.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { FailureBox } from '../deployments/FailureBox.tsx';
import { Gantt } from '../deployments/Gantt.tsx';
import { RunStatus } from '../deployments/RunStatus.tsx';
import { runTitle } from './run-title.ts';

const route = getRouteApi('/inside/runs/$run');

export default function RunPage() {
  const { t } = useTranslation();
  const { run: id } = route.useParams();
  const run = useRead('get /runs/{run}', { params: { run: id } });
  const of = run.data?.deployment;
  const deployment = useRead(
    'get /deployments/{deployment}',
    { params: { deployment: of ?? '' } },
    { enabled: of !== undefined },
  );
  /** A run after which there was another one cannot go on. */
  const isLast = of === undefined || deployment.data?.run?.id === id;
  useLive(`run:${id}`);
  return (
    <Loaded of={run}>
      {(data) => (
        <Page
          title={runTitle(data, t)}
          up={{ to: '/runs', title: t('runs.title') }}
          live={data.endedAt === undefined}
          tags={<StateTag state={data.state} of="run" />}
          hint={
            <span className="row wrap">
              <Copyable text={data.id} shown /> · {data.actor}
              {data.note !== undefined && <> · {data.note}</>}
              {data.deployment && (
                <>
                  {' · '}
                  <Link to="/deployments/$deployment" params={{ deployment: data.deployment }}>
                    {deployment.data?.name ?? data.deployment}
                  </Link>
                </>
              )}
            </span>
          }
        >
          <RunStatus run={data} steps={data.steps} isLast={isLast} />
          {data.state === 'failed' && <FailureBox run={data} steps={data.steps} canRetry={isLast} />}
          <Panel title={t('deployment.steps')} flush>
            {data.steps.length > 0 ? (
              <Gantt run={data} canRetry={isLast} />
            ) : (
              <Nothing icon="play" text={t('deployment.noSteps')} />
            )}
          </Panel>
        </Page>
      )}
    </Loaded>
  );
}
