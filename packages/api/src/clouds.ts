import { kinds, resourceStates } from '@pileus/model';
import { z } from 'zod';
import { endpoint, id, JsonSchema, page, paging, TextView, time } from './endpoint.ts';
import { tagSought } from './tags.ts';

export const ProviderView = z.object({
  id: z.string(),
  title: TextView,
  category: z.enum(['private', 'public', 'container', 'hosts']),
  simulated: z.boolean(),
  /** JSON Schema 2020-12 of an account; `title`, `help`, `secret`, `placeholder`, `group`, `when` on fields drive the form. */
  account: JsonSchema,
  /** What can be done with each kind: `list`, `create`, `delete`, `start` …; derived from what the driver has. */
  verbs: z.record(z.string(), z.array(z.string())).optional(),
});

export const CheckView = z.object({
  service: z.string(),
  ok: z.boolean(),
  endpoint: z.string().optional(),
  detail: TextView,
  milliseconds: z.number(),
});

export const Health = z.object({
  is: z.enum(['unknown', 'ok', 'failing']),
  checkedAt: time.optional(),
  checks: z.array(CheckView),
});

export const AccountView = z.object({
  id,
  name: z.string(),
  description: z.string(),
  provider: z.string(),
  simulated: z.boolean(),
  /** As it was given, except that secrets are left out and named in `hidden`. */
  settings: z.record(z.string(), z.unknown()),
  hidden: z.array(z.string()),
  /** Which settings are which secrets; they are among `hidden` too. */
  secrets: z.record(z.string(), z.object({ id, name: z.string() })),
  health: Health,
  createdAt: time,
  resources: z.number(),
});

export const ResourceView = z.object({
  /** Ours when we made it; absent for what we only found. */
  id: id.optional(),
  kind: z.enum(kinds),
  ref: z.string().optional(),
  name: z.string(),
  state: z.enum([...resourceStates, 'planned', 'deleted']),
  native: z.string(),
  account: id,
  zone: z.string().optional(),
  deployment: id.optional(),
  node: z.string().optional(),
  createdAt: time.optional(),
  /** When the cloud was last asked. */
  seenAt: time.optional(),
  details: z.record(z.string(), z.unknown()),
});

/** A row of the instances list, with the columns of the slides. */
export const InstanceView = z.object({
  id,
  /** 类型: the kind of host, e.g. `server`, `process host`. */
  type: z.string(),
  /** NODE ID: the node of the template. */
  node: z.string(),
  /** NODE InstanceId. */
  nodeInstance: z.string(),
  /** IP. */
  privateAddress: z.string().optional(),
  /** 公网IP. */
  publicAddress: z.string().optional(),
  /** 云服务商. */
  provider: z.string(),
  providerTitle: TextView,
  simulated: z.boolean(),
  account: z.object({ id, name: z.string() }),
  /** 区域. */
  region: z.string().optional(),
  /** 云资源ID. */
  ref: z.string().optional(),
  state: z.enum([...resourceStates, 'planned', 'deleted']),
  deployment: z.object({ id, name: z.string() }),
  /** 操作: what can be done with it now. */
  verbs: z.array(z.enum(['start', 'stop', 'reboot'])),
  seenAt: time.optional(),
});

const account = z.object({ account: id });

/** Secrets that stand in the place of secret settings, by their ids; needs `secret.use` for each, also when only another setting changes. */
const named = z.record(z.string(), id).optional();

/** A resource at a cloud with our mark that was not as it was written down. */
export const FindingView = z.object({
  id,
  account: id,
  kind: z.enum(kinds),
  ref: z.string(),
  name: z.string(),
  /**
   * `adopted`: asked for, never heard back about, and taken in. `orphan`: deleted by us, and there. `double`: made a second
   * time. `unknown`: nothing here knows its mark.
   */
  is: z.enum(['adopted', 'orphan', 'double', 'unknown']),
  deployment: z.object({ id, name: z.string() }).optional(),
  firstSeen: time,
  lastSeen: time,
  /** When it was deleted. */
  removedAt: time.optional(),
  /** Who had it deleted; absent where the sweep did. */
  removedBy: z.string().optional(),
  /** Somebody knows what it is and wants it left alone. */
  ignored: z.object({ at: time, by: z.string(), note: z.string() }).optional(),
});

const finding = z.object({ finding: id });

