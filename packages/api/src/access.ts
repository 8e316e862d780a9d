import { z } from 'zod';
import { endpoint, given, id, page, paging, TextView, time } from './endpoint.ts';
import { SecondFactorWanted, SignIn } from './sign-in.ts';

export const Me = z.object({
  id,
  name: z.string(),
  organization: z.object({ id, name: z.string() }),
  /** False for the first administrator who signed in by the one-time link and has not chosen a password yet. */
  hasPassword: z.boolean(),
  /** The identity provider or directory one signs in by, which has the password. */
  method: z.string().optional(),
  /** What must be set up before anything else may be called. */
  owes: z.literal('second-factor').optional(),
  /** Actions that are allowed for something at least. */
  permissions: z.array(z.string()),
});

export const Info = z.object({ version: z.string(), signedIn: z.boolean() });

/** One of the catalogue of failures: what a code means, in words with holes that a failure's facts fill. */
export const FailureKind = z.object({
  code: z.string(),
  status: z.number().int(),
  title: TextView,
  /** Whether trying again later, unchanged, may succeed. */
  retry: z.boolean(),
  /** Whether what was asked for may have happened all the same. */
  unclear: z.boolean(),
});

export const AuditRow = z.object({
  id,
  /** Who; for a refused sign-in the name that was given. */
  user: z.string(),
  /** `Login`, `DEPLOYMENT_CREATE` … */
  action: z.string(),
  ip: z.string(),
  at: time,
  result: z.enum(['ok', 'refused', 'failed']),
  status: z.number(),
  requestId: z.string(),
  /** What it was done to, e.g. a deployment's id. */
  subject: z.string().optional(),
  /** The failure's code when it was refused or failed. */
  code: z.string().optional(),
  /** The project's id. */
  project: z.string().optional(),
  /** What it was done to; without an id where that was not there yet. */
  target: z.object({ kind: z.string(), id: id.optional(), name: z.string().optional() }).optional(),
  /** Why, in the caller's words: the header `X-Reason`, or the `reason` or `note` that was sent. */
  reason: z.string().optional(),
  /** What was and what is, of that alone which differs; of lists what is gone and what has come. Secrets are `•••`. */
  before: z.record(z.string(), z.unknown()).optional(),
  after: z.record(z.string(), z.unknown()).optional(),
  /** The hash of the plan that was approved. */
  approval: z.string().optional(),
});

export const access = [
  endpoint({
    method: 'get',
    path: '/info',
    summary: 'What this server is',
    permission: 'public',
    answer: Info,
    fails: [],
  }),
  endpoint({
    method: 'get',
    path: '/failures/{code}',
    summary: 'What a failure means; whatever is refused links here (`Link` with `rel="help"`)',
    permission: 'public',
    params: z.object({ code: z.string() }),
    answer: FailureKind,
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/sessions',
    summary: 'Sign in by name and password, a one-time link or a passkey; a challenge is ended by a second factor',
    permission: 'public',
    action: 'Login',
    body: SignIn,
    /**
     * Either `user`, with `token` only for kind `cli` (send it as `Authorization: Bearer`; a browser gets a cookie), or
     * `wants`: nobody is signed in until that has been given as well.
     */
    answer: z.object({
      user: Me.optional(),
      token: z.string().optional(),
      wants: SecondFactorWanted.optional(),
      expiresAt: time,
    }),
    status: 201,
    fails: [
      'sign-in-refused',
      'code-refused',
      'passkey-refused',
      'sign-in-over',
      'sign-in-pending',
      'too-many-requests',
      'identity-refused',
      'identity-provider-broken',
      'host-unreachable',
      'address-refused',
      'name-taken',
    ],
  }),
  endpoint({
    method: 'delete',
    path: '/sessions/current',
    summary: 'Sign out',
    permission: 'self',
    early: true,
    action: 'Logout',
    answer: z.object({}),
    fails: [],
  }),
  endpoint({
    method: 'get',
    path: '/me',
    summary: 'Who is signed in',
    permission: 'self',
    early: true,
    answer: Me,
    fails: [],
  }),
  endpoint({
    method: 'put',
    path: '/me/password',
    summary: 'Choose a password',
    permission: 'self',
    early: true,
    action: 'PASSWORD_CHANGE',
    body: z.object({
      /** Needed once a password exists. */
      current: given(z.string()).optional(),
      next: given(z.string().min(8).max(256)),
    }),
    answer: Me,
    fails: ['sign-in-refused', 'invalid', 'password-length', 'password-common', 'password-name', 'conflict'],
  }),
  endpoint({
    method: 'get',
    path: '/audit',
    summary: 'The operation log, newest first',
    permission: 'audit.read',
    on: 'organization',
    query: z.object({
      ...paging,
      user: z.string().optional(),
      action: z.string().optional(),
      result: z.enum(['ok', 'refused', 'failed']).optional(),
      /** By id. */
      project: z.string().optional(),
      target: z.string().optional().describe('What it was done to, by its id.'),
      from: time.optional(),
      to: time.optional(),
      q: z.string().optional(),
    }),
    answer: page(AuditRow),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'get',
    path: '/audit/verify',
    summary: 'Whether the operation log is whole: each row is bound to the one before it by a digest',
    permission: 'audit.read',
    on: 'organization',
    answer: z.object({
      rows: z.number(),
      ok: z.boolean(),
      broken: z.array(
        z.object({
          number: z.number(),
          /** Absent where what is missing is at the end. */
          id: id.optional(),
          at: time.optional(),
          is: z.enum(['changed', 'missing']),
        }),
      ),
      /** The end of the chain; who keeps it elsewhere can tell later whether the whole log was made anew. */
      head: z.object({ number: z.number(), digest: z.string() }),
    }),
    fails: [],
  }),
] as const;
