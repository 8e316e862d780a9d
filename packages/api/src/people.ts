import { z } from 'zod';
import { actionNames } from './actions.ts';
import { endpoint, given, id, page, paging, TextView, time } from './endpoint.ts';
import { begunBy } from './sign-in.ts';

const name = z.string().trim().min(1).max(100);
const description = z.string().max(1_000);
const searched = { ...paging, q: z.string().optional() };

/** Something with a name, as lists of other things show it. */
const Named = z.object({ id, name: z.string() });

export const OrganizationView = z.object({
  id,
  name: z.string(),
  /** The one that runs the platform. */
  isHome: z.boolean(),
  users: z.number(),
  createdAt: time,
});

export const EnvironmentView = z.object({
  id,
  name: z.string(),
  purpose: z.enum(['development', 'test', 'staging', 'production']),
});

export const ProjectView = z.object({
  id,
  name: z.string(),
  description: z.string(),
  isDefault: z.boolean(),
  environments: z.array(EnvironmentView),
  deployments: z.number(),
  createdBy: z.string(),
  createdAt: time,
});

export const UserView = z.object({
  id,
  name: z.string(),
  isDisabled: z.boolean(),
  /** False for somebody who has not chosen a password yet. */
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  groups: z.array(Named),
  /** Attached to the user itself. */
  policies: z.array(Named),
  lastSeen: time.optional(),
  createdAt: time,
});

export const SessionView = z.object({
  id,
  kind: z.enum(['browser', 'cli']),
  begunBy: z.enum(begunBy),
  /** The identity provider or directory it was begun by. */
  method: z.string().optional(),
  /** Whether two factors were given. */
  secondFactor: z.boolean(),
  ip: z.string(),
  userAgent: z.string(),
  createdAt: time,
  usedAt: time,
  expiresAt: time,
  isCurrent: z.boolean(),
});

export const GroupView = z.object({
  id,
  name: z.string(),
  description: z.string(),
  members: z.array(Named.extend({ kind: z.enum(['user', 'service-account']) })),
  policies: z.array(Named),
  createdAt: time,
});

export const ServiceAccountView = z.object({
  id,
  name: z.string(),
  description: z.string(),
  isDisabled: z.boolean(),
  groups: z.array(Named),
  policies: z.array(Named),
  tokens: z.number(),
  createdAt: time,
});

export const TokenView = z.object({
  id,
  name: z.string(),
  /** Its first characters, to tell keys apart. */
  prefix: z.string(),
  /** Patterns of actions it is held to; absent: whatever its owner may do. */
  scopes: z.array(z.string()).optional(),
  createdAt: time,
  expiresAt: time.optional(),
  usedAt: time.optional(),
  usedIp: z.string().optional(),
});

const NewToken = z.object({
  name,
  scopes: z
    .array(z.string().regex(/^[a-z*-]+(\.[a-z*-]+)?$/))
    .min(1)
    .max(100)
    .optional(),
  expiresAt: time.optional(),
});

/** A policy document as it was written; `readPolicy` of `@pileus/policy` says what is wrong with one. */
const Document = z.record(z.string(), z.unknown());

export const PolicyView = z.object({
  /** Of one that comes with the product: its name. */
  id,
  name: z.string(),
  description: TextView,
  isBuiltIn: z.boolean(),
  version: z.number(),
  document: Document,
  /** How many users, groups and service accounts it is attached to. */
  attachments: z.number(),
  createdAt: time.optional(),
});

export const PolicyDetail = PolicyView.extend({
  versions: z.array(
    z.object({ number: z.number(), note: z.string(), createdBy: z.string(), createdAt: time, document: Document }),
  ),
  attachedTo: z.array(Named.extend({ kind: z.enum(['user', 'group', 'service-account']) })),
});

/** A statement that has decided, or would have if its condition held. */
export const ReasonView = z.object({
  effect: z.enum(['Allow', 'Deny']),
  policy: Named,
  /** Which of its statements, from 0. */
  statement: z.number(),
  sid: z.string().optional(),
  /** The group through which it applies. */
  via: Named.optional(),
});

export const DecisionView = z.object({
  allowed: z.boolean(),
  reason: z.enum(['allowed', 'denied explicitly', 'nothing allows it']),
  because: z.array(ReasonView),
  /** Statements about this action and thing whose condition does not hold, and the keys it failed at. */
  nearMisses: z.array(ReasonView.extend({ failed: z.array(z.string()) })),
});

/** Who gains and who loses what. */
export const GainsView = z.object({
  items: z.array(
    z.object({
      principal: Named.extend({ kind: z.enum(['user', 'service-account']) }),
      gains: z.array(z.string()),
      loses: z.array(z.string()),
    }),
  ),
});

