import { concealed } from '@pileus/model/sealed';
import './deployments.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Select } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useList, useRead } from '../../api/query.ts';
import type { DeploymentDetail, Output, RunDetail } from '../../api/types.ts';
import { useLive } from '../../api/use-live.ts';
import { moment } from '../../format/time.ts';
import { plain, quoted, webAddress } from '../../format/value.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Commands } from '../../parts/Commands.tsx';
import { Copyable, CopyButton } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { useResourceColumns } from '../../parts/resource-columns.tsx';
import { Simulated } from '../../parts/Simulated.tsx';
import { RunningCost } from '../../parts/RunningCost.tsx';
import { SecretValue } from '../../parts/PlainValue.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { ChangeActions } from './change/ChangeActions.tsx';
import { History } from './change/History.tsx';
import { DeleteDeployment } from './DeleteDeployment.tsx';
import { DeploymentFacts } from './DeploymentFacts.tsx';
import { FailureBox } from './FailureBox.tsx';
import { Gantt } from './Gantt.tsx';
import { LogView } from './LogView.tsx';
import { NodeSide, StackSide } from './NodeSide.tsx';
import { drawnInstances } from './nodes.ts';
import { runTitle } from '../runs/run-title.ts';
import { RunStatus } from './RunStatus.tsx';

const Topology = lazy(() => import('../../parts/topology/Topology.tsx'));
const route = getRouteApi('/inside/deployments/$deployment');

export default function DeploymentPage() {
  const { deployment: id } = route.useParams();
  const deployment = useRead('get /deployments/{deployment}', { params: { deployment: id } });
  useLive(`deployment:${id}`);
  return <Loaded of={deployment}>{(data) => <OneDeployment deployment={data} />}</Loaded>;
}

function OneDeployment({ deployment }: { deployment: DeploymentDetail }) {
  const { t } = useTranslation();
  const { tab = 'topology', run: chosenRun } = route.useSearch();
  const runId = chosenRun ?? deployment.run?.id;
  const run = useRead('get /runs/{run}', { params: { run: runId ?? '' } }, { enabled: runId !== undefined });
  /** Of the last run; another one may have been chosen to be looked at. */
  const ownSteps = run.data && run.data.id === deployment.run?.id ? run.data.steps : [];
  const address = deployment.outputs.map((output) => webAddress(output.value)).find((one) => one !== undefined);
  return (
    <Page
      title={deployment.name}
      up={{ to: '/deployments', title: t('deployments.title') }}
      live={deployment.state !== 'deleted'}
      tags={
        <>
          <StateTag state={deployment.state} />
          <Simulated when={deployment.account.simulated} />
        </>
      }
      hint={
        <span className="row wrap">
          <Link to="/templates/$template" params={{ template: deployment.template.id }}>
            {deployment.template.name} {deployment.template.version}
          </Link>
          ·{' '}
          <Link to="/clouds/$account" params={{ account: deployment.account.id }}>
            {deployment.account.name}
          </Link>
          · <Copyable text={deployment.id} shown />
          {deployment.cost && deployment.cost.resources > 0 && (
            <>
              · <RunningCost of={deployment.cost} />
            </>
          )}
        </span>
      }
      actions={
        <>
          <Commands cli={cliOf(deployment)} api={apiOf(deployment)} />
          <ChangeActions deployment={deployment} />
          <DeleteDeployment deployment={deployment} />
        </>
      }
    >
      {deployment.run && (
        <RunStatus run={deployment.run} steps={ownSteps}>
          {address && deployment.state === 'running' && (
            <a className="address" href={address} target="_blank" rel="noreferrer">
              {t('deployment.open', { url: address })} <Icon name="outside" size={14} />
            </a>
          )}
        </RunStatus>
      )}
      {deployment.run?.state === 'failed' && <FailureBox run={deployment.run} steps={ownSteps} canRetry />}
      <Tabs
        label={deployment.name}
        now={tab}
        of={[
          { key: 'topology', title: t('deployment.topology') },
          { key: 'steps', title: t('deployment.steps'), number: run.data?.steps.length },
          { key: 'logs', title: t('deployment.logs') },
          { key: 'outputs', title: t('deployment.outputs'), number: deployment.outputs.length },
          { key: 'resources', title: t('deployment.resources'), number: deployment.resources.length },
          { key: 'history', title: t('change.history') },
          { key: 'details', title: t('deployment.details') },
        ]}
      >
        {tab === 'topology' && <LiveTopology deployment={deployment} run={run.data} />}
        {tab === 'steps' && <Steps deployment={deployment} run={run.data} />}
        {tab === 'logs' && <Logs deployment={deployment} run={run.data} />}
        {tab === 'outputs' && <Outputs of={deployment.outputs} ready={deployment.state === 'running'} />}
        {tab === 'resources' && <Resources deployment={deployment} />}
        {tab === 'history' && <History deployment={deployment} />}
        {tab === 'details' && <DeploymentFacts deployment={deployment} />}
      </Tabs>
    </Page>
  );
}

