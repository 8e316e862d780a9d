import { z } from 'zod';
import { endpoint, given, id, time } from './endpoint.ts';
import { methodKinds } from './sign-in-methods.ts';

/** What proves who somebody is beside the password. */
export const factorKinds = ['totp', 'passkey'] as const;

/** How a session was begun. */
export const begunBy = ['password', 'link', 'passkey', 'oidc', 'ldap', 'device'] as const;

export const FactorView = z.object({
  id,
  kind: z.enum(factorKinds),
  name: z.string(),
  createdAt: time,
  usedAt: time.optional(),
  /** Of a passkey: whether it is, or may be, on several devices of its owner. */
  isSynced: z.boolean().optional(),
});

export const FactorsView = z.object({
  items: z.array(FactorView),
  /** How many recovery codes are left. */
  recoveryCodes: z.number(),
  /** Whether the organization wants everybody to have one. */
  isRequired: z.boolean(),
  /** Whether browsers know passkeys at the address that this is asked at. */
  passkeysWork: z.boolean(),
  /** Until when factors may be changed without proving anew who one is; absent when that is over. */
  provedUntil: time.optional(),
  /** By what one proves it; empty: by signing in again. */
  provesBy: z.array(z.enum(['password', 'code', 'passkey'])),
});

/** What is left to do before a session begins: one of these, within minutes. */
export const SecondFactorWanted = z.object({
  challenge: z.string(),
  by: z.array(z.enum(['code', 'passkey'])),
});

/** What goes to `navigator.credentials`, as JSON (WebAuthn, 5.1), and what names the ceremony when its answer is sent. */
const Ceremony = z.object({ ceremony: z.string(), options: z.record(z.string(), z.unknown()) });
/** What a browser answered, `PublicKeyCredential.toJSON()`. */
const Credential = given(z.record(z.string(), z.unknown()));

const kind = z.enum(['browser', 'cli']).default('browser');
/** Six digits of an app, or a recovery code. */
const code = given(z.string().min(6).max(100));
const token = given(z.string().min(1));

/** Every way in. What ends a sign-in that wants a second factor says so by its `challenge`. */
export const SignIn = z.union([
  z.object({
    /** A directory of the organization's. */
    method: z.string().min(1),
    name: z.string().min(1).max(1_000),
    password: given(z.string().min(1).max(10_000)),
    kind,
  }),
  z.object({
    /** What was kept when one left for the identity provider, and the query one came back with. */
    attempt: token,
    query: given(z.string().max(20_000)),
    kind,
  }),
  z.object({
    name: z.string().min(1),
    /** The organization's name; the one that runs the platform unless told. */
    organization: z.string().optional(),
    password: given(z.string().min(1)),
    kind,
  }),
  z.object({ link: token, kind }),
  /** Approved by somebody in a browser; `sign-in-pending` until then. */
  z.object({ device: token, kind }),
  z.object({ challenge: token, code, kind }),
  z.object({
    /** Absent where the passkey alone signs in. */
    challenge: token.optional(),
    ceremony: token,
    passkey: Credential,
    kind,
  }),
]);

const factorName = z.string().trim().min(1).max(100);
const factor = z.object({ factor: id });

/** The factor, and recovery codes where it is the first one: they are shown this once. */
const Enrolled = z.object({ factor: FactorView, recoveryCodes: z.array(z.string()).optional() });

/**
 * Answers that hold secrets are answers to PUT, of which none is kept: those to POST are, for whoever repeats a request under
 * its Idempotency-Key.
 */
