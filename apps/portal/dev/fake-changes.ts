import type { BodyOf } from '@pileus/api';
import type { DeploymentDetail, Drift, Plan, PlannedStep, Revision, Variant } from '../src/api/types.ts';
import { expanded, scalingOf } from './sample-cluster.ts';
import { stepsFor } from './samples.ts';

type Wish = BodyOf<'post /deployments/{deployment}/plans'>;
export type ChangePlan = Pick<Plan, 'steps' | 'scaling' | 'inputs'> & { readonly version: string };

/** What a change of a make-believe deployment would do: a little of everything that a real plan can hold. */
export function changeOf(
  deployment: DeploymentDetail,
  variant: Variant,
  wish: Wish,
  { drift, revisions }: { drift: readonly Drift[]; revisions: readonly Revision[] },
): ChangePlan {
  const { inputs, scaling, template } = deployment;
  const same = { inputs, scaling, version: template.version };
  const servers = deployment.resources.filter(({ kind }) => kind === 'server');
  switch (wish.action) {
    case 'update': {
      const next = { ...inputs, ...wish.inputs };
      const version = wish.version ?? template.version;
      return { inputs: next, scaling, version, steps: updateSteps(deployment, variant, next, version) };
    }
    case 'scale': {
      const next = scalingOf(template.id, wish.counts);
      return { ...same, scaling: next, steps: scaleSteps(variant, scaling, next) };
    }
    case 'heal':
      return { ...same, steps: drift.flatMap((one) => mendingSteps(one)) };
    case 'rollback': {
      const to = revisions.find(({ number }) => number === (wish.revision ?? (deployment.wanted ?? 1) - 1));
      const next = to?.inputs ?? inputs;
      const version = to?.template.version ?? template.version;
      return { inputs: next, scaling, version, steps: updateSteps(deployment, variant, next, version) };
    }
    case 'stop':
    case 'start':
      return {
        ...same,
        steps: servers.map(({ node = '', name }) =>
          step(`${node}.${wish.action}`, node, wish.action, 'server', {
            title: `${wish.action === 'stop' ? 'Stop' : 'Start'} ${name}`,
            why: 'asked',
          }),
        ),
      };
    case 'workflow':
    case 'operation':
    case 'delete':
      return { ...same, steps: [] };
  }
}

function step(
  key: string,
  node: string,
  action: PlannedStep['action'],
  what: string,
  more: Partial<PlannedStep> = {},
): PlannedStep {
  return { key, node, action, what, title: `${what} ${node}`, spec: {}, needs: [], why: 'changed', ...more };
}

function updateSteps(
  { inputs, template, scaling }: DeploymentDetail,
  variant: Variant,
  next: Readonly<Record<string, unknown>>,
  version: string,
): PlannedStep[] {
  const changes = Object.keys(next)
    .filter((field) => next[field] !== inputs[field])
    .map((field) => ({ field, from: inputs[field], to: next[field] }));
  const instances = expanded(variant, scaling);
  const hosts = version === template.version ? [] : instances.filter(({ type }) => type === 'tosca.nodes.Compute');
  const replaced = hosts.flatMap(({ name }, at): PlannedStep[] => {
    const flavor = { field: 'flavor', from: '1核2G', to: '2核4G' };
    if (at === 0) {
      const title = `Change server ${name}`;
      return [step(`${name}.update`, name, 'update', 'server', { title, changes: [flavor] })];
    }
    const image = { field: 'image', from: 'debian-12', to: 'debian-13' };
    return [
      step(`${name}.make`, name, 'replace', 'server', {
        title: `Create server ${name}`,
        spec: { name, flavor: '2核4G', image: 'debian-13', ports: [{ 'known after': [`${name}.port`] }] },
        needs: [`${name}.port`],
        changes: [image, { field: 'ports', from: ['port-1'], to: { 'known after': [`${name}.port`] } }],
      }),
      step(`${name}.port`, name, 'create', 'port', { title: `Create port ${name}`, why: 'replaced' }),
      step(`${name}.gone`, name, 'delete', 'server', {
        title: `Delete server ${name}`,
        needs: [`${name}.make`],
        isReplaced: true,
      }),
    ];
  });
  const scripts = instances
    .filter(({ type }) => type !== 'tosca.nodes.Compute')
    .map(({ name, requires }) =>
      step(`${name}.configure`, name, 'run', 'Standard.configure', {
        title: `Run Standard.configure of ${name}`,
        spec: { title: next['title'], database: { 'known after': ['data.configure'] } },
        needs: requires.map(({ target }) => `${target}.configure`).filter((key) => !key.includes('host')),
        ...(name === 'balancer' ? { ifChanged: true, why: 'replaced' as const } : { changes }),
      }),
    );
  return changes.length === 0 && hosts.length === 0 ? [] : [...replaced, ...scripts];
}

function scaleSteps(variant: Variant, before: Plan['scaling'], after: Plan['scaling']): PlannedStep[] {
  const there = new Set(expanded(variant, before).map(({ name }) => name));
  const wanted = expanded(variant, after);
  const names = new Set(wanted.map(({ name }) => name));
  const fresh = stepsFor({ ...variant, nodes: wanted }).filter(({ node }) => !there.has(node));
  const gone = [...there]
    .filter((name) => !names.has(name) && name.includes('host'))
    .map((name) => step(`${name}.gone`, name, 'delete', 'server', { title: `Delete server ${name}`, why: 'unwanted' }));
  const asked = [...fresh, ...gone];
  if (asked.length === 0) return [];
  return [
    ...asked,
    step(
      'balancer.backends',
      'balancer',
      'run',
      fresh.length > 0 ? 'Configure.add_target' : 'Configure.remove_target',
      {
        title: `Run Configure.${fresh.length > 0 ? 'add_target' : 'remove_target'} of balancer`,
        needs: asked.map(({ key }) => key),
      },
    ),
  ];
}

function mendingSteps({ node, kind, name, is, changes }: Drift): PlannedStep[] {
  if (is === 'stopped') return [step(`${node}.start`, node, 'start', kind, { title: `Start ${name}`, why: 'broken' })];
  if (is === 'changed') {
    const title = `Change ${kind.replace('-', ' ')} ${name}`;
    return [step(`${node}.update`, node, 'update', kind, { title, why: 'drifted', changes: [...changes] })];
  }
  return [
    step(`${node}.make`, node, 'replace', kind, { title: `Create ${kind} ${name}`, why: 'broken' }),
    step(`${node}.configure`, node.replace('_host', ''), 'run', 'Standard.configure', {
      title: `Run Standard.configure of ${node.replace('_host', '')}`,
      why: 'replaced',
      needs: [`${node}.make`],
    }),
  ];
}
