import { z } from 'zod';
import { ResourceView } from './clouds.ts';
import { endpoint, FailureView, id, page, paging, time } from './endpoint.ts';

/** One line of a plan: something that will be made, run or removed, and where. */
export const PlannedStepView = z.object({
  key: z.string(),
  /** `create` / `delete` a resource, or `run` a TOSCA operation. */
  action: z.enum(['create', 'delete', 'run']),
  node: z.string(),
  /** For resources the kind (`server`); for operations the interface and name (`Standard.create`). */
  what: z.string(),
  title: z.string(),
  /** What it will be made of; values not known before something else exists are `{ "known after": [keys] }`. */
  spec: z.record(z.string(), z.unknown()),
  needs: z.array(z.string()),
});

export const PlanView = z.object({
  id,
  action: z.enum(['create', 'delete']),
  name: z.string(),
  hash: z.string(),
  deployment: id.optional(),
  template: z.object({ id, name: z.string(), version: z.string(), variant: z.string() }),
  account: z.object({ id, name: z.string(), provider: z.string(), simulated: z.boolean() }),
  inputs: z.record(z.string(), z.unknown()),
  /** How many of each kind will be made or removed. */
  counts: z.array(z.object({ what: z.string(), count: z.number() })),
  steps: z.array(PlannedStepView),
  expiresAt: time,
  createdAt: time,
});

export const deploymentStates = ['deploying', 'running', 'failed', 'cancelled', 'deleting', 'deleted'] as const;
export const nodeStates = [
  'initial',
  'creating',
  'created',
  'configuring',
  'configured',
  'starting',
  'started',
  'stopping',
  'stopped',
  'deleting',
  'deleted',
  'error',
] as const;

export const NodeInstanceView = z.object({
  id: z.string(),
  node: z.string(),
  type: z.string(),
  state: z.enum(nodeStates),
  attributes: z.record(z.string(), z.unknown()),
  requires: z.array(z.object({ name: z.string(), target: z.string(), relationship: z.string() })),
  /** Why it is in error. */
  failure: FailureView.optional(),
});

