import { z } from 'zod';
import { secretKinds } from './kinds.ts';
import { endpoint, given, id, page, paging, time } from './endpoint.ts';

const longest = 64 * 1024;
const name = z.string().trim().min(1).max(100);
const description = z.string().max(1_000);

/** What is kept; it goes in and is never answered. */
export const SecretValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: given(z.string().min(1).max(longest)) }),
  /** OpenSSH or PEM, without a passphrase. */
  z.object({ kind: z.literal('ssh-key'), privateKey: given(z.string().min(1).max(longest)) }),
  z.object({
    kind: z.literal('login'),
    user: z.string().min(1).max(1_000),
    password: given(z.string().min(1).max(longest)),
  }),
]);

export const SecretVersionView = z.object({
  number: z.number(),
  /** Whether its value is kept, so that it can be brought back: the values of the newest ten are. */
  isKept: z.boolean(),
  /** The version whose value was brought back as this one. */
  broughtBackFrom: z.number().optional(),
  /** Of an SSH key: `SHA256:…`, as ssh-keygen -l shows it. */
  fingerprint: z.string().optional(),
  createdBy: z.string(),
  createdAt: time,
});

export const SecretView = z.object({
  id,
  name: z.string(),
  description: z.string(),
  kind: z.enum(secretKinds),
  /** The newest version, which is the one that is used. */
  version: SecretVersionView,
  /** What names it, of that what the caller may read; as long as there is something, it cannot be deleted. */
  usedBy: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('account'), id, name: z.string(), setting: z.string() }),
      z.object({ kind: z.literal('deployment'), id, name: z.string(), input: z.string() }),
    ]),
  ),
  createdBy: z.string(),
  createdAt: time,
});

const secret = z.object({ secret: id });

export const secrets = [
  endpoint({
    method: 'get',
    path: '/secrets',
    summary: 'Secrets: what they are called and who uses them, never their values',
    permission: 'secret.read',
    on: 'each',
    query: z.object({ ...paging, q: z.string().optional(), usable: z.stringbool().optional() }),
    answer: page(SecretView),
    fails: ['invalid'],
  }),
  endpoint({
    method: 'post',
    path: '/secrets',
    summary: 'Keep a secret',
    permission: 'secret.create',
    on: 'new',
    action: 'SECRET_CREATE',
    body: z.object({ name, description: description.default(''), value: SecretValue }),
    answer: SecretView,
    status: 201,
    dryRun: true,
    fails: ['invalid', 'name-taken'],
  }),
  endpoint({
    method: 'get',
    path: '/secrets/{secret}',
    summary: 'A secret, without its value',
    permission: 'secret.read',
    params: secret,
    answer: SecretView,
    versioned: { besides: ['usedBy'] },
    fails: ['not-found'],
  }),
  endpoint({
    method: 'patch',
    path: '/secrets/{secret}',
    summary: 'Call a secret otherwise',
    permission: 'secret.update',
    action: 'SECRET_UPDATE',
    params: secret,
    body: z.object({ name: name.optional(), description: description.optional() }),
    answer: SecretView,
    dryRun: true,
    fails: ['not-found', 'name-taken'],
  }),
  endpoint({
    method: 'put',
    path: '/secrets/{secret}',
    summary: 'Bring back the value of an old version, as a new version',
    permission: 'secret.update',
    action: 'SECRET_ROLLBACK',
    params: secret,
    body: z.object({ version: z.number().int().min(1) }),
    answer: SecretView,
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
  endpoint({
    method: 'get',
    path: '/secrets/{secret}/versions',
    summary: 'The versions of a secret without their values, the newest first',
    permission: 'secret.read',
    params: secret,
    answer: z.object({ items: z.array(SecretVersionView) }),
    fails: ['not-found'],
  }),
  endpoint({
    method: 'post',
    path: '/secrets/{secret}/versions',
    summary: 'Give a secret a new value, which accounts that name it use from now on; it can be taken back',
    permission: 'secret.update',
    action: 'SECRET_ROTATE',
    params: secret,
    body: z.object({ value: SecretValue }),
    answer: SecretView,
    status: 201,
    dryRun: true,
    fails: ['not-found', 'invalid', 'conflict'],
  }),
  endpoint({
    method: 'delete',
    path: '/secrets/{secret}',
    summary: 'Forget a secret that nothing names any more',
    permission: 'secret.delete',
    action: 'SECRET_DELETE',
    params: secret,
    answer: z.object({}),
    dryRun: true,
    fails: ['not-found', 'conflict'],
  }),
] as const;