export const signIn = [
  endpoint({
    method: 'get',
    path: '/sign-in',
    summary: 'How one signs in here: what a sign-in page offers',
    permission: 'public',
    query: z.object({
      /** Its name; the one that runs the platform unless told. */
      organization: z.string().optional(),
    }),
    answer: z.object({
      methods: z.array(z.object({ id, kind: z.enum(methodKinds), title: z.string() })),
      /** Whether browsers know passkeys at the address that this is asked at. */
      passkeys: z.boolean(),
    }),
    fails: [],
  }),
  endpoint({
    method: 'post',
    path: '/sessions/passkey',
    summary: 'Begin to sign in by a passkey: with any of this address, or as the second factor that a challenge wants',
    permission: 'public',
    body: z.object({ challenge: token.optional() }),
    answer: Ceremony,
    fails: ['sign-in-over', 'passkey-refused', 'too-many-requests'],
  }),
  endpoint({
    method: 'post',
    path: '/sessions/device',
    summary: 'Begin to sign in where there is no browser: what to show, and what to ask with (RFC 8628)',
    permission: 'public',
    answer: z.object({
      /** What the device keeps to itself. */
      device: z.string(),
      /** What a person compares with what the portal shows. */
      code: z.string(),
      url: z.string(),
      urlWithCode: z.string(),
      expiresAt: time,
      /** In seconds: how long to wait between asking. */
      interval: z.number(),
    }),
    fails: ['too-many-requests'],
  }),
  endpoint({
    method: 'get',
    path: '/device-logins/{code}',
    summary: 'What waits to be approved under a code',
    permission: 'self',
    params: z.object({ code: z.string().min(1).max(40) }),
    answer: z.object({ code: z.string(), ip: z.string(), userAgent: z.string(), createdAt: time, expiresAt: time }),
    fails: ['not-found', 'too-many-requests', 'not-allowed'],
  }),
  endpoint({
    method: 'put',
    path: '/device-logins/{code}',
    summary: 'Approve or deny it: what waits is then signed in as oneself',
    permission: 'self',
    action: 'DEVICE_LOGIN',
    params: z.object({ code: z.string().min(1).max(40) }),
    body: z.object({ approve: z.boolean() }),
    answer: z.object({}),
    fails: ['not-found', 'too-many-requests', 'not-allowed'],
  }),
  endpoint({
    method: 'get',
    path: '/me/factors',
    summary: "One's second factors",
    permission: 'self',
    early: true,
    answer: FactorsView,
    fails: [],
  }),
  endpoint({
    method: 'put',
    path: '/me/proof',
    summary: 'Prove anew who one is: by a second factor, or by the password where there is none',
    permission: 'self',
    early: true,
    action: 'PROOF',
    body: z.union([
      z.object({ password: given(z.string().min(1)) }),
      z.object({ code }),
      z.object({ ceremony: token, passkey: Credential }),
    ]),
    answer: FactorsView,
    fails: ['sign-in-refused', 'code-refused', 'passkey-refused', 'sign-in-over', 'too-many-requests', 'not-allowed'],
  }),
  endpoint({
    method: 'put',
    path: '/me/proof/passkey',
    summary: 'Begin to prove it by a passkey',
    permission: 'self',
    early: true,
    answer: Ceremony,
    fails: ['passkey-refused', 'not-allowed'],
  }),
  endpoint({
    method: 'put',
    path: '/me/factors/totp/new',
    summary: 'Begin to set up an authenticator app: the secret is shown this once',
    permission: 'self',
    early: true,
    answer: z.object({ enrolment: z.string(), secret: z.string(), uri: z.string() }),
    fails: ['proof-needed', 'conflict', 'not-allowed'],
  }),
  endpoint({
    method: 'put',
    path: '/me/factors/totp',
    summary: 'End it with a first code of the app',
    permission: 'self',
    early: true,
    action: 'FACTOR_ADD',
    body: z.object({ enrolment: token, code, name: factorName }),
    answer: Enrolled,
    fails: ['proof-needed', 'code-refused', 'sign-in-over', 'conflict', 'not-allowed'],
  }),
  endpoint({
    method: 'put',
    path: '/me/factors/passkey/new',
    summary: 'Begin to register a passkey',
    permission: 'self',
    early: true,
    answer: Ceremony,
    fails: ['proof-needed', 'passkey-refused', 'not-allowed'],
  }),
  endpoint({
    method: 'put',
    path: '/me/factors/passkey',
    summary: 'End it with what the browser answered',
    permission: 'self',
    early: true,
    action: 'FACTOR_ADD',
    body: z.object({ ceremony: token, passkey: Credential, name: factorName }),
    answer: Enrolled,
    fails: ['proof-needed', 'passkey-refused', 'sign-in-over', 'conflict', 'not-allowed'],
  }),
  endpoint({
    method: 'delete',
    path: '/me/factors/{factor}',
    summary: 'Remove a second factor',
    permission: 'self',
    action: 'FACTOR_REMOVE',
    params: factor,
    answer: z.object({}),
    fails: ['proof-needed', 'not-found', 'conflict', 'not-allowed'],
  }),
  endpoint({
    method: 'put',
    path: '/me/recovery-codes',
    summary: 'Make ten new recovery codes, shown this once; the old ones end',
    permission: 'self',
    action: 'RECOVERY_CODES',
    answer: z.object({ recoveryCodes: z.array(z.string()) }),
    fails: ['proof-needed', 'conflict', 'not-allowed'],
  }),
  endpoint({
    method: 'delete',
    path: '/users/{user}/factors',
    summary: 'Take away the second factors of somebody who has lost them; it is signed out everywhere',
    permission: 'user.update',
    action: 'FACTORS_RESET',
    params: z.object({ user: id }),
    answer: z.object({}),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'delete',
    path: '/users/{user}/sessions/{session}',
    summary: 'End one session of a user',
    permission: 'user.update',
    action: 'SESSIONS_END',
    params: z.object({ user: id, session: id }),
    answer: z.object({}),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'get',
    path: '/organization/sign-in',
    summary: 'What the organization asks of everybody who signs in',
    permission: 'sign-in.read',
    on: 'organization',
    answer: z.object({ requiresSecondFactor: z.boolean() }),
    versioned: { besides: [] },
    fails: [],
  }),
  endpoint({
    method: 'put',
    path: '/organization/sign-in',
    summary: 'Set it; who turns on that a second factor is required must have come in by one',
    permission: 'sign-in.update',
    on: 'organization',
    action: 'SIGN_IN_UPDATE',
    body: z.object({ requiresSecondFactor: z.boolean() }),
    answer: z.object({ requiresSecondFactor: z.boolean() }),
    dryRun: true,
    fails: ['conflict'],
  }),
] as const;
