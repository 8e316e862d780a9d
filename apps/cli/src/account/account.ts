import { randomUUID } from 'node:crypto';
import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { exitCodes, Stop, usage } from '../exit.ts';
import { onTop } from '@pileus/api/on-top';
import { findAccount } from '../find.ts';
import { facts, painted, table } from '../output/table.ts';
import { inLanguage, moment, plain, stateStyle, stateWord } from '../output/values.ts';
import { harmless } from '../output/width.ts';
import { collect } from '../pages.ts';
import { confirm, fillMissing } from '../values/ask.ts';
import { readValues, type ValueOptions, type Values } from '../values/assignments.ts';
import { fieldsOf, type Field } from '../values/field.ts';
import { readSecrets } from '../values/secrets.ts';

type Account = AnswerOf<'get /accounts/{account}'>;
type Check = AnswerOf<'post /accounts/check'>;
type Provider = AnswerOf<'get /providers'>['items'][number];

export async function listProviders(context: Context, only: string | undefined): Promise<void> {
  if (only !== undefined) return showProvider(context, await findProvider(context, only));
  const { client, language, out, say, signal } = context;
  const { items } = await client.call('get /providers', { signal });
  await out.list(
    items,
    [
      { title: say('word.provider'), value: ({ id }) => id },
      {
        title: say('word.title'),
        value: ({ title, simulated }) => inLanguage(title, language) + (simulated ? ` (${say('word.simulated')})` : ''),
      },
      { title: say('word.category'), value: ({ category }) => say(`category.${category}`) },
      {
        title: say('word.settings'),
        value: ({ account }) =>
          fieldsOf(account, language)
            .filter(({ required }) => required)
            .map(({ name }) => name)
            .join(' '),
      },
    ],
    ({ id }) => id,
  );
}

export async function listAccounts(
  { client, out, say, signal }: Context,
  options: { readonly search?: string },
): Promise<void> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /accounts', { query: { q: options.search, cursor, limit }, signal }),
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      {
        title: say('word.provider'),
        value: ({ provider, simulated }) => provider + (simulated ? ` (${say('word.simulated')})` : ''),
      },
      {
        title: say('word.health'),
        value: ({ health }) => stateWord(say, health.is),
        style: ({ health }) => stateStyle(health.is),
      },
      { title: say('word.resources'), value: ({ resources }) => String(resources) },
      { title: say('word.id'), value: ({ id }) => id },
      { title: say('word.description'), value: ({ description }) => description },
    ],
    ({ name }) => name,
  );
}

export async function getAccount(context: Context, given: string): Promise<void> {
  const { id } = await findAccount(context, given);
  const account = await context.client.call('get /accounts/{account}', {
    params: { account: id },
    signal: context.signal,
  });
  await context.out.one(
    account,
    ({ name }) => name,
    (shown) => drawAccount(context, shown),
  );
}

export interface AddOptions extends ValueOptions {
  readonly name: string;
  readonly description?: string;
  readonly test?: true;
  /** `password=NAME`: a setting that is a secret's. */
  readonly secret?: readonly string[];
}

export async function addAccount(context: Context, providerId: string, options: AddOptions): Promise<void> {
  const { client, language, out, say, signal } = context;
  const provider = await findProvider(context, providerId);
  const fields = fieldsOf(provider.account, language);
  const secrets = await readSecrets(context, options.secret);
  const asked = fields.filter(({ name }) => !Object.hasOwn(secrets, name));
  const settings = await fillMissing(context, asked, await readValues(options, fields, context));
  if (options.test) await tryFirst(context, provider, { settings, secrets });
  const { name, description = '' } = options;
  const body = { provider: provider.id, name, description, settings, ...(options.secret && { secrets }) };
  const account = await client.call('post /accounts', { body, key: randomUUID(), signal });
  out.message(say('account.added', { name: account.name }));
  await out.one(
    account,
    ({ name }) => name,
    (shown) => drawAccount(context, shown),
  );
}

export interface UpdateOptions extends ValueOptions {
  readonly newName?: string;
  readonly description?: string;
  readonly secret?: readonly string[];
}

export async function updateAccount(context: Context, given: string, options: UpdateOptions): Promise<void> {
  const { client, language, out, say, signal } = context;
  const account = await findAccount(context, given);
  const provider = await findProvider(context, account.provider);
  const changed = await readValues(options, fieldsOf(provider.account, language), context);
  const secrets = options.secret && (await readSecrets(context, options.secret));
  const { newName: name, description } = options;
  if (Object.keys(changed).length === 0 && name === undefined && description === undefined && !secrets)
    throw usage(say('usage.nothingToChange', { options: '--set, --secret, --new-name, --description' }));
  const params = { account: account.id };
  const updated = await onTop(
    () => client.call('get /accounts/{account}', { params, signal }),
    (now, ifMatch) => {
      const settings = Object.keys(changed).length > 0 ? { ...now.settings, ...changed } : undefined;
      const body = { name, description, settings, secrets };
      return client.call('patch /accounts/{account}', { params, body, ifMatch, signal });
    },
  );
  out.message(say('account.updated', { name: updated.name }));
  await out.one(
    updated,
    ({ name }) => name,
    (shown) => drawAccount(context, shown),
  );
}