function LiveTopology({ deployment, run }: { deployment: DeploymentDetail; run: RunDetail | undefined }) {
  const { node } = route.useSearch();
  const navigate = route.useNavigate();
  const select = (id: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, node: id }), replace: true });
  const selected = deployment.nodeInstances.find((instance) => instance.id === node);
  const drawn = drawnInstances(deployment);
  const stack = drawn.some((one) => one.id === node && one.stack)
    ? deployment.nodeInstances.filter(({ template, state }) => template === node && state !== 'deleted')
    : undefined;
  const shown = drawn.some(({ id }) => id === node) ? node : selected?.template;
  return (
    <div className={`panel live-topology selectable ${(selected ?? stack) ? 'with-side' : ''}`}>
      <Suspense fallback={<Bones lines={8} />}>
        <Topology nodes={drawn} selected={shown} onSelect={select} height="max(400px, calc(100vh - 330px))" />
      </Suspense>
      {stack && node && <StackSide node={node} instances={stack} onSelect={select} onClose={() => select(undefined)} />}
      {selected && <NodeSide instance={selected} deployment={deployment} run={run} onClose={() => select(undefined)} />}
    </div>
  );
}

function Steps({ deployment, run }: { deployment: DeploymentDetail; run: RunDetail | undefined }) {
  const { t } = useTranslation();
  const navigate = route.useNavigate();
  const runs = useList('get /runs', { deployment: deployment.id });
  if (!run) return <Bones lines={6} />;
  const choose =
    (runs.items?.length ?? 0) > 1 ? (
      <Select
        value={run.id}
        aria-label={t('deployment.run')}
        popupMatchSelectWidth={false}
        options={
          runs.items?.map((one) => ({ value: one.id, label: `${runTitle(one, t)} · ${moment(one.createdAt)}` })) ?? []
        }
        onChange={(value) => void navigate({ search: (before) => ({ ...before, run: value }), replace: true })}
      />
    ) : undefined;
  return (
    <Panel title={runTitle(run, t)} aside={choose} flush>
      {run.steps.length > 0 ? (
        <Gantt run={run} canRetry={run.id === deployment.run?.id} />
      ) : (
        <Nothing icon="play" text={t('deployment.noSteps')} />
      )}
    </Panel>
  );
}

/** A node may be chosen in the topology, by its id, or here, by its name. */
function Logs({ deployment, run }: { deployment: DeploymentDetail; run: RunDetail | undefined }) {
  const { node, step, run: ofRun } = route.useSearch();
  const instance = deployment.nodeInstances.find((one) => one.id === node || one.node === node);
  const navigate = route.useNavigate();
  return (
    <LogView
      deployment={deployment.id}
      run={deployment.run?.id}
      nodes={[...new Set(deployment.nodeInstances.map((instance) => instance.node))]}
      steps={run?.steps ?? []}
      filter={{ run: ofRun, node: instance?.node, step }}
      onFilter={(filter) => void navigate({ search: (before) => ({ ...before, ...filter }), replace: true })}
    />
  );
}

function Outputs({ of, ready }: { of: readonly Output[]; ready: boolean }) {
  const { t } = useTranslation();
  const columns: Column<Output>[] = [
    {
      key: 'name',
      title: t('common.name'),
      width: '32%',
      cell: (output) => (
        <div className="main-cell">
          <strong style={{ fontWeight: 550 }}>{output.name}</strong>
          {output.description && <span className="sub">{output.description}</span>}
        </div>
      ),
    },
    {
      key: 'value',
      title: t('deployment.value'),
      long: 'wrap',
      cell: (output) => <OutputValue value={output.value} />,
    },
  ];
  return (
    <div className="panel">
      {of.length > 0 ? (
        <Table items={of} columns={columns} rowKey={(output) => output.name} label={t('deployment.outputs')} />
      ) : (
        <Nothing icon="outside" text={t(ready ? 'deployment.noOutputs' : 'deployment.outputsLater')} />
      )}
    </div>
  );
}

function OutputValue({ value }: { value: unknown }) {
  const address = webAddress(value);
  if (value === undefined || value === null) return <span className="quiet">–</span>;
  if (value === concealed) return <SecretValue />;
  if (typeof value === 'object') {
    const text = JSON.stringify(value, undefined, 2);
    return (
      <div className="command">
        <pre className="code">{text}</pre>
        <CopyButton text={text} />
      </div>
    );
  }
  return (
    <Copyable text={plain(value)} shown>
      {address ? (
        <a href={address} target="_blank" rel="noreferrer" className="row">
          {address} <Icon name="outside" size={14} />
        </a>
      ) : (
        <code>{plain(value)}</code>
      )}
    </Copyable>
  );
}

function Resources({ deployment }: { deployment: DeploymentDetail }) {
  const { t } = useTranslation();
  const columns = useResourceColumns('deployment');
  return (
    <div className="panel">
      {deployment.resources.length > 0 ? (
        <Table
          items={deployment.resources}
          columns={columns}
          rowKey={(resource) => resource.id ?? `${resource.kind}/${resource.ref}`}
          label={t('deployment.resources')}
        />
      ) : (
        <Nothing text={t('deployment.noResources')} />
      )}
    </div>
  );
}

function cliOf({ name }: DeploymentDetail): string[] {
  const commands = ['get', 'watch', 'outputs', 'logs -f', 'history', 'drift', 'heal', 'workflow'];
  return [
    ...commands.map((what) => `pileus deployment ${what} ${quoted(name)}`),
    ...['pause', 'resume', 'cancel'].map((what) => `pileus run ${what} ${quoted(name)}`),
  ];
}

function apiOf({ id }: DeploymentDetail): string[] {
  return [
    `GET ${location.origin}/api/v1/deployments/${id}`,
    `GET ${location.origin}/api/v1/events?topics=deployment:${id}`,
    `POST ${location.origin}/api/v1/deployments/${id}/plans`,
    `GET ${location.origin}/api/v1/deployments/${id}/revisions`,
    `GET ${location.origin}/api/v1/deployments/${id}/drift`,
  ];
}
