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
              {data.deployment && (
                <>
                  {' · '}
                  <Link to="/deployments/$deployment" params={{ deployment: data.deployment }}>
                    {data.deployment}
                  </Link>
                </>
              )}
            </span>
          }
        >
          <RunStatus run={data} />
          {data.state === 'failed' && <FailureBox run={data} steps={data.steps} />}
          <Panel title={t('deployment.steps')} flush>
            {data.steps.length > 0 ? <Gantt run={data} /> : <Nothing icon="play" text={t('deployment.noSteps')} />}
          </Panel>
        </Page>
      )}
    </Loaded>
  );
}