/** Tries a saved account; exit code 1 when a service does not answer as it should. */
export async function testAccount(context: Context, given: string): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findAccount(context, given);
  const health = await client.call('post /accounts/{account}/check', { params: { account: id }, signal });
  await out.one(
    health,
    () => name,
    () => drawChecks(context, health.checks),
  );
  const failing = health.checks.filter(({ ok }) => !ok).length;
  if (failing > 0 || health.is === 'failing')
    throw new Stop(exitCodes.error, say('account.unhealthy', { count: failing }));
  out.message(say('account.healthy'));
}

export async function deleteAccount(context: Context, given: string, options: { readonly yes?: true }): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findAccount(context, given);
  if (!options.yes && !(await confirm(context, say('account.askDelete', { name }))))
    return out.message(say('plan.left'));
  await client.call('delete /accounts/{account}', { params: { account: id }, signal });
  out.message(say('account.deleted', { name }));
}

async function findProvider({ client, say, signal }: Context, given: string): Promise<Provider> {
  const { items } = await client.call('get /providers', { signal });
  const found = items.find(({ id }) => id === given);
  if (found) return found;
  const choices = items.map(({ id }) => id).join(', ');
  throw usage(say('usage.badValue', { what: say('kind.provider'), value: given, choices }));
}

/** Shows each service as it answers; leaves without saving when one fails and nobody wants it saved all the same. */
async function tryFirst(
  context: Context,
  provider: Provider,
  given: { readonly settings: Values; readonly secrets: Readonly<Record<string, string>> },
): Promise<void> {
  const { client, language, out, say, signal } = context;
  out.message(say('account.trying', { provider: inLanguage(provider.title, language) }));
  let ok = true;
  for await (const { data } of client.stream('post /accounts/check', {
    body: { provider: provider.id, ...given },
    signal,
  })) {
    ok &&= data.ok;
    out.message(checkLine(context, data));
  }
  if (ok) return;
  if (!context.asks) throw new Stop(exitCodes.error, say('account.tryFailed'));
  if (!(await confirm(context, say('account.saveAnyway')))) throw new Stop(exitCodes.error, say('account.tryFailed'));
}

function checkLine({ language, out }: Context, check: Check): string {
  const mark = painted(check.ok ? '✓' : '✗', check.ok ? 'green' : 'red', out.messageColours);
  return `  ${mark} ${check.service}  ${harmless(inLanguage(check.detail, language))}  (${check.milliseconds} ms)`;
}

async function showProvider({ language, out, say }: Context, provider: Provider): Promise<void> {
  const fields = fieldsOf(provider.account, language);
  await out.one(
    provider,
    ({ id }) => id,
    () =>
      table<Field>(
        fields,
        [
          { title: say('word.setting'), value: ({ name }) => name },
          { title: say('word.type'), value: ({ type, choices }) => choices?.join('|') ?? type },
          { title: say('word.required'), value: ({ required }) => (required ? say('word.yes') : '') },
          { title: say('word.default'), value: (field) => plain(field.default) },
          { title: say('word.meaning'), value: ({ title, help }) => [title, help].filter(Boolean).join(' — ') },
        ],
        out,
      ),
  );
}

function drawAccount(context: Context, account: Account): string {
  const { out, say } = context;
  const hidden = account.hidden.map((name) => [name, '***'] as const);
  const settings = Object.entries(account.settings).map(([name, value]) => [name, plain(value)] as const);
  const head = facts(
    [
      [say('word.name'), account.name],
      [say('word.id'), account.id],
      [say('word.provider'), account.provider + (account.simulated ? ` (${say('word.simulated')})` : '')],
      [say('word.description'), account.description],
      [say('word.created'), moment(account.createdAt)],
      [say('word.resources'), String(account.resources)],
      [
        say('word.health'),
        stateWord(say, account.health.is) + (account.health.checkedAt ? ` (${moment(account.health.checkedAt)})` : ''),
      ],
      ...[...settings, ...hidden].map(([name, value]) => [`  ${name}`, value] as const),
    ],
    out.colours,
  );
  return account.health.checks.length > 0 ? `${head}\n\n${drawChecks(context, account.health.checks)}` : head;
}

function drawChecks({ language, out, say }: Context, checks: readonly Check[]): string {
  return table(
    checks,
    [
      { title: say('word.service'), value: ({ service }) => service },
      {
        title: say('word.state'),
        value: ({ ok }) => stateWord(say, ok ? 'ok' : 'failing'),
        style: ({ ok }) => (ok ? 'green' : 'red'),
      },
      { title: 'MS', value: (check) => String(Math.round(check.milliseconds)) },
      { title: say('word.endpoint'), value: ({ endpoint }) => endpoint ?? '' },
      { title: say('word.detail'), value: ({ detail }) => inLanguage(detail, language) },
    ],
    out,
  );
}
