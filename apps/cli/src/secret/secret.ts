import { randomUUID } from 'node:crypto';
import type { AnswerOf, BodyOf } from '@pileus/api';
import { onTop } from '@pileus/api/on-top';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findSecret } from '../find.ts';
import { facts, table } from '../output/table.ts';
import { moment } from '../output/values.ts';
import { collect } from '../pages.ts';
import { askHidden, confirm } from '../values/ask.ts';
import { fileText, standardInput } from '../values/assignments.ts';

type Secret = AnswerOf<'get /secrets/{secret}'>;
type Version = Secret['version'];
type Value = BodyOf<'post /secrets'>['value'];

/** Where a value comes from. */
export interface ValueOptions {
  readonly file?: string;
  /** Of a login. */
  readonly user?: string;
}

export interface CreateOptions extends ValueOptions {
  readonly kind: Value['kind'];
  readonly description?: string;
}

export interface UpdateOptions {
  readonly newName?: string;
  readonly description?: string;
}

export interface RollbackOptions {
  /** The version whose value is brought back. */
  readonly to: number;
}

export async function listSecrets(
  { client, out, say, signal }: Context,
  options: { readonly search?: string; readonly usable?: true },
): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /secrets', {
      query: { q: options.search, usable: options.usable && 'true', cursor, limit },
      signal,
    }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.kind'), value: ({ kind }) => say(`secret.is.${kind}`) },
      { title: say('word.version'), value: ({ version }) => String(version.number) },
      { title: say('word.changed'), value: ({ version }) => moment(version.createdAt) },
      {
        title: say('word.usedBy'),
        value: ({ usedBy }) => usedBy.map(useText).join(' '),
      },
      { title: say('word.id'), value: ({ id }) => id },
      { title: say('word.description'), value: ({ description }) => description },
    ],
    ({ name }) => name,
  );
}

export async function getSecret(context: Context, given: string): Promise<void> {
  const { client, out, signal } = context;
  const params = { secret: (await findSecret(context, given)).id };
  const [secret, { items: versions }] = await Promise.all([
    client.call('get /secrets/{secret}', { params, signal }),
    client.call('get /secrets/{secret}/versions', { params, signal }),
  ]);
  await out.one(
    { ...secret, versions },
    ({ name }) => name,
    (shown) => draw(context, shown, versions),
  );
}

export async function createSecret(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { client, signal } = context;
  const value = await readValue(context, options.kind, options);
  const body = { name, description: options.description ?? '', value };
  await shown(context, await client.call('post /secrets', { body, key: randomUUID(), signal }));
}

export async function rotateSecret(context: Context, given: string, options: ValueOptions): Promise<void> {
  const { client, signal } = context;
  const { id, kind } = await findSecret(context, given);
  const body = { value: await readValue(context, kind, options) };
  const call = { params: { secret: id }, body, key: randomUUID(), signal };
  await shown(context, await client.call('post /secrets/{secret}/versions', call));
}

export async function listVersions(context: Context, given: string): Promise<void> {
  const { client, out, signal } = context;
  const params = { secret: (await findSecret(context, given)).id };
  const { items } = await client.call('get /secrets/{secret}/versions', { params, signal });
  await out.list(items, versionColumns(context), ({ number }) => String(number));
}

/** The value of an old version becomes that of a new one. */
export async function rollBackSecret(context: Context, given: string, { to }: RollbackOptions): Promise<void> {
  const { client, signal } = context;
  const params = { secret: (await findSecret(context, given)).id };
  await shown(context, await client.call('put /secrets/{secret}', { params, body: { version: to }, signal }));
}

export async function updateSecret(context: Context, given: string, options: UpdateOptions): Promise<void> {
  const { client, say, signal } = context;
  const { newName: name, description } = options;
  if (name === undefined && description === undefined)
    throw usage(say('usage.nothingToChange', { options: '--new-name, --description' }));
  const params = { secret: (await findSecret(context, given)).id };
  const updated = await onTop(
    () => client.call('get /secrets/{secret}', { params, signal }),
    (_, ifMatch) => client.call('patch /secrets/{secret}', { params, body: { name, description }, ifMatch, signal }),
  );
  await shown(context, updated);
}

export async function deleteSecret(context: Context, given: string, { yes }: { readonly yes?: true }): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findSecret(context, given);
  if (!yes && !(await confirm(context, say('secret.askDelete', { name })))) return out.message(say('plan.left'));
  await client.call('delete /secrets/{secret}', { params: { secret: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.secret'), name }));
}

/** A file as it is; what is typed or piped in without the line end after it. */
async function readValue(context: Context, kind: Value['kind'], { file, user }: ValueOptions): Promise<Value> {
  const { say, asks } = context;
  if (kind === 'login' && user === undefined) throw usage(say('secret.needsUser'));
  // A private key has lines, which no prompt takes.
  if (file === undefined && (!asks || kind === 'ssh-key')) throw usage(say('secret.needsFile'));
  const text =
    file === undefined
      ? await askHidden(context, say('secret.value'))
      : file === '-'
        ? await standardInput()
        : await fileText(file, say);
  if (kind === 'ssh-key') return { kind, privateKey: text };
  const line = text.replace(/\r?\n$/, '');
  return kind === 'login' ? { kind, user: user ?? '', password: line } : { kind, text: line };
}

const shown = (context: Context, secret: Secret): Promise<void> =>
  context.out.one(
    secret,
    ({ name }) => name,
    (one) => draw(context, one, []),
  );

function draw(context: Context, secret: Secret, versions: readonly Version[]): string {
  const { say, out } = context;
  const { version, usedBy } = secret;
  const rows: [string, string][] = [
    [say('word.name'), secret.name],
    [say('word.description'), secret.description],
    [say('word.kind'), say(`secret.is.${secret.kind}`)],
    [say('word.version'), String(version.number)],
    ...(version.fingerprint === undefined ? [] : [[say('word.fingerprint'), version.fingerprint] as [string, string]]),
    [say('word.changed'), `${moment(version.createdAt)} ${version.createdBy}`],
    [say('word.usedBy'), usedBy.map(useText).join(' ')],
    [say('word.id'), secret.id],
  ];
  const look = { columns: out.columns, colours: out.colours };
  return (
    facts(rows, out.colours) + (versions.length > 1 ? `\n\n${table(versions, versionColumns(context), look)}` : '')
  );
}

const versionColumns = ({ say }: Context) => [
  { title: say('word.version'), value: ({ number }: Version) => String(number) },
  { title: say('word.created'), value: ({ createdAt }: Version) => moment(createdAt) },
  { title: say('word.createdBy'), value: ({ createdBy }: Version) => createdBy },
  { title: say('word.kept'), value: ({ isKept }: Version) => (isKept ? say('word.yes') : '') },
  { title: say('word.broughtBackFrom'), value: ({ broughtBackFrom }: Version) => String(broughtBackFrom ?? '') },
  { title: say('word.fingerprint'), value: ({ fingerprint = '' }: Version) => fingerprint },
];

const useText = (use: Secret['usedBy'][number]): string =>
  `${use.name}.${use.kind === 'account' ? use.setting : use.input}`;