/** What a kind's `id` may be in a question: the thing itself, or nothing for one that is not there yet. */
const Asked = z.object({
  action: z.enum(actionNames as [string, ...string[]]),
  /** `deployment/dep-…`, `server/*` … */
  resource: z.string().min(1),
});

const one = z.object({ user: id });
const organization = z.object({ organization: id });
const group = z.object({ group: id });
const service = z.object({ service: id });
const policy = z.object({ policy: id });
const project = z.object({ project: id });

export const people = [
  endpoint({
    method: 'get',
    path: '/organizations',
    summary: 'Organizations: all of them for those who run the platform, else the own one',
    permission: 'organization.read',
    on: 'each',
    query: z.object(searched),
    answer: page(OrganizationView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/organizations',
    summary: 'Make an organization with a first administrator, who signs in by the link that is answered',
    permission: 'organization.create',
    on: 'organization',
    action: 'ORGANIZATION_CREATE',
    body: z.object({ name, administrator: name }),
    answer: OrganizationView.extend({ link: z.string() }),
    status: 201,
    dryRun: true,
    fails: ['name-taken', 'not-allowed'],
  }),
  endpoint({
    method: 'get',
    path: '/organizations/{organization}',
    summary: 'An organization: the own one, or any for those who run the platform',
    permission: 'organization.read',
    params: organization,
    answer: OrganizationView,
    versioned: { besides: ['users'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/organizations/{organization}',
    summary: 'Rename an organization: the own one, or any for those who run the platform',
    permission: 'organization.update',
    action: 'ORGANIZATION_UPDATE',
    params: organization,
    body: z.object({ name }),
    answer: OrganizationView,
    dryRun: true,
    fails: ['not-found', 'name-taken'],
  }),
  endpoint({
    method: 'get',
    path: '/projects',
    summary: 'Projects, with their environments',
    permission: 'project.read',
    on: 'each',
    query: z.object(searched),
    answer: page(ProjectView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/projects',
    summary: 'Make a project',
    permission: 'project.create',
    on: 'new',
    action: 'PROJECT_CREATE',
    body: z.object({ name, description: description.default('') }),
    answer: ProjectView,
    status: 201,
    dryRun: true,
    fails: ['name-taken'],
  }),
  endpoint({
    method: 'get',
    path: '/projects/{project}',
    summary: 'A project, with its environments',
    permission: 'project.read',
    params: project,
    answer: ProjectView,
    versioned: { besides: ['deployments'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/projects/{project}',
    summary: 'Change the name, the description or the environments of a project',
    permission: 'project.update',
    action: 'PROJECT_UPDATE',
    params: project,
    body: z.object({
      name: name.optional(),
      description: description.optional(),
      environments: z
        .array(EnvironmentView.omit({ id: true }))
        .max(50)
        .optional(),
    }),
    answer: ProjectView,
    dryRun: true,
    fails: ['not-found', 'name-taken', 'conflict'],
  }),
  endpoint({
    method: 'delete',
    path: '/projects/{project}',
    summary: 'Delete a project that has no deployments',
    permission: 'project.delete',
    action: 'PROJECT_DELETE',
    params: project,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'get',
    path: '/users',
    summary: 'Users',
    permission: 'user.read',
    on: 'each',
    query: z.object({ ...searched, state: z.enum(['active', 'disabled']).optional() }),
    answer: page(UserView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/users',
    summary: 'Make a user; without a password, one who signs in by the link that is answered',
    permission: 'user.create',
    on: 'new',
    action: 'USER_CREATE',
    body: z.object({ name, password: given(z.string().min(8).max(256)).optional(), groups: z.array(id).default([]) }),
    answer: UserView.extend({ link: z.string().optional() }),
    status: 201,
    dryRun: true,
    fails: [
      'name-taken',
      'not-found',
      'not-allowed',
      'password-length',
      'password-common',
      'password-name',
      'beyond-own-rights',
    ],
  }),
  endpoint({
    method: 'get',
    path: '/users/{user}',
    summary: 'A user',
    permission: 'user.read',
    params: one,
    answer: UserView,
    versioned: { besides: ['lastSeen'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/users/{user}',
    summary: 'Rename, disable or enable a user',
    permission: 'user.update',
    action: 'USER_UPDATE',
    params: one,
    body: z.object({ name: name.optional(), isDisabled: z.boolean().optional() }),
    answer: UserView,
    dryRun: true,
    fails: ['not-found', 'name-taken', 'conflict', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'delete',
    path: '/users/{user}',
    summary: 'Delete a user, with its sessions and tokens',
    permission: 'user.delete',
    action: 'USER_DELETE',
    params: one,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'post',
    path: '/users/{user}/link',
    summary: 'Make a link that signs a user in once, within 24 hours, to choose a password; links made before end',
    permission: 'user.update',
    action: 'LINK_CREATE',
    params: one,
    answer: z.object({ link: z.string(), expiresAt: time }),
    status: 201,
    fails: ['not-found', 'conflict', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'get',
    path: '/users/{user}/sessions',
    summary: 'Where a user is signed in',
    permission: 'user.read',
    params: one,
    answer: z.object({ items: z.array(SessionView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'delete',
    path: '/users/{user}/sessions',
    summary: 'Sign a user out everywhere',
    permission: 'user.update',
    action: 'SESSIONS_END',
    params: one,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/groups',
    summary: 'Groups',
    permission: 'group.read',
    on: 'each',
    query: z.object(searched),
    answer: page(GroupView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/groups',
    summary: 'Make a group',
    permission: 'group.create',
    on: 'new',
    action: 'GROUP_CREATE',
    body: z.object({ name, description: description.default('') }),
    answer: GroupView,
    status: 201,
    dryRun: true,
    fails: ['name-taken'],
  }),
  endpoint({
    method: 'get',
    path: '/groups/{group}',
    summary: 'A group, with its members',
    permission: 'group.read',
    params: group,
    answer: GroupView,
    versioned: { besides: [] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/groups/{group}',
    summary: 'Change a group; `members`, users and service accounts, are all it then has',
    permission: 'group.update',
    action: 'GROUP_UPDATE',
    params: group,
    body: z.object({
      name: name.optional(),
      description: description.optional(),
      members: z.array(id).max(10_000).optional(),
    }),
    answer: GroupView,
    dryRun: true,
    fails: ['not-found', 'name-taken', 'not-allowed', 'conflict', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'delete',
    path: '/groups/{group}',
    summary: 'Delete a group; its members stay',
    permission: 'group.delete',
    action: 'GROUP_DELETE',
    params: group,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'get',
    path: '/service-accounts',
    summary: 'Service accounts: programs that act by keys of their own',
    permission: 'service-account.read',
    on: 'each',
    query: z.object(searched),
    answer: page(ServiceAccountView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/service-accounts',
    summary: 'Make a service account',
    permission: 'service-account.create',
    on: 'new',
    action: 'SERVICE_ACCOUNT_CREATE',
    body: z.object({ name, description: description.default('') }),
    answer: ServiceAccountView,
    status: 201,
    dryRun: true,
    fails: ['name-taken'],
  }),
  endpoint({
    method: 'get',
    path: '/service-accounts/{service}',
    summary: 'A service account',
    permission: 'service-account.read',
    params: service,
    answer: ServiceAccountView,
    versioned: { besides: ['tokens'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/service-accounts/{service}',
    summary: 'Rename, describe, disable or enable a service account',
    permission: 'service-account.update',
    action: 'SERVICE_ACCOUNT_UPDATE',
    params: service,
    body: z.object({
      name: name.optional(),
      description: description.optional(),
      isDisabled: z.boolean().optional(),
    }),
    answer: ServiceAccountView,
    dryRun: true,
    fails: ['not-found', 'name-taken', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'delete',
    path: '/service-accounts/{service}',
    summary: 'Delete a service account, with its keys',
    permission: 'service-account.delete',
    action: 'SERVICE_ACCOUNT_DELETE',
    params: service,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/service-accounts/{service}/tokens',
    summary: 'The keys of a service account',
    permission: 'service-account.read',
    params: service,
    answer: z.object({ items: z.array(TokenView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/service-accounts/{service}/tokens',
    summary: 'Make a key; it is shown this once',
    permission: 'service-account.update',
    action: 'TOKEN_CREATE',
    params: service,
    body: NewToken,
    answer: TokenView.extend({ token: z.string() }),
    status: 201,
    fails: ['not-found', 'invalid', 'not-allowed', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'delete',
    path: '/service-accounts/{service}/tokens/{token}',
    summary: 'Revoke a key; the next request with it is refused',
    permission: 'service-account.update',
    action: 'TOKEN_REVOKE',
    params: service.extend({ token: id }),
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/me/sessions',
    summary: 'Where one is signed in',
    permission: 'self',
    answer: z.object({ items: z.array(SessionView) }),
    fails: [],
  }),
  endpoint({
    method: 'delete',
    path: '/me/sessions/{session}',
    summary: 'Sign out elsewhere',
    permission: 'self',
    action: 'Logout',
    params: z.object({ session: id }),
    answer: z.object({}),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/me/tokens',
    summary: "One's own access tokens",
    permission: 'self',
    answer: z.object({ items: z.array(TokenView) }),
    fails: [],
  }),
  endpoint({
    method: 'post',
    path: '/me/tokens',
    summary: 'Make an access token; it is shown this once',
    permission: 'self',
    action: 'TOKEN_CREATE',
    body: NewToken,
    answer: TokenView.extend({ token: z.string() }),
    status: 201,
    fails: ['invalid', 'not-allowed'],
  }),
  endpoint({
    method: 'delete',
    path: '/me/tokens/{token}',
    summary: 'Revoke an access token; the next request with it is refused',
    permission: 'self',
    action: 'TOKEN_REVOKE',
    params: z.object({ token: id }),
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/policies/vocabulary',
    summary: 'What policies may name: actions, kinds of things and condition keys',
    permission: 'self',
    answer: z.object({
      actions: z.array(z.object({ name: z.string(), kind: z.string(), reads: z.boolean(), title: TextView })),
      kinds: z.array(z.object({ name: z.string(), title: TextView, keys: z.array(z.string()) })),
      keys: z.array(
        z.object({ name: z.string(), of: z.enum(['resource', 'request']), type: z.string(), title: TextView }),
      ),
    }),
    fails: [],
  }),
  endpoint({
    method: 'get',
    path: '/policies',
    summary: 'Policies: those that come with the product, then the own ones',
    permission: 'policy.read',
    on: 'each',
    query: z.object(searched),
    answer: page(PolicyView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/policies',
    summary: 'Make a policy',
    permission: 'policy.create',
    on: 'new',
    action: 'POLICY_CREATE',
    body: z.object({ name, description: description.default(''), document: Document }),
    answer: PolicyDetail,
    status: 201,
    dryRun: true,
    fails: ['policy-invalid', 'name-taken'],
  }),
  endpoint({
    method: 'get',
    path: '/policies/{policy}',
    summary: 'A policy, with its versions and to whom it is attached',
    permission: 'policy.read',
    params: policy,
    answer: PolicyDetail,
    versioned: { besides: ['attachments', 'attachedTo'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'put',
    path: '/policies/{policy}',
    summary: 'Make a new version of a policy hold, or with `version` an old one again',
    permission: 'policy.update',
    action: 'POLICY_UPDATE',
    params: policy,
    body: z.union([
      z.object({ document: Document, note: z.string().max(500).default(''), description: description.optional() }),
      z.object({ version: z.number().int().min(1) }),
    ]),
    answer: PolicyDetail,
    dryRun: true,
    fails: ['not-found', 'policy-invalid', 'conflict', 'not-allowed', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'delete',
    path: '/policies/{policy}',
    summary: 'Delete a policy that is attached to nobody',
    permission: 'policy.delete',
    action: 'POLICY_DELETE',
    params: policy,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'put',
    path: '/policies/{policy}/attachments/{principal}',
    summary: 'Attach a policy to a user, a group or a service account',
    permission: 'policy.attach',
    action: 'POLICY_ATTACH',
    params: policy.extend({ principal: id }),
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'not-allowed', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'delete',
    path: '/policies/{policy}/attachments/{principal}',
    summary: 'Detach it',
    permission: 'policy.attach',
    action: 'POLICY_DETACH',
    params: policy.extend({ principal: id }),
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'post',
    path: '/policies/check',
    summary: 'Whether somebody may do something, and why or why not',
    permission: 'policy.read',
    on: 'each',
    body: Asked.extend({
      /** A user or service account, by id or name. */
      principal: z.string().min(1),
      sourceIp: z.string().optional(),
      mfa: z.boolean().optional(),
      at: time.optional(),
    }),
    answer: DecisionView,
    fails: ['not-found', 'invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/policies/who',
    summary: 'Who may do something, and why',
    permission: 'policy.read',
    on: 'each',
    body: Asked,
    answer: z.object({
      items: z.array(
        z.object({
          principal: Named.extend({ kind: z.enum(['user', 'service-account']) }),
          because: z.array(ReasonView),
        }),
      ),
    }),
    fails: ['not-found', 'invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/policies/preview',
    summary:
      'Who would gain and who would lose what by a change of a policy, an attachment, all that is attached to somebody, or the members of a group',
    permission: 'policy.read',
    on: 'each',
    body: z.discriminatedUnion('change', [
      z.object({ change: z.literal('document'), policy: id, document: Document }),
      z.object({ change: z.literal('attach'), policy: id, principal: id }),
      z.object({ change: z.literal('detach'), policy: id, principal: id }),
      /** `policies` are all it then has attached to itself. */
      z.object({ change: z.literal('policies'), principal: id, policies: z.array(id).max(200) }),
      z.object({ change: z.literal('members'), group: id, members: z.array(id).max(10_000) }),
    ]),
    answer: GainsView,
    fails: ['not-found', 'policy-invalid'],
  }),
] as const;
