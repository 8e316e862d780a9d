import { differenceOf } from '@pileus/model/cost';
import { moneyText } from '@pileus/model/money';
import { measures } from '@pileus/model/quota';
import { concealed } from '@pileus/model/sealed';
import { kindNames, stepNameIn } from '@pileus/model/step-name';
import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { painted, type Style } from '../output/table.ts';
import { accountText } from '../output/values.ts';
import { isUnicode, clip, harmless, pad, width } from '../output/width.ts';
import type { Plan } from './plan.ts';
import { tagsText } from './tags.ts';

type Deployment = AnswerOf<'get /deployments/{deployment}'>;
type Step = Plan['steps'][number];
type Quote = NonNullable<Plan['quote']>;
type Change = NonNullable<Step['changes']>[number];

export interface PlanLook {
  /** Lines are cut there; undefined where it goes to a file. */
  readonly columns?: number | undefined;
  readonly colours: boolean;
}

/** What every drawing of a plan needs. */
interface Drawing extends PlanLook {
  readonly context: Context;
  readonly unicode: boolean;
}

const marks: Record<Step['action'], { sign: string; plain: string; style: Style }> = {
  create: { sign: '+', plain: '+', style: 'green' },
  update: { sign: '~', plain: '~', style: 'yellow' },
  replace: { sign: '±', plain: '-/+', style: 'yellow' },
  delete: { sign: '−', plain: '-', style: 'red' },
  start: { sign: '▸', plain: '>', style: 'cyan' },
  stop: { sign: '▸', plain: '>', style: 'cyan' },
  run: { sign: '▸', plain: '>', style: 'cyan' },
  state: { sign: '·', plain: '.', style: 'cyan' },
  check: { sign: '?', plain: '?', style: 'cyan' },
};

/** More steps than this are counted rather than listed, unless asked for. */
const listed = 60;

/**
 * What a plan will do, for a person to agree to: what is asked for, each step with what it changes and why, and how many
 * of what. `was` is what there is of the deployment now.
 *
 * ```
 * Plan: change shop
 *   web  2 → 3
 *
 *   + Create server web-3    new
 *   ~ Change volume data     changed
 *       gigabytes  10 → 20
 * ```
 */
export function drawPlan(context: Context, plan: Plan, look: PlanLook, all = false, was?: Deployment): string {
  const drawing: Drawing = { ...look, context, unicode: isUnicode(context.environment) };
  const { say } = context;
  const steps = plan.steps.filter(({ isReplaced }) => all || !isReplaced);
  const shown = all ? steps : steps.slice(0, listed);
  const body = drawSteps(drawing, shown, plan.quote);
  if (steps.length > shown.length) body.push(say('plan.more', { count: steps.length - shown.length }));
  if (plan.steps.length > 0) body.push('', `${drawCounts(drawing, plan)}`);
  if (plan.quote) body.push('', ...drawQuote(drawing, plan.quote));
  const quotas = drawQuotas(context, plan);
  if (quotas.length > 0) body.push('', ...quotas);
  const intent = drawIntent(drawing, plan, was);
  return [
    painted(titleOf(context, plan), 'bold', look.colours),
    ...drawTags(drawing, plan),
    ...intent,
    ...(body.length > 0 ? ['', ...body] : []),
  ].join('\n');
}

function titleOf({ say }: Context, { action, name: given, template, account }: Plan): string {
  const name = harmless(given);
  const where = accountText(say, account);
  const from = `${template.name} ${template.version} (${template.variant})`;
  if (action === 'create') return say('plan.create', { name, template: from, account: where });
  return say(`plan.${action}`, { name, account: where });
}

function drawTags({ context: { say }, columns }: Drawing, { tags }: Plan): string[] {
  if (!tags) return [];
  const line = `  ${say('word.tags')}  ${harmless(tagsText(tags))}`;
  return [columns === undefined ? line : clip(line, columns)];
}

/** What of the wish is different from what the deployment was to be so far: version, inputs, counts. */
function drawIntent(drawing: Drawing, plan: Plan, was: Deployment | undefined): string[] {
  if (!was) return [];
  const { say } = drawing.context;
  return drawChanges(drawing, intentOf(plan, was, say('plan.templateVersion')), 2);
}

