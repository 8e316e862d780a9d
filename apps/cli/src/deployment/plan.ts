import { stepNameIn } from '@pileus/model/step-name';
import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';
import { findAccount, findTemplate } from '../find.ts';
import { painted, table, type Style } from '../output/table.ts';
import { fillMissing } from '../values/ask.ts';
import { readInputFile, readValues, type ValueOptions } from '../values/assignments.ts';
import { fieldsOf } from '../values/field.ts';

export type Plan = AnswerOf<'get /plans/{plan}'>;

export interface PlanOptions extends ValueOptions {
  readonly template: string;
  readonly account: string;
  readonly name?: string;
  readonly templateVersion?: string;
  readonly variant?: string;
  readonly inputFile?: string;
  readonly steps?: true;
}

/** Lets the server plan a new deployment from what the command line gave; asks for inputs that are missing. */
export async function makePlan(context: Context, options: PlanOptions): Promise<Plan> {
  const { client, language, say, signal } = context;
  const [account, found] = await Promise.all([
    findAccount(context, options.account),
    findTemplate(context, options.template),
  ]);
  const version = options.templateVersion;
  const template = await client.call('get /templates/{template}', {
    params: { template: found.id },
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
  const inputs = await fillMissing(context, fields, await readValues(options, fields, context, base));
  return client.call('post /plans', {
    body: {
      template: template.id,
      version,
      variant: options.variant,
      account: account.id,
      name: options.name ?? template.name,
      inputs,
    },
    signal,
  });
}

const marks: Record<Plan['steps'][number]['action'], { sign: string; style: Style }> = {
  create: { sign: '+', style: 'green' },
  update: { sign: '~', style: 'yellow' },
  replace: { sign: '±', style: 'yellow' },
  start: { sign: '>', style: 'cyan' },
  stop: { sign: '>', style: 'cyan' },
  delete: { sign: '-', style: 'red' },
  run: { sign: '>', style: 'cyan' },
};

/** More steps than this are counted rather than listed, unless asked for. */
const listed = 40;

/** What a plan will do, for a person to agree to: where, how many of what, and each step. */
export function drawPlan(
  { say, language }: Context,
  plan: Plan,
  look: { columns?: number | undefined; colours: boolean },
  all = false,
): string {
  const account = `${plan.account.name} (${plan.account.provider}${plan.account.simulated ? `, ${say('word.simulated')}` : ''})`;
  const template = `${plan.template.name} ${plan.template.version} (${plan.template.variant})`;
  const title =
    plan.action === 'create'
      ? say('plan.create', { name: plan.name, template, account })
      : say('plan.delete', { name: plan.name, account });
  const steps = all ? plan.steps : plan.steps.slice(0, listed);
  const drawn = table(
    steps,
    [
      { title: ' ', value: ({ action }) => marks[action].sign, style: ({ action }) => marks[action].style },
      { title: say('word.action'), value: ({ action }) => say(`action.${action}`) },
      { title: say('word.node'), value: ({ node }) => node },
      { title: say('word.what'), value: ({ what }) => what },
      { title: say('word.step'), value: (step) => stepNameIn(language, step.title) },
    ],
    look,
  );
  const more = plan.steps.length > steps.length ? [say('plan.more', { count: plan.steps.length - steps.length })] : [];
  const counts = plan.counts.map(({ what, count }) => `${count} × ${what}`).join(', ');
  return [painted(title, 'bold', look.colours), counts, '', drawn, ...more].join('\n');
}
