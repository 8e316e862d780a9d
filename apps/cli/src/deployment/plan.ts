import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findAccount } from '../find.ts';
import { collect } from '../pages.ts';
import { chooseTemplate } from '../template/choose.ts';
import { fillMissing } from '../values/ask.ts';
import { readCounts, readInputFile, readValues, type ValueOptions } from '../values/assignments.ts';
import { fieldsOf } from '../values/field.ts';
import { readSecrets } from '../values/secrets.ts';
import { readTags } from './tags.ts';

export type Plan = AnswerOf<'get /plans/{plan}'>;
type Account = Awaited<ReturnType<typeof findAccount>>;

export interface PlanOptions extends ValueOptions {
  readonly template: string;
  readonly account?: string;
  readonly name?: string;
  readonly templateVersion?: string;
  readonly variant?: string;
  readonly inputFile?: string;
  /** `password=NAME`: an input that is a secret's. */
  readonly secret?: readonly string[];
  readonly count?: readonly string[];
  readonly tag?: readonly string[];
  readonly steps?: true;
}

/** Lets the server plan a new deployment from what the command line gave; asks for inputs that are missing. */
export async function makePlan(context: Context, options: PlanOptions): Promise<Plan> {
  const { client, language, say, signal } = context;
  const account = await chooseAccount(context, options.account);
  const chosen = await chooseTemplate(context, options.template);
  const version = options.templateVersion ?? chosen.version;
  const template = await client.call('get /templates/{template}', {
    params: { template: chosen.id },
    query: { version },
    signal,
  });
  const variant = options.variant
    ? template.variants.find(({ name }) => name === options.variant)
    : (template.variants.find(({ providers }) => providers.includes(account.provider)) ?? template.variants[0]);
  if (!variant) {
    const choices = template.variants.map(({ name }) => name).join(', ');
    throw usage(say('usage.badValue', { what: '--variant', value: options.variant ?? '', choices }));
  }
  const fields = fieldsOf(variant.inputs, language);
  const base = options.inputFile === undefined ? {} : await readInputFile(options.inputFile, say);
  const secrets = await readSecrets(context, options.secret);
  const asked = fields.filter(({ name }) => !Object.hasOwn(secrets, name));
  const inputs = await fillMissing(context, asked, await readValues(options, fields, context, base));
  return client.call('post /plans', {
    body: {
      template: template.id,
      version,
      variant: options.variant,
      account: account.id,
      name: options.name ?? (await freeName(context, template.name)),
      inputs,
      ...(options.secret && { secrets }),
      counts: readCounts(options.count ?? [], say),
      tags: readTags(options.tag ?? [], say),
    },
    signal,
  });
}

/** The account that was named; else the only one there is, or the only one that is no simulation. */
async function chooseAccount(context: Context, given: string | undefined): Promise<Account> {
  if (given !== undefined) return findAccount(context, given);
  const { client, say, signal } = context;
  const { items } = await collect((cursor, limit) =>
    client.call('get /accounts', { query: { cursor, limit }, signal }),
  );
  const real = items.filter(({ simulated }) => !simulated);
  const [only, another] = real.length > 0 ? real : items;
  if (!only) throw usage(say('usage.noAccount'));
  if (another) throw usage(say('usage.whichAccount', { names: items.map(({ name }) => name).join(', ') }));
  return only;
}

/** The wanted name, or with a number behind it the first one that no deployment has. */
async function freeName({ client, signal }: Context, wanted: string): Promise<string> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /deployments', { query: { q: wanted, cursor, limit }, signal }),
  );
  const taken = new Set(items.map(({ name }) => name.toLowerCase()));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
