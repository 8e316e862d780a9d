import { z } from 'zod';
import { endpoint, given, FailureView, id, time } from './endpoint.ts';

export const methodKinds = ['oidc', 'ldap'] as const;

const text = z.string().trim().min(1).max(2_000);
const pem = z.string().max(100_000).optional();

/** Of an identity provider; the client secret is apart. */
export const OidcSettings = z.object({
  issuer: text,
  clientId: text,
  scopes: z.array(text).max(50).optional(),
  claims: z
    .object({ name: text.optional(), title: text.optional(), mail: text.optional(), groups: text.optional() })
    .optional(),
  caCertificates: pem,
});

/** Of a directory; the password that looks people up is apart. */
export const LdapSettings = z.object({
  url: text,
  caCertificates: pem,
  bindDn: text,
  people: z.object({
    base: text,
    filter: text.refine((filter) => filter.includes('{name}'), 'must hold {name}, where the name goes'),
  }),
  groups: z.object({ base: text, filter: text, nested: z.enum(['walk', 'chain', 'direct']) }).optional(),
  attributes: z
    .object({ id: text.optional(), name: text.optional(), title: text.optional(), mail: text.optional() })
    .optional(),
  pageSize: z.number().int().min(1).max(10_000).optional(),
});

const secret = given(z.string().min(1).max(10_000));
/** Groups there, by their names, and the ids of the groups here that they are. What is not mapped grants nothing. */
const groups = z.record(z.string().min(1).max(1_000), z.array(id).max(50));

const common = {
  title: z.string().trim().min(1).max(100),
  groups: groups.default({}),
  /** Whether somebody who was never here becomes a user. */
  makesUsers: z.boolean().default(true),
  /** Whether the provider asks for a second factor itself, so that none is asked for here. */
  countsAsTwo: z.boolean().default(false),
};

const SyncView = z.object({
  at: time,
  people: z.number(),
  made: z.number(),
  disabled: z.number(),
  /** The last administrator stays, whatever the directory says. */
  kept: z.number(),
  /** Why it came to nothing. */
  failure: FailureView.optional(),
});

export const SignInMethodView = z.object({
  id,
  kind: z.enum(methodKinds),
  title: z.string(),
  isEnabled: z.boolean(),
  makesUsers: z.boolean(),
  countsAsTwo: z.boolean(),
  settings: z.union([OidcSettings, LdapSettings]),
  hasSecret: z.boolean(),
  groups,
  /** What to register at an identity provider. */
  redirectUri: z.string().optional(),
  /** How many users are known by it. */
  users: z.number(),
  lastSync: SyncView.optional(),
});

const method = z.object({ method: id });

export const signInMethods = [
  endpoint({
    method: 'get',
    path: '/sign-in-methods',
    summary: 'The identity providers and directories of the organization',
    permission: 'sign-in.read',
    on: 'organization',
    answer: z.object({ items: z.array(SignInMethodView) }),
    fails: [],
  }),
  endpoint({
    method: 'post',
    path: '/sign-in-methods',
    summary: 'Add an identity provider (OpenID Connect) or a directory (LDAP)',
    permission: 'sign-in.update',
    on: 'organization',
    action: 'SIGN_IN_METHOD_CREATE',
    body: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('oidc'), settings: OidcSettings, secret: secret.optional(), ...common }),
      z.object({ kind: z.literal('ldap'), settings: LdapSettings, secret, ...common }),
    ]),
    answer: SignInMethodView,
    status: 201,
    dryRun: true,
    fails: ['name-taken', 'not-found', 'not-allowed', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'get',
    path: '/sign-in-methods/{method}',
    summary: 'An identity provider or a directory',
    permission: 'sign-in.read',
    params: method,
    answer: SignInMethodView,
    versioned: { besides: ['redirectUri', 'users', 'lastSync'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/sign-in-methods/{method}',
    summary: 'Change it; the secret stays unless one is sent, which another address needs',
    permission: 'sign-in.update',
    action: 'SIGN_IN_METHOD_UPDATE',
    params: method,
    body: z.object({
      title: common.title.optional(),
      isEnabled: z.boolean().optional(),
      makesUsers: z.boolean().optional(),
      countsAsTwo: z.boolean().optional(),
      groups: groups.optional(),
      settings: z.union([OidcSettings, LdapSettings]).optional(),
      secret: secret.optional(),
    }),
    answer: SignInMethodView,
    dryRun: true,
    fails: ['name-taken', 'not-found', 'not-allowed', 'invalid', 'beyond-own-rights'],
  }),
  endpoint({
    method: 'delete',
    path: '/sign-in-methods/{method}',
    summary: 'Remove it; sessions begun by it end, the users stay',
    permission: 'sign-in.update',
    action: 'SIGN_IN_METHOD_DELETE',
    params: method,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/sign-in-methods/{method}/check',
    summary: 'Try it: the provider is discovered, or the first people of the directory are read',
    permission: 'sign-in.update',
    action: 'SIGN_IN_METHOD_CHECK',
    params: method,
    answer: z.object({
      people: z.array(z.object({ name: z.string(), title: z.string().optional(), groups: z.array(z.string()) })),
    }),
    fails: ['not-found', 'identity-provider-broken', 'identity-refused', 'host-unreachable', 'address-refused'],
  }),
  endpoint({
    method: 'post',
    path: '/sign-in-methods/{method}/sync',
    summary: 'Compare the users with the directory: who is gone is disabled, groups follow',
    permission: 'sign-in.update',
    action: 'SIGN_IN_METHOD_SYNC',
    params: method,
    body: z.object({
      /** Also where more than half of those known would be disabled at once. */
      evenIfMany: z.boolean().default(false),
    }),
    answer: SyncView,
    fails: ['not-found', 'conflict', 'identity-provider-broken', 'host-unreachable', 'address-refused'],
  }),
  endpoint({
    method: 'post',
    path: '/sessions/oidc',
    summary: 'Begin to sign in at an identity provider: the page to go to, and what to keep until one is back',
    permission: 'public',
    body: method,
    answer: z.object({ url: z.string(), attempt: z.string() }),
    fails: ['sign-in-refused', 'identity-provider-broken', 'host-unreachable', 'address-refused', 'too-many-requests'],
  }),
] as const;
