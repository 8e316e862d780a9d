import type { Language } from '@pileus/model';

/** One thing to fill in, read from a JSON Schema: an account's setting or a template's input. */
export interface Field {
  readonly name: string;
  readonly title: string;
  readonly help?: string | undefined;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  readonly required: boolean;
  readonly secret: boolean;
  readonly default?: unknown;
  readonly placeholder?: string | undefined;
  readonly choices?: readonly string[] | undefined;
  /** Shown only when another field has this value, or one of these. */
  readonly when?: Readonly<Record<string, unknown>> | undefined;
}

/** The fields of an object schema, in its order. Fields of `oneOf`/`anyOf` branches follow, each once and never required. */
export function fieldsOf(schema: unknown, language: Language): Field[] {
  const fields = new Map<string, Field>();
  const required = new Set(list(record(schema)['required']).filter((name) => typeof name === 'string'));
  for (const [name, field] of Object.entries(record(record(schema)['properties']))) {
    fields.set(name, fieldOf(name, record(field), required.has(name), language));
  }
  for (const branch of [...list(record(schema)['oneOf']), ...list(record(schema)['anyOf'])]) {
    for (const field of fieldsOf(branch, language)) {
      if (!fields.has(field.name)) fields.set(field.name, { ...field, required: false });
    }
  }
  return [...fields.values()];
}

/** Whether a field has its place among what is filled in so far. */
export function applies(field: Field, values: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(field.when ?? {}).every(([other, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(values[other]) : values[other] === wanted,
  );
}

function fieldOf(
  name: string,
  schema: Readonly<Record<string, unknown>>,
  required: boolean,
  language: Language,
): Field {
  // A template's inputs carry their Chinese texts beside the others.
  const zh = language === 'zh-CN' ? record(schema['x-zh']) : {};
  const choices = list(schema['enum']).filter((choice) => typeof choice === 'string');
  return {
    name,
    title: text(zh['title'] ?? schema['title'], language) ?? name,
    help: text(zh['description'] ?? schema['help'] ?? schema['description'], language),
    type: typeOf(schema),
    required: required && schema['default'] === undefined,
    secret: schema['secret'] === true || schema['writeOnly'] === true,
    default: schema['default'],
    placeholder: text(schema['placeholder'], language),
    choices: choices.length > 0 ? choices : undefined,
    when: schema['when'] === undefined ? undefined : record(schema['when']),
  };
}

const types = ['string', 'integer', 'number', 'boolean', 'object', 'array'] as const;

function typeOf(schema: Readonly<Record<string, unknown>>): Field['type'] {
  const given = list(schema['type']).length > 0 ? list(schema['type']).find((type) => type !== 'null') : schema['type'];
  const known = types.find((type) => type === given);
  if (known) return known;
  const branch = [...list(schema['anyOf']), ...list(schema['oneOf'])]
    .map(record)
    .find((each) => each['type'] !== 'null');
  return branch ? typeOf(branch) : 'string';
}

/** A schema's text is a string, or one per language. */
function text(value: unknown, language: Language): string | undefined {
  if (typeof value === 'string') return value;
  const inLanguage = record(value)[language] ?? record(value)['en'];
  return typeof inLanguage === 'string' ? inLanguage : undefined;
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
