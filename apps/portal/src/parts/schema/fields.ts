import type { Language } from '@pileus/model/language';

/** What one field of a form is, read from a JSON Schema (2020-12) with our marks on it. */
export interface Field {
  /** Where its value stands, e.g. `['settings', 'url']`. */
  readonly path: readonly string[];
  readonly label: string;
  readonly help?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly group?: string | undefined;
  readonly secret: boolean;
  readonly required: boolean;
  readonly default?: unknown;
  /** Shown only while the fields named here have one of these values. */
  readonly when?: Readonly<Record<string, readonly unknown[]>> | undefined;
  readonly kind: FieldKind;
}

export type FieldKind =
  | { readonly is: 'text'; readonly pattern?: string; readonly minLength?: number; readonly maxLength?: number }
  | { readonly is: 'lines' }
  | { readonly is: 'number'; readonly whole: boolean; readonly min?: number; readonly max?: number }
  | { readonly is: 'switch' }
  | { readonly is: 'choice'; readonly values: readonly (string | number)[] }
  | { readonly is: 'list' }
  /** Anything else is written as JSON; `schema` tells the editor what fits. */
  | { readonly is: 'json'; readonly schema: JsonSchema };

export type JsonSchema = { readonly [key: string]: unknown };

/** The fields of an object schema, in its order; titles and help in the reader's language. */
export function fieldsOf(schema: JsonSchema, language: Language): Field[] {
  const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
  return Object.entries(objects(schema['properties'])).map(([name, given]) => {
    const property = resolved(given);
    // The inputs of a template say their Chinese beside the English; the settings of a provider say both in one.
    const own = language === 'zh-CN' ? (property['x-zh'] as JsonSchema | undefined) : undefined;
    const said = (key: string) => words(own?.[key], language) ?? words(property[key], language);
    return {
      path: [name],
      label: said('title') ?? name,
      help: said('help') ?? said('description'),
      placeholder: words(property['placeholder'], language),
      group: words(property['group'], language),
      secret: property['secret'] === true || property['writeOnly'] === true,
      required: required.includes(name) && property['default'] === undefined,
      default: property['default'],
      when: conditions(property['when']),
      kind: kindOf(property),
    };
  });
}

/** Whether a field is asked for, given what the others say now (or by default). */
export function isShown(field: Field, values: Readonly<Record<string, unknown>>, all: readonly Field[]): boolean {
  if (!field.when) return true;
  return Object.entries(field.when).every(([name, fitting]) => {
    const value = values[name] ?? all.find((other) => other.path[0] === name)?.default;
    return fitting.includes(value);
  });
}

/** What to send: the shown fields that have a value. An empty text is no value. */
export function filled(fields: readonly Field[], values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const field of fields) {
    const name = field.path[0] ?? '';
    const value = values[name];
    if (value === undefined || value === null || value === '' || !isShown(field, values, fields)) continue;
    sent[name] = value;
  }
  return sent;
}

/** The values a form starts with. Nobody is shown a secret, and what is shown in its place is none. */
export function startValues(
  fields: readonly Field[],
  given: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return Object.fromEntries(
    fields
      .filter(({ secret }) => !secret)
      .map((field) => [field.path[0] ?? '', given[field.path[0] ?? ''] ?? field.default] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function kindOf(property: JsonSchema): FieldKind {
  const type = property['type'];
  const number = (key: string) => (typeof property[key] === 'number' ? property[key] : undefined);
  if (property['format'] === 'json') return { is: 'json', schema: property };
  if (Array.isArray(property['enum'])) return { is: 'choice', values: property['enum'] as (string | number)[] };
  if (type === 'boolean') return { is: 'switch' };
  if (type === 'integer' || type === 'number') {
    const min = number('minimum');
    const max = number('maximum');
    return {
      is: 'number',
      whole: type === 'integer',
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    };
  }
  if (type === 'string') {
    if (property['format'] === 'multiline') return { is: 'lines' };
    const minLength = number('minLength');
    const maxLength = number('maxLength');
    return {
      is: 'text',
      ...(typeof property['pattern'] === 'string' && { pattern: property['pattern'] }),
      ...(minLength !== undefined && minLength > 0 && { minLength }),
      ...(maxLength !== undefined && { maxLength }),
    };
  }
  if (type === 'array' && resolved(property['items'])['type'] === 'string') return { is: 'list' };
  return { is: 'json', schema: property };
}

/** Whether a secret can stand in its place: one comes to a text. */
export function takesSecret({ secret, kind }: Field): boolean {
  return secret && (kind.is === 'text' || kind.is === 'lines');
}

/** zod writes `anyOf: [schema, null]` for what may be null; the form asks for the schema. */
function resolved(given: unknown): JsonSchema {
  const schema = objects(given);
  const any = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(any)) return schema;
  const real = any.map(objects).filter((one) => one['type'] !== 'null');
  return real.length === 1 ? { ...real[0], ...schema } : schema;
}

/** A text in one language, or in all of them. */
function words(given: unknown, language: Language): string | undefined {
  if (typeof given === 'string') return given;
  const text = objects(given)[language] ?? objects(given)['en'];
  return typeof text === 'string' ? text : undefined;
}

function conditions(given: unknown): Field['when'] {
  if (typeof given !== 'object' || given === null) return undefined;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? (value as unknown[]) : [value]]),
  );
}

function objects(given: unknown): JsonSchema {
  return typeof given === 'object' && given !== null ? (given as JsonSchema) : {};
}
