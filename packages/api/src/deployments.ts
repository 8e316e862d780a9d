import { changeActions } from '@pileus/model';
import { z } from 'zod';
import { ResourceView } from './clouds.ts';
import { QuoteView, RunningCostView, StepPriceView } from './cost.ts';
import { AskedQuotaView } from './quotas.ts';
import { NewTags, TagChanges, tagSought, TagsView } from './tags.ts';
import { Because, endpoint, FailureView, id, JsonSchema, page, paging, time } from './endpoint.ts';

/** What differs in one field; values not known before something else exists are `{ "known after": [keys] }`. */
export const FieldChangeView = z.object({
  field: z.string(),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
});

/** One line of a plan: something that will be made, changed, run or removed, and where. */
export const PlannedStepView = z.object({
  key: z.string(),
  /**
   * What happens with a resource (`replace`: another one takes its place), or `run` a TOSCA operation; in workflows also
   * saying what `state` a node is in, and to `check` conditions.
   */
  action: z.enum(['create', 'update', 'replace', 'delete', 'start', 'stop', 'run', 'state', 'check']),
  node: z.string(),
  /** For resources the kind (`server`); for operations the interface and name (`Standard.create`); the state. */
  what: z.string(),
  title: z.string(),
  /** What it will be made of; values not known before something else exists are `{ "known after": [keys] }`. */
  spec: z.record(z.string(), z.unknown()),
  needs: z.array(z.string()),
  why: z.enum(['new', 'unfinished', 'changed', 'broken', 'drifted', 'replaced', 'unwanted', 'asked']),
  /** What is different from what there is now. */
  changes: z.array(FieldChangeView).optional(),
  /** Keys of the steps of which one must fail for this one to be done. */
  onFailureOf: z.array(z.string()).optional(),
  /** The check that must turn out well for this one to be done. */
  ifMet: z.string().optional(),
  /** Run only if it turns out that what it runs with is different from the last time. */
  ifChanged: z.boolean().optional(),
  /** The removal of what is replaced; counted with its replacement. */
  isReplaced: z.boolean().optional(),
  /** Where it makes, changes, stops, starts or removes what has a price; a replacement's is with the replacement. */
  price: StepPriceView.optional(),
});

/** Nodes of a template that there can be several of, all equally many. */
export const ScaleGroupView = z.object({
  node: z.string(),
  count: z.number().int(),
  min: z.number().int(),
  /** Absent where there is no limit. */
  max: z.number().int().optional(),
  members: z.array(z.string()),
});

const counts = z.record(z.string(), z.number().int().min(0).max(10_000));

export const PlanView = z.object({
  id,
  action: z.enum(changeActions),
  name: z.string(),
  hash: z.string(),
  deployment: id.optional(),
  template: z.object({ id, name: z.string(), version: z.string(), variant: z.string() }),
  account: z.object({ id, name: z.string(), provider: z.string(), simulated: z.boolean() }),
  /** Secrets among them are `***`. */
  inputs: z.record(z.string(), z.unknown()),
  /** Inputs that are other secrets than the deployment has now. */
  otherSecrets: z.array(z.string()).optional(),
  scaling: z.array(ScaleGroupView),
  /** How many of each kind will be made, changed, replaced or removed; empty when there is nothing to do. */
  counts: z.array(z.object({ action: PlannedStepView.shape.action, what: z.string(), count: z.number() })),
  steps: z.array(PlannedStepView),
  /** The workflow or the operation (`Interface.operation` of an instance) that is run, and what it is given. */
  called: z
    .object({
      name: z.string(),
      node: z.string().optional(),
      relationship: z.string().optional(),
      inputs: z.record(z.string(), z.unknown()),
    })
    .optional(),
  /** Nodes that are there already and are used: which one each stands for, and why it is none of the others. */
  selections: z
    .array(
      z.object({
        node: z.string(),
        name: z.string(),
        /** Whose it is; absent for what only the cloud knows. */
        deployment: z.object({ id, name: z.string() }).optional(),
        others: z.array(z.object({ name: z.string(), reason: z.string() })),
      }),
    )
    .optional(),
  /** What a new deployment is tagged with. */
  tags: TagsView.optional(),
  /** Part of what is approved; absent where the account has no prices. */
  quote: QuoteView.optional(),
  /** What it asks of the quotas it falls under, as they are now; absent where there are none and in lists. */
  quotas: z.array(AskedQuotaView).optional(),
  expiresAt: time,
  createdAt: time,
});

