import './deployments.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Plan } from '../../api/types.ts';
import { moment } from '../../format/time.ts';
import { plain, quoted } from '../../format/value.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Commands } from '../../parts/Commands.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { useNow } from '../../parts/Moment.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { Simulated } from '../../parts/Simulated.tsx';
import { usePermission } from '../../shell/permission.ts';
import { drawnPlan, nodeOf } from './nodes.ts';
import { Counts, PlannedSteps } from './PlannedSteps.tsx';

const Topology = lazy(() => import('../../parts/topology/Topology.tsx'));
const route = getRouteApi('/inside/plans/$plan');

export default function PlanPage() {
  const { plan: id } = route.useParams();
  const plan = useRead('get /plans/{plan}', { params: { plan: id } });
  return <Loaded of={plan}>{(data) => <OnePlan plan={data} />}</Loaded>;
}

function OnePlan({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const expired = Date.parse(plan.expiresAt) < now;
  const [node, setNode] = useState<string>();
  const steps = node ? plan.steps.filter((step) => nodeOf(step.node) === node) : plan.steps;
  return (
    <Page
      title={t(plan.action === 'create' ? 'plan.title' : 'plan.deleteTitle', { name: plan.name })}
      up={{ to: '/deployments', title: t('deployments.title') }}
      tags={<Simulated when={plan.account.simulated} />}
      hint={
        <span className="row wrap">
          {plan.template.name} {plan.template.version} ({plan.template.variant}) · {plan.account.name} ·{' '}
          {t('plan.expires', { time: moment(plan.expiresAt) })}
        </span>
      }
      actions={
        <>
          <Commands cli={cliOf(plan)} api={apiOf(plan)} />
          {plan.action === 'create' && <Apply plan={plan} expired={expired} />}
        </>
      }
    >
      {expired ? (
        <p className="note warn">
          <Icon name="warning" />
          {t('plan.expired')}
          {plan.action === 'create' && (
            <Link to="/deployments/new" search={{ template: plan.template.id, account: plan.account.id }}>
              {t('plan.newPlan')}
            </Link>
          )}
        </p>
      ) : (
        <p className="note">
          <Icon name="info" />
          {t('plan.hint')}
        </p>
      )}
      <Counts plan={plan} />
      <PlanTopology plan={plan} selected={node} onSelect={setNode} />
      <Panel
        title={node ? t('plan.stepFilter', { node }) : t('plan.steps')}
        aside={<span className="quiet">{t('plan.total', { count: steps.length })}</span>}
        flush
      >
        <PlannedSteps steps={steps} />
      </Panel>
      {Object.keys(plan.inputs).length > 0 && (
        <Panel title={t('plan.inputs')}>
          <Facts
            lines
            of={Object.entries(plan.inputs).map(([name, value]) => [name, <code key={name}>{plain(value)}</code>])}
          />
        </Panel>
      )}
    </Page>
  );
}

function PlanTopology({
  plan,
  selected,
  onSelect,
}: {
  plan: Plan;
  selected: string | undefined;
  onSelect: (node: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const template = useRead('get /templates/{template}', {
    params: { template: plan.template.id },
    query: { version: plan.template.version },
  });
  const variant = template.data?.variants.find((one) => one.name === plan.template.variant);
  if (!template.data) return template.error ? null : <Bones lines={5} />;
  const nodes = drawnPlan(plan.steps, variant?.nodes ?? [], (count) => t('plan.total', { count }));
  if (nodes.length === 0) return null;
  return (
    <div className="panel selectable">
      <Suspense fallback={<Bones lines={5} />}>
        <Topology nodes={nodes} selected={selected} onSelect={onSelect} height={380} />
      </Suspense>
    </div>
  );
}

function Apply({ plan, expired }: { plan: Plan; expired: boolean }) {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = route.useNavigate();
  const apply = useAct('post /deployments', ['get /deployments', 'get /runs']);
  if (!may('deployment.write')) return null;
  const start = async () => {
    const { deployment } = await apply.mutateAsync({ body: { plan: plan.id, hash: plan.hash } });
    await navigate({ to: '/deployments/$deployment', params: { deployment }, search: {} });
  };
  return (
    <div className="stack" style={{ gap: 8, alignItems: 'flex-end' }}>
      <Button
        type="primary"
        icon={<Icon name="play" size={14} />}
        disabled={expired}
        loading={apply.isPending}
        onClick={() => void start().catch(() => {})}
      >
        {t('plan.apply')}
      </Button>
      {apply.error && <ProblemBox error={apply.error} />}
    </div>
  );
}

function cliOf(plan: Plan): string[] {
  const inputs = Object.entries(plan.inputs).map(([name, value]) =>
    typeof value === 'object'
      ? `--set-json ${quoted(`${name}=${JSON.stringify(value)}`)}`
      : `--set ${quoted(`${name}=${plain(value)}`)}`,
  );
  return [
    [
      'pileus deployment create',
      `--name ${quoted(plan.name)}`,
      `--template ${quoted(plan.template.name)}`,
      `--account ${quoted(plan.account.name)}`,
      ...inputs,
    ].join(' \\\n  '),
  ];
}

function apiOf(plan: Plan): string[] {
  return [`POST ${location.origin}/api/v1/deployments`, JSON.stringify({ plan: plan.id, hash: plan.hash })];
}