/** The same as field changes. */
export function intentOf(plan: Plan, was: Deployment, version: string): Change[] {
  const changes: Change[] = [];
  const add = (field: string, from: unknown, to: unknown) => {
    if (JSON.stringify(from) !== JSON.stringify(to)) changes.push({ field, from, to });
  };
  const { otherSecrets = [] } = plan;
  const [before, after] = [shownInputs(was), shownInputs(plan)];
  for (const field of otherSecrets) changes.push({ field, from: before[field], to: after[field] });
  add(version, was.template.version, plan.template.version);
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (!otherSecrets.includes(name)) add(name, before[name], after[name]);
  const counts = new Map(was.scaling.map(({ node, count }) => [node, count]));
  for (const { node, count } of plan.scaling) add(node, counts.get(node), count);
  return changes;
}

/** Inputs; of one that is a secret's its name and version. */
function shownInputs({ inputs, secrets = {} }: Pick<Plan, 'inputs' | 'secrets'>): Record<string, unknown> {
  const named = Object.entries(secrets).map(([input, { name, version }]) => [input, `secret:${name}@${version}`]);
  return { ...inputs, ...Object.fromEntries(named) };
}

function drawSteps(drawing: Drawing, steps: readonly Step[], quote: Quote | undefined): string[] {
  const { context, columns, colours, unicode } = drawing;
  const rows = steps.map((step) => ({
    step,
    mark: marks[step.action],
    title: harmless(stepNameIn(context.language, step.title)),
    why: context.say(step.ifChanged ? 'why.ifChanged' : `why.${step.why}`),
    price: quote && step.price ? stepPrice(context, step.price, quote.currency) : '',
  }));
  const signs = unicode ? 1 : 3;
  const widest = Math.max(0, ...rows.map(({ title }) => width(title)));
  const words = Math.max(0, ...rows.map(({ why }) => width(why)));
  const prices = Math.max(0, ...rows.map(({ price }) => width(price)));
  const all = columns === undefined ? Number.POSITIVE_INFINITY : columns - signs - 5;
  // Where there is no room for prices beside the steps, what stands below them has to do.
  const isPriced = prices > 0 && all - prices - 2 >= 26;
  const free = isPriced ? all - prices - 2 : all;
  const whys = Math.min(words, Math.max(6, free - 20));
  const room = Math.min(widest, free - whys);
  return rows.flatMap(({ step, mark, title, why, price }) => [
    `  ${painted(pad(unicode ? mark.sign : mark.plain, signs), mark.style, colours)} ${pad(clip(title, room), room)}  ${isPriced ? `${' '.repeat(prices - width(price))}${price}  ` : ''}${painted(clip(why, whys), 'gray', colours)}`.trimEnd(),
    ...drawChanges(drawing, step.changes ?? [], 6),
  ]);
}

/** What a step adds to a month, or takes from it. */
function stepPrice(
  { language, say }: Context,
  { before, after }: NonNullable<Step['price']>,
  currency: string,
): string {
  if (before === undefined || after === undefined) return say('plan.noPrice');
  const look = { isDifference: true };
  return say('prices.perMonth', { amount: moneyText(differenceOf(before, after), currency, language, look) });
}

/** What all of it costs before and after, by the month and the hour, and what has no price. */
function drawQuote({ context, columns, unicode }: Drawing, quote: Quote): string[] {
  const { language, say } = context;
  const { currency, before, after, difference, resources, unpriced } = quote;
  const line = (title: string, part: keyof typeof before, digits?: number): string => {
    const money = (cost: typeof before, isDifference = false) =>
      moneyText(cost[part], currency, language, { isDifference, ...(digits !== undefined && { digits }) });
    return `${title}  ${money(before)} ${unicode ? '→' : '->'} ${money(after)}  (${money(difference, true)})`;
  };
  const lacking = unpriced.map(
    ({ kind, name, count }) => `${count} × ${kindNames[kind][language]}${name === undefined ? '' : ` ${name}`}`,
  );
  const missing = unpriced.reduce((sum, { count }) => sum + count, 0);
  const lines = [
    line(say('plan.month'), 'perMonth'),
    line(say('plan.hour'), 'perHour', 4),
    ...(missing > 0
      ? [`${say('prices.unpriced', { count: missing, all: resources })}: ${harmless(lacking.join(', '))}`]
      : []),
  ];
  return columns === undefined ? lines : lines.map((one) => clip(one, columns));
}