export const deploymentStates = [
  'deploying',
  'changing',
  'running',
  'stopped',
  'failed',
  'cancelled',
  'deleting',
  'deleted',
] as const;
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
  /** The template's node it was made of, and which one of those it is, from 0. */
  template: z.string(),
  index: z.number().int(),
  type: z.string(),
  state: z.enum(nodeStates),
  attributes: z.record(z.string(), z.unknown()),
  requires: z.array(z.object({ name: z.string(), target: z.string(), relationship: z.string() })),
  /** Why it is in error. */
  failure: FailureView.optional(),
  /** How it was when last looked at, where a policy has it watched. */
  health: z
    .object({
      is: z.enum(['ok', 'failing', 'healing', 'held back', 'given up']),
      /** Looks that failed in a row, since when, and why. */
      failures: z.number().int(),
      since: time.optional(),
      reason: z.string().optional(),
      /** Why it is held back. */
      because: Because.optional(),
      /** How often it was mended lately. */
      heals: z.number().int(),
    })
    .optional(),
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
  /** Who answers for it: who started it, or has resumed it since. */
  actor: z.string(),
  /** Why it was paused before anything began: that one may not do it any more. Whoever may can resume it. */
  held: Because.optional(),
  /** Why, as whoever approved it said. */
  note: z.string().optional(),
  /** The workflow or the operation that it runs. */
  called: z.object({ name: z.string(), node: z.string().optional() }).optional(),
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
  tags: TagsView,
  /** What it costs as it is, at the prices of today; not in events, and absent where its account has no prices. */
  cost: RunningCostView.optional(),
});

export const OutputView = z.object({ name: z.string(), description: z.string().optional(), value: z.unknown() });

export const DeploymentDetail = DeploymentView.extend({
  inputs: z.record(z.string(), z.unknown()),
  outputs: z.array(OutputView),
  nodeInstances: z.array(NodeInstanceView),
  resources: z.array(ResourceView),
  scaling: z.array(ScaleGroupView),
  /** The revision that the last change leads to, and the one that was last reached. */
  wanted: z.number().int().optional(),
  revision: z.number().int().optional(),
});

/** What a deployment was to be at some time: made by who, why and how. */
export const RevisionView = z.object({
  number: z.number().int(),
  action: z.enum(changeActions),
  template: z.object({ id, name: z.string(), version: z.string(), variant: z.string() }),
  inputs: z.record(z.string(), z.unknown()),
  /** Inputs that are other secrets than in the revision before. */
  otherSecrets: z.array(z.string()).optional(),
  counts: z.record(z.string(), z.number()),
  note: z.string(),
  createdBy: z.string(),
  createdAt: time,
  run: RunView.optional(),
});

/** A workflow of the template that can be run as it is, and what it asks for. */
export const WorkflowView = z.object({
  name: z.string(),
  description: z.string().optional(),
  /** JSON Schema of its inputs. */
  inputs: JsonSchema,
});

/** An operation that can be called on an instance. */
export const OperationView = z.object({
  /** The id of the relationship whose operation it is, and the instance that leads to; absent for the instance's own. */
  relationship: z.string().optional(),
  target: z.string().optional(),
  interface: z.string(),
  operation: z.string(),
  /** JSON Schema of its inputs; the defaults are what the template gives it now. */
  inputs: JsonSchema,
});

/** How a resource differs from what we made it. */
export const DriftView = z.object({
  /** The inventory's name for it within its deployment. */
  resource: z.string(),
  node: z.string(),
  kind: z.string(),
  name: z.string(),
  is: z.enum(['gone', 'failed', 'stopped', 'changed']),
  /** The cloud's own word for its state. */
  native: z.string().optional(),
  /** From what the cloud shows to what it should be. */
  changes: z.array(FieldChangeView),
});

const deployment = z.object({ deployment: id });
const run = z.object({ run: id });

const TagsAnswer = z.object({ tags: TagsView });

