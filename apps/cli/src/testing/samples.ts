import type { AnswerOf } from '@pileus/api';

type Deployment = AnswerOf<'get /deployments/{deployment}'>;
type Plan = AnswerOf<'get /plans/{plan}'>;
type PlannedStep = Plan['steps'][number];
type Run = AnswerOf<'get /runs/{run}'>;
type Step = Run['steps'][number];

export const at = '2026-11-22T10:00:00.000Z';

export const account: AnswerOf<'get /accounts/{account}'> = {
  id: 'acc-000000000001',
  name: 'lab',
  description: '',
  provider: 'openstack',
  simulated: false,
  settings: { url: 'http://127.0.0.1:5000/v3', user: 'demo' },
  hidden: ['password'],
  secrets: {},
  health: { is: 'ok', checkedAt: at, checks: [] },
  createdAt: at,
  resources: 3,
};

export const provider: AnswerOf<'get /providers'>['items'][number] = {
  id: 'openstack',
  title: { en: 'OpenStack', 'zh-CN': 'OpenStack' },
  category: 'private',
  simulated: false,
  account: {
    type: 'object',
    properties: {
      url: { type: 'string', title: { en: 'Keystone URL', 'zh-CN': '认证服务 URL' } },
      user: { type: 'string', title: 'User' },
      password: { type: 'string', title: 'Password', secret: true },
      verify: { type: 'boolean', default: true },
      clientOptions: { type: 'object', default: {} },
    },
    required: ['url', 'user', 'password', 'verify', 'clientOptions'],
  },
};

export const template: AnswerOf<'get /templates/{template}'> = {
  id: 'tpl-000000000001',
  name: 'three-tier-web',
  title: { en: '3-Tier Web Server w/ LB', 'zh-CN': '三层 Web 服务器（含负载均衡）' },
  description: { en: 'A balancer, two web servers and a data tier', 'zh-CN': '负载均衡、两台 Web 服务器和数据层' },
  preset: true,
  version: '1.0.0',
  versions: ['1.0.0'],
  providers: ['local', 'openstack'],
  createdAt: at,
  deployments: 0,
  files: [{ path: 'iaas.yaml', bytes: 100 }],
  variants: [
    {
      name: 'local',
      entry: 'local.yaml',
      providers: ['local'],
      inputs: { type: 'object', properties: {} },
      nodes: [],
      outputs: [],
    },
    {
      name: 'iaas',
      entry: 'iaas.yaml',
      providers: ['openstack'],
      inputs: {
        type: 'object',
        properties: {
          web_port: { type: 'integer', default: 8080 },
          cidr: { type: 'string' },
          flavor: { type: 'string', default: 'm1.small' },
        },
        required: ['cidr'],
      },
      nodes: [{ name: 'web', type: 'tosca.nodes.Compute', requires: [] }],
      outputs: [{ name: 'url' }],
    },
  ],
};

const made = {
  template: { id: template.id, name: template.name, version: '1.0.0', variant: 'iaas' },
  account: { id: account.id, name: account.name, provider: account.provider, simulated: false },
};

export const plan: Plan = {
  id: 'plan-000000000001',
  action: 'create',
  name: '商店',
  hash: 'sha256-abc',
  ...made,
  inputs: {},
  scaling: [],
  counts: [{ action: 'create', what: 'server', count: 1 }],
  steps: [
    {
      key: 'net',
      action: 'create',
      node: 'net',
      what: 'network',
      title: 'Create network net',
      spec: {},
      needs: [],
      why: 'new',
    },
    {
      key: 'web',
      action: 'create',
      node: '网页',
      what: 'server',
      title: 'Create server web',
      spec: {},
      needs: ['net'],
      why: 'new',
    },
  ],
  expiresAt: at,
  createdAt: at,
};

export const aStep = (changed: Partial<Step> = {}): Step => ({
  run: 'run-000000000001',
  seq: 1,
  key: 'web',
  name: 'Create server web',
  state: 'started',
  attempt: 1,
  startedAt: at,
  ...changed,
});

export const aRun = (changed: Partial<Run> = {}): Run => ({
  id: 'run-000000000001',
  kind: 'deployment.create',
  title: 'Create 商店',
  state: 'running',
  done: 0,
  total: 2,
  deployment: 'dep-000000000001',
  actor: 'admin',
  createdAt: at,
  startedAt: at,
  steps: [],
  ...changed,
});

export const deployment: Deployment = {
  id: 'dep-000000000001',
  name: '商店',
  state: 'running',
  ...made,
  createdBy: 'admin',
  createdAt: at,
  tags: {},
  nodes: 1,
  run: aRun({ state: 'succeeded', done: 2, endedAt: at }),
  inputs: {},
  scaling: [],
  outputs: [{ name: 'url', value: 'http://172.24.4.10' }],
  nodeInstances: [
    {
      id: 'web-1',
      node: 'web',
      template: 'web',
      index: 0,
      type: 'tosca.nodes.Compute',
      state: 'started',
      attributes: {},
      requires: [],
    },
  ],
  resources: [
    { kind: 'server', name: 'web', state: 'running', native: 'ACTIVE', account: account.id, details: {}, ref: 'i-1' },
  ],
};

/** A deployment with a web tier of two that can be scaled. */
export const shop: Deployment = {
  ...deployment,
  name: 'shop',
  inputs: { cidr: '10.0.0.0/24', web_port: 8080 },
  scaling: [{ node: 'web', count: 2, min: 1, max: 5, members: ['web', 'site'] }],
  wanted: 3,
  revision: 3,
};

/** A change of {@link shop} with every kind of step. */
export const change: Plan = {
  ...plan,
  action: 'update',
  name: 'shop',
  deployment: shop.id,
  inputs: { cidr: '10.0.0.0/24', web_port: 80 },
  scaling: [{ node: 'web', count: 3, min: 1, max: 5, members: ['web', 'site'] }],
  counts: [
    { action: 'run', what: 'script', count: 1 },
    { action: 'create', what: 'server', count: 1 },
    { action: 'update', what: 'volume', count: 1 },
    { action: 'replace', what: 'port', count: 1 },
  ],
  steps: [
    aPlannedStep({ key: 'web-3', node: 'web-3', what: 'server', title: 'Create server web-3' }),
    aPlannedStep({
      action: 'update',
      what: 'volume',
      title: 'Change volume data',
      why: 'drifted',
      changes: [{ field: 'gigabytes', from: 10, to: 20 }],
    }),
    aPlannedStep({
      action: 'replace',
      what: 'port',
      title: 'Replace port front',
      why: 'changed',
      changes: [{ field: 'network', from: 'net-1', to: { 'known after': ['net'] } }],
    }),
    aPlannedStep({ action: 'delete', what: 'port', title: 'Delete port front', why: 'changed', isReplaced: true }),
    aPlannedStep({
      action: 'run',
      what: 'Standard.configure',
      title: 'Run Standard.configure of site-1',
      why: 'changed',
      ifChanged: true,
    }),
  ],
};

function aPlannedStep(told: Partial<PlannedStep>): PlannedStep {
  return { key: 'key', action: 'create', node: 'node', what: '', title: '', spec: {}, needs: [], why: 'new', ...told };
}
