import type { Context } from '../context.ts';
import { exitCodes, Stop, usage } from '../exit.ts';
import { plain } from '../output/values.ts';
import type { Values } from './assignments.ts';
import { applies, type Field } from './field.ts';

/** Yes or no. Without a terminal there must be a `--yes`. */
export async function confirm(context: Context, question: string): Promise<boolean> {
  if (!context.asks) throw usage(context.say('usage.needsYes'));
  const { confirm: ask } = await import('@clack/prompts');
  const answer = await ask({
    message: question,
    active: context.say('ask.confirm.yes'),
    inactive: context.say('ask.confirm.no'),
    initialValue: false,
    output: process.stderr,
    signal: context.signal,
  });
  return kept(context, answer);
}

/** A text that is not shown while it is typed. */
export async function askHidden(context: Context, question: string): Promise<string> {
  const { password } = await import('@clack/prompts');
  return kept(context, await password({ message: question, output: process.stderr, signal: context.signal }));
}

/**
 * Asks for what is needed and missing, on a terminal; otherwise names it. Optional fields are asked for only when
 * `all` is set, or when they choose which other fields apply.
 */
export async function fillMissing(context: Context, fields: readonly Field[], given: Values): Promise<Values> {
  const values = { ...given };
  const missing: string[] = [];
  for (const field of fields) {
    if (values[field.name] !== undefined) continue;
    const chooses = field.choices !== undefined && fields.some(({ when }) => when && field.name in when);
    if (!applies(field, withDefaults(fields, values)) || !(field.required || chooses || isConditional(field))) continue;
    if (context.asks) {
      const answer = await askField(context, field);
      if (answer !== undefined) values[field.name] = answer;
    } else if (field.required) missing.push(field.name);
  }
  if (missing.length > 0) throw usage(context.say('usage.missingSettings', { names: missing.join(', ') }));
  return values;
}

/** A field that applies only under a condition is as good as required once the condition holds, unless it has a default. */
const isConditional = (field: Field): boolean => field.when !== undefined && field.default === undefined;

function withDefaults(fields: readonly Field[], values: Values): Values {
  return { ...Object.fromEntries(fields.map(({ name, default: value }) => [name, value])), ...values };
}

async function askField(context: Context, field: Field): Promise<unknown> {
  const { password, select, text, confirm: ask } = await import('@clack/prompts');
  const shared = { output: process.stderr, signal: context.signal };
  const message = field.help && field.help !== field.title ? `${field.title} — ${field.help}` : field.title;
  const validate = (value: string | undefined) => (field.required && !value ? context.say('ask.required') : undefined);
  if (field.secret) return kept(context, await password({ message, validate, ...shared })) || undefined;
  if (field.choices) {
    const options = field.choices.map((choice) => ({ value: choice, label: choice }));
    return kept(
      context,
      await select({ message, options, initialValue: plain(field.default ?? options[0]?.value), ...shared }),
    );
  }
  if (field.type === 'boolean')
    return kept(context, await ask({ message, initialValue: field.default === true, ...shared }));
  const initialValue = field.default === undefined ? undefined : plain(field.default);
  const answer = kept(
    context,
    await text({
      message,
      validate,
      ...(field.placeholder && { placeholder: field.placeholder }),
      ...(initialValue && { initialValue }),
      ...shared,
    }),
  );
  if (!answer) return undefined;
  return field.type === 'integer' || field.type === 'number' ? Number(answer) : answer;
}

/** Ctrl-C at a question leaves the command. */
function kept<T>(context: Context, answer: T): Exclude<T, symbol> {
  if (typeof answer === 'symbol') throw new Stop(exitCodes.interrupted, context.say('ask.cancelled'));
  return answer as Exclude<T, symbol>; // TypeScript does not narrow a type parameter by typeof.
}
