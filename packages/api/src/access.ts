import { z } from 'zod';
import { endpoint, id, page, paging, time } from './endpoint.ts';

export const Me = z.object({
  id,
  name: z.string(),
  organization: z.object({ id, name: z.string() }),
  /** False for the first administrator who signed in by the one-time link and has not chosen a password yet. */
  hasPassword: z.boolean(),
  /** Actions that are allowed for something at least. */
  permissions: z.array(z.string()),
});

export const Info = z.object({ version: z.string(), signedIn: z.boolean() });

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
    method: 'post',
    path: '/sessions',
    summary: 'Sign in by name and password, or by a one-time link',
    permission: 'public',
    action: 'Login',
    body: z.union([
      z.object({
        name: z.string().min(1),
        /** The organization's name; the one that runs the platform unless told. */
        organization: z.string().optional(),
        password: z.string().min(1),
        kind: z.enum(['browser', 'cli']).default('browser'),
      }),
      z.object({ link: z.string().min(1), kind: z.enum(['browser', 'cli']).default('browser') }),
    ]),
    /** `token` only for kind `cli` (send it as `Authorization: Bearer`); a browser gets a cookie. */
    answer: z.object({ user: Me, token: z.string().optional(), expiresAt: time }),
    status: 201,
    fails: ['sign-in-refused', 'too-many-requests'],
  }),
  endpoint({
    method: 'delete',
    path: '/sessions/current',
    summary: 'Sign out',
    permission: 'self',
    action: 'Logout',
    answer: z.object({}),
    fails: [],
  }),
  endpoint({
    method: 'get',
    path: '/me',
    summary: 'Who is signed in',
    permission: 'self',
    answer: Me,
    fails: [],
  }),
  endpoint({
    method: 'put',
    path: '/me/password',
    summary: 'Choose a password',
    permission: 'self',
    action: 'PASSWORD_CHANGE',
    body: z.object({
      /** Needed once a password exists. */
      current: z.string().optional(),
      next: z.string().min(8).max(256),
    }),
    answer: Me,
    fails: ['sign-in-refused', 'invalid'],
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