export const clouds = [
  endpoint({
    method: 'get',
    path: '/providers',
    summary: 'The kinds of clouds that accounts can be added for',
    permission: 'account.read',
    on: 'each',
    answer: z.object({ items: z.array(ProviderView) }),
    fails: [],
  }),
  endpoint({
    method: 'get',
    path: '/accounts',
    summary: 'Cloud accounts',
    permission: 'account.read',
    on: 'each',
    query: z.object({ ...paging, q: z.string().optional() }),
    answer: page(AccountView),
    fails: [],
  }),
  endpoint({
    method: 'post',
    path: '/accounts',
    summary: 'Add a cloud account',
    permission: 'account.create',
    on: 'new',
    action: 'ACCOUNT_CREATE',
    body: z.object({
      provider: z.string(),
      name: z.string().min(1).max(100),
      description: z.string().max(1000).default(''),
      settings: z.record(z.string(), z.unknown()),
      secrets: named,
    }),
    answer: AccountView,
    status: 201,
    fails: ['invalid', 'name-taken', 'not-found', 'not-allowed'],
  }),
  endpoint({
    method: 'post',
    path: '/accounts/check',
    summary: 'Try settings before they are saved: one event per service, live',
    permission: ['account.create', 'account.check'],
    on: 'asked',
    action: 'ACCOUNT_CHECK',
    body: z.object({
      provider: z.string(),
      settings: z.record(z.string(), z.unknown()),
      secrets: named,
      /** An existing account whose saved secrets fill what `settings` leaves out. */
      account: id.optional(),
    }),
    answer: CheckView,
    stream: true,
    fails: ['invalid', 'not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/accounts/{account}',
    summary: 'A cloud account',
    permission: 'account.read',
    params: account,
    answer: AccountView,
    versioned: { besides: ['health', 'resources'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/accounts/{account}',
    summary: 'Change a cloud account; secrets that are left out stay as they are',
    permission: 'account.update',
    action: 'ACCOUNT_UPDATE',
    params: account,
    body: z.object({
      name: z.string().min(1).max(100).optional(),
      description: z.string().max(1000).optional(),
      settings: z.record(z.string(), z.unknown()).optional(),
      secrets: named,
    }),
    answer: AccountView,
    dryRun: true,
    fails: ['not-found', 'invalid', 'name-taken', 'not-allowed'],
  }),
  endpoint({
    method: 'delete',
    path: '/accounts/{account}',
    summary: 'Remove a cloud account that nothing uses any more',
    permission: 'account.delete',
    action: 'ACCOUNT_DELETE',
    params: account,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'post',
    path: '/accounts/{account}/check',
    summary: 'Try every service of a saved account and keep the result as its health',
    permission: 'account.check',
    action: 'ACCOUNT_CHECK',
    params: account,
    answer: Health,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/accounts/{account}/sweep',
    summary:
      'Compare what the cloud holds and carries our mark with what is written down; done every quarter of an hour too',
    permission: 'account.check',
    action: 'ACCOUNT_SWEEP',
    params: account,
    answer: z.object({
      /** Taken into the inventory: asked for, and never heard back about. */
      adopted: z.number().int(),
      /** Deleted again: deleted long ago, and still there. */
      removed: z.number().int(),
      /** What nothing here explains; see the findings. */
      reported: z.number().int(),
    }),
    fails: ['not-found', 'provider-unreachable', 'credentials-refused'],
  }),
  endpoint({
    method: 'get',
    path: '/accounts/{account}/findings',
    summary: 'What sweeps have found: taken in, deleted again, or for a person to decide about; newest first',
    permission: 'account.read',
    params: account,
    answer: page(FindingView),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/findings/{finding}',
    summary: 'A finding and what the cloud shows of it now: exactly what deleting it would delete',
    permission: 'account.read',
    params: finding,
    answer: FindingView.extend({
      /** Absent when the cloud has it no more. */
      resource: ResourceView.optional(),
    }),
    fails: ['not-found', 'not-supported', 'provider-unreachable', 'credentials-refused', 'provider-broken'],
  }),
  endpoint({
    method: 'patch',
    path: '/findings/{finding}',
    summary: 'Say that a finding is known and to be left alone, or that it is not',
    permission: 'account.update',
    action: 'FINDING_UPDATE',
    params: finding,
    body: z.object({ ignored: z.boolean(), note: z.string().max(1000).default('') }),
    answer: FindingView,
    dryRun: true,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/findings/{finding}/delete',
    summary: 'Delete at the cloud what a person has looked at and found to be needed by nobody',
    permission: 'account.update',
    action: 'FINDING_DELETE',
    params: finding,
    body: z.object({
      /** Its name as it was seen; refused when the cloud shows another one. */
      name: z.string(),
    }),
    answer: z.object({ run: id }),
    status: 202,
    fails: ['not-found', 'conflict', 'not-supported', 'provider-unreachable', 'credentials-refused', 'provider-broken'],
  }),
  endpoint({
    method: 'get',
    path: '/accounts/{account}/resources',
    summary: 'What the cloud itself lists now, ours or not',
    permission: 'account.read',
    params: account,
    query: z.object({ kind: z.enum(kinds) }),
    answer: z.object({ items: z.array(ResourceView) }),
    fails: ['not-found', 'not-supported', 'provider-unreachable', 'credentials-refused', 'provider-broken'],
  }),
  endpoint({
    method: 'get',
    path: '/instances',
    summary: 'Hosts of all deployments on all clouds',
    permission: 'server.read',
    on: 'each',
    query: z.object({
      ...paging,
      account: id.optional(),
      deployment: id.optional(),
      state: z.enum(resourceStates).optional(),
      /** Of its deployment. */
      tag: tagSought,
      q: z.string().optional(),
    }),
    answer: page(InstanceView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/instances/{instance}/{verb}',
    summary: 'Start, stop or reboot a host',
    permission: ['server.start', 'server.stop', 'server.reboot'],
    on: 'asked',
    action: 'INSTANCE_OPERATE',
    params: z.object({ instance: id, verb: z.enum(['start', 'stop', 'reboot']) }),
    answer: z.object({ run: id }),
    status: 202,
    fails: ['not-found', 'not-supported', 'conflict'],
  }),
] as const;