export const runStates = ['queued', 'running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;

export const RunView = z.object({
  id,
  kind: z.string(),
  title: z.string(),
  state: z.enum(runStates),
  /** Steps done, of how many. */
  done: z.number(),
  total: z.number(),
  deployment: id.optional(),
  actor: z.string(),
  createdAt: time,
  startedAt: time.optional(),
  endedAt: time.optional(),
  failure: FailureView.optional(),
});

export const stepStates = ['planned', 'started', 'done', 'failed', 'skipped', 'cancelled', 'undone'] as const;

export const StepView = z.object({
  run: id,
  seq: z.number(),
  key: z.string(),
  name: z.string(),
  node: z.string().optional(),
  state: z.enum(stepStates),
  attempt: z.number(),
  startedAt: time.optional(),
  endedAt: time.optional(),
  failure: FailureView.optional(),
});

export const LogLineView = z.object({
  run: id,
  step: z.string(),
  node: z.string().optional(),
  seq: z.number(),
  at: time,
  stream: z.enum(['out', 'err', 'note']),
  text: z.string(),
});

export const DeploymentView = z.object({
  id,
  name: z.string(),
  state: z.enum(deploymentStates),
  template: z.object({ id, name: z.string(), version: z.string(), variant: z.string() }),
  account: z.object({ id, name: z.string(), provider: z.string(), simulated: z.boolean() }),
  createdBy: z.string(),
  createdAt: time,
  deletedAt: time.optional(),
  /** The run that is changing it, or the last one. */
  run: RunView.optional(),
  nodes: z.number(),
});

export const OutputView = z.object({ name: z.string(), description: z.string().optional(), value: z.unknown() });

export const DeploymentDetail = DeploymentView.extend({
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.array(OutputView),
  nodeInstances: z.array(NodeInstanceView),
  resources: z.array(ResourceView),
});

const deployment = z.object({ deployment: id });
const run = z.object({ run: id });

export const deployments = [
  endpoint({
    method: 'post',
    path: '/plans',
    summary: 'Plan a new deployment: what will be made, and where. Nothing is made yet',
    permission: 'plan.write',
    action: 'PLAN_CREATE',
    body: z.object({
      template: id,
      version: z.string().optional(),
      /** Chosen by the account's provider unless told. */
      variant: z.string().optional(),
      account: id,
      name: z.string().min(1).max(100),
      inputs: z.record(z.string(), z.unknown()).default({}),
    }),
    answer: PlanView,
    status: 201,
    fails: ['invalid', 'not-found', 'name-taken', 'not-supported', 'provider-unreachable', 'credentials-refused'],
  }),
  endpoint({
    method: 'get',
    path: '/plans/{plan}',
    summary: 'A plan',
    permission: 'deployment.read',
    params: z.object({ plan: id }),
    answer: PlanView,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments',
    summary: 'Deployments',
    permission: 'deployment.read',
    query: z.object({
      ...paging,
      state: z.enum(deploymentStates).optional(),
      account: id.optional(),
      template: id.optional(),
      q: z.string().optional(),
    }),
    answer: page(DeploymentView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/deployments',
    summary: 'Carry out a plan: exactly what it showed',
    permission: 'deployment.write',
    action: 'DEPLOYMENT_CREATE',
    body: z.object({
      plan: id,
      /** The plan's hash as it was seen; refused when it differs. */
      hash: z.string(),
    }),
    answer: z.object({ deployment: id, run: id }),
    status: 202,
    fails: ['not-found', 'plan-expired', 'name-taken'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}',
    summary: 'A deployment with its nodes, resources and outputs',
    permission: 'deployment.read',
    params: deployment,
    answer: DeploymentDetail,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}/logs',
    summary: 'The log lines of all runs of a deployment, oldest first',
    permission: 'deployment.read',
    params: deployment,
    query: z.object({
      limit: z.coerce.number<number>().int().min(1).max(5000).default(1000),
      cursor: z.string().optional(),
      node: z.string().optional(),
      run: id.optional(),
    }),
    answer: page(LogLineView),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/deployments/{deployment}/plans',
    summary: 'Plan the deletion of a deployment: what will be removed',
    permission: 'plan.write',
    action: 'PLAN_CREATE',
    params: deployment,
    body: z.object({ action: z.literal('delete') }),
    answer: PlanView,
    status: 201,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'delete',
    path: '/deployments/{deployment}',
    summary: 'Delete a deployment and everything it made',
    permission: 'deployment.write',
    action: 'DEPLOYMENT_DELETE',
    params: deployment,
    answer: z.object({ run: id }),
    status: 202,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'get',
    path: '/runs',
    summary: 'Runs, newest first',
    permission: 'run.read',
    query: z.object({
      ...paging,
      deployment: id.optional(),
      state: z.enum(runStates).optional(),
      active: z.stringbool().optional(),
    }),
    answer: page(RunView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'get',
    path: '/runs/{run}',
    summary: 'A run with its steps',
    permission: 'run.read',
    params: run,
    answer: RunView.extend({ steps: z.array(StepView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/runs/{run}/cancel',
    summary: 'Stop a run; what it has made stays and can be resumed or deleted',
    permission: 'run.operate',
    action: 'RUN_CANCEL',
    params: run,
    answer: RunView,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'post',
    path: '/runs/{run}/resume',
    summary: 'Go on with a failed or cancelled run, from the steps that are not done',
    permission: 'run.operate',
    action: 'RUN_RESUME',
    params: run,
    answer: RunView,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'get',
    path: '/events',
    summary:
      'What changes, live. Topics: `runs`, `deployments`, `run:ID`, `deployment:ID`; replays after Last-Event-ID',
    permission: 'self',
    query: z.object({ topics: z.string(), after: z.string().optional() }),
    answer: z.discriminatedUnion('is', [
      z.object({ is: z.literal('run'), run: RunView }),
      z.object({ is: z.literal('step'), step: StepView }),
      z.object({ is: z.literal('log'), line: LogLineView }),
      z.object({ is: z.literal('node'), deployment: id, node: NodeInstanceView }),
      z.object({ is: z.literal('deployment'), deployment: DeploymentView }),
    ]),
    stream: true,
    fails: ['invalid', 'not-found'],
  }),
] as const;
