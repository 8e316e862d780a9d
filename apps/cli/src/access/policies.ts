import { randomUUID } from 'node:crypto';
import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findPolicy, findPrincipal, findServiceAccount, named } from '../find.ts';
import { facts } from '../output/table.ts';
import { inLanguage, moment } from '../output/values.ts';
import { collect } from '../pages.ts';
import { readJsonFile } from '../values/json-file.ts';
import { confirm } from '../values/ask.ts';

export interface TokenOptions {
  readonly serviceAccount?: string;
  readonly scope?: string[];
  readonly expires?: string;
}

export interface DocumentOptions {
  readonly file: string;
  readonly note?: string;
}

export interface CheckOptions {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceIp?: string;
}

type Reason = AnswerOf<'post /policies/check'>['because'][number];

export async function listTokens(context: Context, { serviceAccount }: TokenOptions): Promise<void> {
  const { out, say } = context;
  await out.list(
    await tokens(context, await serviceOf(context, serviceAccount)),
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.prefix'), value: ({ prefix }) => `${prefix}…` },
      { title: say('word.scopes'), value: ({ scopes }) => scopes?.join(' ') ?? '*' },
      { title: say('word.expires'), value: ({ expiresAt }) => moment(expiresAt) },
      { title: say('word.lastUsed'), value: ({ usedAt }) => moment(usedAt) },
      { title: say('word.ip'), value: ({ usedIp }) => usedIp ?? '' },
      { title: say('word.id'), value: ({ id }) => id },
    ],
    ({ id }) => id,
  );
}

/** Makes a token and prints it: it is shown this once. */
export async function createToken(context: Context, name: string, options: TokenOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const { scope, expires } = options;
  const at = expires === undefined ? undefined : new Date(expires);
  if (at && Number.isNaN(at.getTime())) throw usage(say('usage.badTime', { given: expires ?? '' }));
  const body = { name, ...(scope && { scopes: scope }), ...(at && { expiresAt: at.toISOString() }) };
  const made =
    options.serviceAccount === undefined
      ? await client.call('post /me/tokens', { body, signal })
      : await client.call('post /service-accounts/{service}/tokens', {
          params: { service: (await findServiceAccount(context, options.serviceAccount)).id },
          body,
          signal,
        });
  out.message(say('token.once'));
  await out.one(
    made,
    ({ id }) => id,
    ({ token }) => token,
  );
}

export async function revokeToken(context: Context, given: string, options: TokenOptions): Promise<void> {
  const { client, say, signal } = context;
  const service = await serviceOf(context, options.serviceAccount);
  const { id: token } = named('kind.token', given, await tokens(context, service), say);
  if (service === undefined) await client.call('delete /me/tokens/{token}', { params: { token }, signal });
  else await client.call('delete /service-accounts/{service}/tokens/{token}', { params: { service, token }, signal });
}

async function serviceOf(context: Context, given: string | undefined): Promise<string | undefined> {
  return given === undefined ? undefined : (await findServiceAccount(context, given)).id;
}

async function tokens({ client, signal }: Context, service: string | undefined) {
  if (service === undefined) return (await client.call('get /me/tokens', { signal })).items;
  return (await client.call('get /service-accounts/{service}/tokens', { params: { service }, signal })).items;
}

export async function listPolicies({ client, language, out, say, signal }: Context): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /policies', { query: { cursor, limit }, signal }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.version'), value: ({ version }) => String(version) },
      { title: say('word.attachments'), value: ({ attachments }) => String(attachments) },
      { title: say('word.id'), value: ({ id }) => id },
      { title: say('word.description'), value: ({ description }) => inLanguage(description, language) },
    ],
    ({ name }) => name,
  );
}

export async function getPolicy(context: Context, given: string): Promise<void> {
  const { client, language, out, say, signal } = context;
  const { id } = await findPolicy(context, given);
  const policy = await client.call('get /policies/{policy}', { params: { policy: id }, signal });
  await out.one(
    policy,
    ({ name }) => name,
    ({ name, version, description, attachedTo, document }) =>
      `${facts(
        [
          [say('word.name'), name],
          [say('word.version'), String(version)],
          [say('word.description'), inLanguage(description, language)],
          [say('word.attachments'), attachedTo.map((one) => one.name).join(' ')],
        ],
        out.colours,
      )}\n\n${JSON.stringify(document, undefined, 2)}`,
  );
}

/** Makes a policy of a JSON file (`-`: standard input), or a new version of one. */
export async function writePolicy(
  context: Context,
  verb: 'create' | 'update',
  given: string,
  { file, note }: DocumentOptions,
): Promise<void> {
  const { client, out, say, signal } = context;
  const document = await readJsonFile(context, file);
  const made =
    verb === 'create'
      ? await client.call('post /policies', { body: { name: given, document }, key: randomUUID(), signal })
      : await client.call('put /policies/{policy}', {
          params: { policy: (await findPolicy(context, given)).id },
          body: { document, ...(note !== undefined && { note }) },
          signal,
        });
  out.message(say('policy.holds', { name: made.name, version: made.version }));
  await out.one(
    made,
    ({ id }) => id,
    ({ id }) => id,
  );
}

export async function deletePolicy(context: Context, given: string, { yes }: { readonly yes?: true }): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findPolicy(context, given);
  if (!yes && !(await confirm(context, say('policy.askDelete', { name })))) return out.message(say('plan.left'));
  await client.call('delete /policies/{policy}', { params: { policy: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.policy'), name }));
}

export async function attachPolicy(
  context: Context,
  verb: 'attach' | 'detach',
  given: string,
  to: string,
): Promise<void> {
  const { client, signal } = context;
  const [{ id: policy }, { id: principal }] = [await findPolicy(context, given), await findPrincipal(context, to)];
  const params = { policy, principal };
  if (verb === 'attach') await client.call('put /policies/{policy}/attachments/{principal}', { params, signal });
  else await client.call('delete /policies/{policy}/attachments/{principal}', { params, signal });
}

/** Whether somebody may do something, and why; ends with 4 when not. */
export async function checkPolicy(context: Context, options: CheckOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const decision = await client.call('post /policies/check', { body: { ...options }, signal });
  await out.one(
    decision,
    ({ allowed }) => String(allowed),
    ({ allowed, reason, because, nearMisses }) =>
      [
        say(allowed ? 'policy.allowed' : 'policy.denied', { reason: say(`policy.reason.${reasonKeys[reason]}`) }),
        ...because.map((one) => `  ${reasonLine(one)}`),
        ...nearMisses.map(
          (one) => `  ${say('policy.nearMiss', { statement: reasonLine(one), keys: one.failed.join(', ') })}`,
        ),
      ].join('\n'),
  );
}

const reasonKeys = {
  allowed: 'allowed',
  'denied explicitly': 'denied',
  'nothing allows it': 'nothing',
} as const;

function reasonLine({ effect, policy, statement, sid, via }: Reason): string {
  return `${effect}  ${policy.name}#${sid ?? statement}${via ? `  (${via.name})` : ''}`;
}

export async function whoMay(
  { client, out, say, signal }: Context,
  body: { readonly action: string; readonly resource: string },
): Promise<void> {
  const { items } = await client.call('post /policies/who', { body, signal });
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ principal }) => principal.name },
      { title: say('word.kind'), value: ({ principal }) => principal.kind },
      { title: say('word.because'), value: ({ because }) => because.map(reasonLine).join('; ') },
      { title: say('word.id'), value: ({ principal }) => principal.id },
    ],
    ({ principal }) => principal.name,
  );
}