export const deployments = [
  endpoint({
    method: 'post',
    path: '/plans',
    summary: 'Plan a new deployment: what will be made, and where. Nothing is made yet',
    permission: 'deployment.plan',
    on: 'asked',
    action: 'PLAN_CREATE',
    body: z.object({
      template: id,
      version: z.string().optional(),
      /** Chosen by the account's provider unless told. */
      variant: z.string().optional(),
      account: id,
      /** By id or name; the organization's default project unless told. */
      project: z.string().optional(),
      /** One of the project's, by id or name. */
      environment: z.string().optional(),
      name: z.string().min(1).max(100),
      inputs: z.record(z.string(), z.unknown()).default({}),
      /** How many of the nodes that can be counted; the template's own number unless told. */
      counts: counts.default({}),
      /** What it is filed by; policies can ask about it. */
      tags: NewTags,
    }),
    answer: PlanView,
    status: 201,
    fails: [
      'invalid',
      'not-found',
      'name-taken',
      'over-quota',
      'not-supported',
      'provider-unreachable',
      'credentials-refused',
    ],
  }),
  endpoint({
    method: 'get',
    path: '/plans',
    summary: 'Plans with a hash, newest first: the hash is what somebody has seen and agreed to',
    permission: 'deployment.read',
    on: 'each',
    query: z.object({ ...paging, hash: z.string().min(1) }),
    answer: page(PlanView),
    fails: ['invalid'],
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
    on: 'each',
    query: z.object({
      ...paging,
      state: z.enum(deploymentStates).optional(),
      account: id.optional(),
      template: id.optional(),
      /** By id or name. */
      project: z.string().optional(),
      tag: tagSought,
      q: z.string().optional(),
    }),
    answer: page(DeploymentView),
    fails: ['invalid', 'not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/deployments',
    summary: 'Carry out a plan: exactly what it showed, for a new deployment or one that exists',
    permission: [
      'deployment.create',
      'deployment.update',
      'deployment.scale',
      'deployment.heal',
      'deployment.rollback',
      'deployment.start',
      'deployment.stop',
      'deployment.run',
      'deployment.delete',
    ],
    on: 'asked',
    action: 'DEPLOYMENT_CREATE',
    body: z.object({
      plan: id,
      /** The plan's hash as it was seen; refused when it differs. */
      hash: z.string(),
      /** Why, for the history. */
      note: z.string().max(1000).optional(),
    }),
    answer: z.object({ deployment: id, run: id }),
    status: 202,
    dryRun: true,
    fails: ['not-found', 'plan-expired', 'name-taken', 'conflict', 'over-quota'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}',
    summary: 'A deployment with its nodes, resources and outputs',
    permission: 'deployment.read',
    params: deployment,
    answer: DeploymentDetail,
    versioned: { besides: ['state', 'run', 'cost', 'outputs', 'nodes', 'nodeInstances', 'resources', 'revision'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}/tags',
    summary: 'What a deployment is filed by',
    permission: 'deployment.read',
    params: deployment,
    answer: TagsAnswer,
    versioned: { besides: [] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/deployments/{deployment}/tags',
    summary:
      'Tag a deployment: tags that are not given stay, null takes one away. It must be allowed for the deployment as it is, and as it will be',
    permission: 'deployment.tag',
    action: 'DEPLOYMENT_TAG',
    params: deployment,
    body: z.object({ tags: TagChanges }),
    answer: TagsAnswer,
    dryRun: true,
    fails: ['invalid', 'not-found', 'not-allowed', 'conflict'],
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
    summary:
      'Plan a change of a deployment: what is different, what will be made, changed, replaced and removed, and why',
    permission: 'deployment.plan',
    action: 'PLAN_CREATE',
    params: deployment,
    body: z.discriminatedUnion('action', [
      z.object({
        action: z.literal('update'),
        /** Another version of the same template; the one it has unless told. */
        version: z.string().optional(),
        /** Inputs that are not given stay as they are. */
        inputs: z.record(z.string(), z.unknown()).optional(),
        counts: counts.optional(),
      }),
      z.object({ action: z.literal('scale'), counts }),
      z.object({
        action: z.literal('heal'),
        /** Instances to mend in any case, beside what is found to be broken or changed. */
        nodes: z.array(z.string()).optional(),
      }),
      z.object({
        action: z.literal('rollback'),
        /** The one that was reached before the last change, unless told. */
        revision: z.number().int().min(1).optional(),
      }),
      z.object({
        action: z.literal('workflow'),
        /** One of the template's imperative workflows. */
        workflow: z.string(),
        inputs: z.record(z.string(), z.unknown()).default({}),
      }),
      z.object({
        action: z.literal('operation'),
        /** The instance to call it on, and of a relationship the id (`requirement.target`). */
        node: z.string(),
        relationship: z.string().optional(),
        interface: z.string().default('Standard'),
        operation: z.string(),
        /** Over those that the template gives. */
        inputs: z.record(z.string(), z.unknown()).default({}),
      }),
      z.object({ action: z.literal('stop') }),
      z.object({ action: z.literal('start') }),
      z.object({ action: z.literal('delete') }),
    ]),
    answer: PlanView,
    status: 201,
    fails: [
      'invalid',
      'not-found',
      'conflict',
      'over-quota',
      'not-supported',
      'provider-unreachable',
      'credentials-refused',
    ],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}/workflows',
    summary: 'The workflows of the template that can be run on a deployment',
    permission: 'deployment.read',
    params: deployment,
    answer: z.object({ items: z.array(WorkflowView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}/operations',
    summary: 'The operations that can be called on one instance of a deployment and on its relationships',
    permission: 'deployment.read',
    params: deployment,
    query: z.object({
      /** The instance. */
      node: z.string(),
    }),
    answer: z.object({ items: z.array(OperationView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}/revisions',
    summary: 'The history of a deployment: what it was to be, who wanted that and why, newest first',
    permission: 'deployment.read',
    params: deployment,
    answer: page(RevisionView),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/deployments/{deployment}/drift',
    summary: 'Asks the cloud what of a deployment is gone, broken or changed by somebody else',
    permission: 'deployment.read',
    params: deployment,
    answer: z.object({ items: z.array(DriftView), checkedAt: time }),
    fails: ['not-found', 'provider-unreachable', 'credentials-refused', 'not-supported'],
  }),
  endpoint({
    method: 'post',
    path: '/deployments/{deployment}/drift/accept',
    summary: 'Takes what the cloud shows of some resources as what they are meant to be',
    permission: 'deployment.update',
    action: 'DRIFT_ACCEPT',
    params: deployment,
    body: z.object({ resources: z.array(z.string()).min(1) }),
    answer: z.object({ items: z.array(DriftView), checkedAt: time }),
    fails: ['not-found', 'conflict', 'provider-unreachable', 'credentials-refused', 'not-supported'],
  }),
  endpoint({
    method: 'delete',
    path: '/deployments/{deployment}',
    summary: 'Delete a deployment and everything it made',
    permission: 'deployment.delete',
    action: 'DEPLOYMENT_DELETE',
    params: deployment,
    answer: z.object({ run: id }),
    status: 202,
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'get',
    path: '/runs',
    summary: 'Runs, newest first',
    permission: 'deployment.read',
    on: 'each',
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
    permission: 'deployment.read',
    params: run,
    answer: RunView.extend({ steps: z.array(StepView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/runs/{run}/cancel',
    summary: 'Stop a run. What it has made stays and can be resumed or deleted; with `undo` it is put back as it was',
    permission: 'deployment.control',
    action: 'RUN_CANCEL',
    params: run,
    body: z.object({ undo: z.boolean().default(false) }).default({ undo: false }),
    /** The run, or with `undo` the one that puts things back. */
    answer: RunView,
    dryRun: true,
    fails: ['not-found', 'conflict', 'over-quota'],
  }),
  endpoint({
    method: 'post',
    path: '/runs/{run}/pause',
    summary: 'Pause a run: what is under way is finished, and nothing new begins until it is resumed',
    permission: 'deployment.control',
    action: 'RUN_PAUSE',
    params: run,
    answer: RunView,
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'post',
    path: '/runs/{run}/resume',
    summary:
      'Go on with a paused, failed or cancelled run, from the steps that are not done. Needs what the run itself needs: whoever resumes it answers for it',
    permission: 'deployment.control',
    action: 'RUN_RESUME',
    params: run,
    body: z
      .object({
        /** Only these instances are tried again; what else came to nothing stays so. */
        only: z.array(z.string()).min(1).optional(),
      })
      .default({}),
    answer: RunView,
    dryRun: true,
    fails: ['not-found', 'conflict', 'over-quota'],
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