/** `field  from → to`, below each other. */
function drawChanges(drawing: Drawing, changes: readonly Change[], indent: number): string[] {
  const { context, columns, colours, unicode } = drawing;
  const fields = Math.max(0, ...changes.map(({ field }) => width(harmless(field))));
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(16, columns - indent - fields - 5);
  return changes.map(({ field, from, to }) => {
    const isOther = from === concealed && to === concealed;
    const then = isOther ? context.say('plan.otherSecret') : valueText(context, to);
    const [before, after] = fitted(valueText(context, from), then, room);
    const arrow = unicode ? '→' : '->';
    return `${' '.repeat(indent)}${pad(harmless(field), fields)}  ${painted(before, 'red', colours)} ${arrow} ${painted(after, 'green', colours)}`;
  });
}

/** Two texts in so many columns: where both are long, from shortly before where they begin to differ. */
function fitted(before: string, after: string, room: number): [string, string] {
  if (width(before) + width(after) <= room) return [before, after];
  const [a, b] = [Array.from(before), Array.from(after)];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const from = Math.max(0, same - 8);
  const [left, right] = from > 3 ? [`…${a.slice(from).join('')}`, `…${b.slice(from).join('')}`] : [before, after];
  const half = Math.floor(room / 2);
  const rest = Math.max(half, room - Math.min(half, width(left)));
  return [clip(left, Math.max(half, room - Math.min(half, width(right)))), clip(right, rest)];
}

/** A value as it is planned; what is not known yet says what it waits for. */
export function valueText({ say }: Context, value: unknown): string {
  if (value === undefined || value === null) return say('plan.none');
  if (value === '') return '""';
  if (value === concealed) return say('plan.secret');
  const keys = knownAfter(value);
  if (keys) return say('plan.knownAfter', { keys });
  const text =
    typeof value === 'string'
      ? value
      : JSON.stringify(value, (_, inner: unknown) => {
          const waits = knownAfter(inner);
          return waits === undefined ? inner : say('plan.knownAfter', { keys: waits });
        });
  return harmless(text);
}

function knownAfter(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('known after' in value)) return undefined;
  const keys = value['known after'];
  return Array.isArray(keys) ? keys.join(', ') : undefined;
}

/** `Quota of shop: servers 4 + 2 of 10`, for each limit that the plan comes closer to or leaves. */
function drawQuotas({ say }: Context, { quotas = [] }: Plan): string[] {
  return quotas.flatMap(({ of, limits, used, asked }) => {
    const counts = measures.flatMap((measure) => {
      const [limit, more] = [limits[measure], asked[measure]];
      if (limit === undefined || more === 0) return [];
      const figures = {
        name: of.name,
        what: say(`quota.${measure}`),
        used: used[measure],
        asked: Math.abs(more),
        limit,
      };
      return [say(more > 0 ? 'quota.asked' : 'quota.freed', figures)];
    });
    if (!limits.money) return counts;
    const { currency, perMonth: limit } = limits.money;
    const inIt = (money: readonly { currency: string; perMonth: string }[]) =>
      money.find((one) => one.currency === currency)?.perMonth ?? '0';
    const more = inIt(asked.money);
    if (more === '0') return counts;
    const figures = { name: of.name, what: say('quota.moneyIn', { currency }), used: inIt(used.money), limit };
    const isLess = more.startsWith('-');
    return [...counts, say(isLess ? 'quota.freed' : 'quota.asked', { ...figures, asked: more.replace('-', '') })];
  });
}

/** `+ 2 × server, 1 × port   ▸ 3 × script` */
function drawCounts({ context, colours, unicode }: Drawing, { counts }: Plan): string {
  const { language, say } = context;
  const kind = (what: string): string =>
    what === 'script'
      ? say('plan.script')
      : (Object.entries(kindNames).find(([id]) => id === what)?.[1][language] ?? what);
  const actions = Object.keys(marks).filter((action) =>
    counts.some((one) => one.action === action),
  ) as Step['action'][];
  return actions
    .map((action) => {
      const { sign, plain, style } = marks[action];
      const of = counts.filter((one) => one.action === action).map(({ what, count }) => `${count} × ${kind(what)}`);
      return `${painted(unicode ? sign : plain, style, colours)} ${painted(say(`action.${action}`), style, colours)} ${of.join(', ')}`;
    })
    .join('\n');
}
