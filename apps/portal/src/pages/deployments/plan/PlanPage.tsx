import '../deployments.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../../api/query.ts';
import type { Plan } from '../../../api/types.ts';
import { moment } from '../../../format/time.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Commands } from '../../../parts/Commands.tsx';
import { Facts } from '../../../parts/Facts.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { useNow } from '../../../parts/Moment.tsx';
import { Loaded, Page } from '../../../parts/Page.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { PlainValue } from '../../../parts/PlainValue.tsx';
import { Simulated } from '../../../parts/Simulated.tsx';
import { drawnPlan } from '../nodes.ts';
import { TagChips } from '../TagChips.tsx';
import { aimChanges, aimOfDeployment, aimOfPlan } from './aims.ts';
import { Approve } from './Approve.tsx';
import { planApi, planCli } from './commands.ts';
import { PlanSteps } from './PlanSteps.tsx';
import { QuotaLines } from './QuotaLines.tsx';
import { QuoteLine } from './QuoteLine.tsx';
import { FieldChanges } from './Value.tsx';

const Topology = lazy(() => import('../../../parts/topology/Topology.tsx'));
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
  const isEmpty = plan.steps.length === 0;
  const changes = useAimChanges(plan);
  const up = plan.deployment
    ? { to: `/deployments/${plan.deployment}`, title: plan.name }
    : { to: '/deployments', title: t('deployments.title') };
  return (
    <Page
      title={titleOf(plan, t)}
      up={up}
      tags={<Simulated when={plan.account.simulated} />}
      hint={
        <span className="row wrap">
          {plan.template.name} {plan.template.version} ({plan.template.variant}) · {plan.account.name} ·{' '}
          {t('plan.expires', { time: moment(plan.expiresAt) })}
          <TagChips of={plan.tags ?? {}} />
        </span>
      }
      actions={<Commands cli={planCli(plan)} api={planApi(plan)} />}
    >
      {expired ? <Expired plan={plan} /> : <Hint isEmpty={isEmpty} />}
      {changes.length > 0 && (
        <Panel title={t('plan.wanted')}>
          <FieldChanges of={changes} />
        </Panel>
      )}
      {!isEmpty && <QuoteLine plan={plan} />}
      {!isEmpty && <QuotaLines plan={plan} />}
      {(!isEmpty || changes.length > 0) && <Approve plan={plan} expired={expired} />}
      {!isEmpty && (
        <Panel
          title={t('plan.steps')}
          aside={<span className="quiet">{t('plan.total', { count: plan.steps.length })}</span>}
          flush
        >
          <PlanSteps plan={plan} node={node} onNode={setNode} />
        </Panel>
      )}
      {!isEmpty && <PlanTopology plan={plan} selected={node} onSelect={setNode} />}
      {plan.called && Object.keys(plan.called.inputs).length > 0 && (
        <Panel title={t('plan.inputs')}>
          <Facts
            lines
            of={Object.entries(plan.called.inputs).map(([name, value]) => [name, <PlainValue key={name} of={value} />])}
          />
        </Panel>
      )}
      {plan.action === 'create' && Object.keys(plan.inputs).length > 0 && (
        <Panel title={t('plan.inputs')}>
          <Facts
            lines
            of={Object.entries(plan.inputs).map(([name, value]) => [name, <PlainValue key={name} of={value} />])}
          />
        </Panel>
      )}
    </Page>
  );
}

function titleOf({ action, name, called }: Plan, t: TFunction): string {
  if (called?.node !== undefined)
    return t('plan.title.calledOperation', { name, operation: called.name, node: called.node });
  return called ? t('plan.title.calledWorkflow', { name, workflow: called.name }) : t(`plan.title.${action}`, { name });
}

/** What this plan wants otherwise than what the deployment is now; nothing for a new one. */
function useAimChanges(plan: Plan) {
  const { t } = useTranslation();
  const id = plan.deployment ?? '';
  const aims = plan.action === 'update' || plan.action === 'scale' || plan.action === 'rollback';
  const deployment = useRead(
    'get /deployments/{deployment}',
    { params: { deployment: id } },
    { enabled: aims && id !== '' },
  );
  if (!aims || !deployment.data) return [];
  return aimChanges(aimOfDeployment(deployment.data), aimOfPlan(plan), { version: t('common.version') });
}

function Hint({ isEmpty }: { isEmpty: boolean }) {
  const { t } = useTranslation();
  return (
    <p className={`note ${isEmpty ? 'ok' : ''}`}>
      <Icon name={isEmpty ? 'ok' : 'info'} />
      {t(isEmpty ? 'plan.nothingToDo' : 'plan.hint')}
    </p>
  );
}

function Expired({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  return (
    <p className="note warn">
      <Icon name="warning" />
      {t('plan.expired')}
      {plan.deployment ? (
        <Link to="/deployments/$deployment" params={{ deployment: plan.deployment }}>
          {t('plan.newPlan')}
        </Link>
      ) : (
        <Link to="/deployments/new" search={{ template: plan.template.id, account: plan.account.id }}>
          {t('plan.newPlan')}
        </Link>
      )}
    </p>
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
  const template = useRead('get /templates/{template}', {
    params: { template: plan.template.id },
    query: { version: plan.template.version },
  });
  const variant = template.data?.variants.find((one) => one.name === plan.template.variant);
  if (!template.data) return template.error ? null : <Bones lines={5} />;
  const nodes = drawnPlan(plan, variant?.nodes ?? []);
  if (nodes.length === 0) return null;
  return (
    <div className="panel selectable">
      <Suspense fallback={<Bones lines={5} />}>
        <Topology nodes={nodes} selected={selected} onSelect={onSelect} height={380} />
      </Suspense>
    </div>
  );
}
