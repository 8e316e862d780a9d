import { because, reasonIn, type Because, type Problem } from '@pileus/model';
import { checkValue } from './check-value.ts';
import { emptyRecord } from './record.ts';
import { didYouMean, listing, renewSuggestions } from './suggest.ts';
import type { Data, DataSchema, InputDefinition, ServiceTemplate, Value } from './topology.ts';

export interface InputsResult {
  /** Every input with a value; optional ones that were not given and have no default are absent. */
  readonly inputs?: Readonly<Record<string, Data>> | undefined;
  /** `at` is a JSON pointer: `/inputs/port`. */
  readonly problems: readonly Problem[];
}

/**
 * What a deployment gives for a template's inputs, completed with defaults and checked. Forms and command lines send texts:
 * a text that is exactly a number, a boolean or JSON is taken as such where the input is of such a type.
 */
export function readInputs(
  template: Pick<ServiceTemplate, 'inputs'>,
  given: Readonly<Record<string, unknown>>,
): InputsResult {
  renewSuggestions();
  const inputs = emptyRecord<Data>();
  const problems: Problem[] = [];
  const tell = (path: readonly (string | number)[], rule: string, message: string, reason: Because) =>
    problems.push({ at: pointer(['inputs', ...path]), rule, message, because: reason });
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(template.inputs, name)) continue;
    const known = Object.keys(template.inputs);
    const hint =
      didYouMean(name, known) || (known.length > 0 ? `; there are ${listing(known)}` : '; the template has none');
    tell([name], 'unknown-input', `The template has no input ${name}${hint}`, because('input-unknown', { name }));
  }
  for (const [name, definition] of Object.entries(template.inputs)) {
    const raw = Object.hasOwn(given, name) ? given[name] : undefined;
    if (raw === undefined || raw === null || (raw === '' && definition.base !== 'string')) {
      if (definition.default !== undefined) inputs[name] = definition.default;
      else if (definition.required)
        tell([name], 'missing-input', `${name} is required`, because('input-missing', { name }));
      continue;
    }
    const paths = new Map<Value, readonly (string | number)[]>();
    const value = valueOf(raw, definition, [name], paths);
    if (!value) {
      const reason = because('input-type', { name, type: definition.type });
      tell([name], 'wrong-type', `${name} holds something that is not plain data`, reason);
      continue;
    }
    const before = problems.length;
    checkValue(value, definition, name, (wrong, rule, message) => {
      const path = paths.get(wrong) ?? [name];
      const reason = reasonOf(path, rule, definition);
      // What is told of a secret is what it should be, not what it is.
      tell(path, rule, isSecretInput(definition) ? (reasonIn('en', reason) ?? rule) : message, reason);
    });
    if (problems.length === before) inputs[name] = dataOf(value);
  }
  return problems.length > 0 ? { problems } : { inputs, problems };
}

/** Whether a template marks an input as a secret (`secret: true` in its metadata). */
export function isSecretInput({ metadata }: Pick<InputDefinition, 'metadata'>): boolean {
  return metadata['secret'] === 'true';
}

/** What a broken rule comes to, for the part of an input that breaks it. */
function reasonOf(path: readonly (string | number)[], rule: string, definition: InputDefinition): Because {
  const name = path.join('.');
  const part = (schema: DataSchema | undefined, key: string | number) => schema?.fields?.[key] ?? schema?.entry;
  const { type, constraints } = path.slice(1).reduce<DataSchema | undefined>(part, definition) ?? definition;
  if (rule !== 'constraint' || constraints.length === 0) return because('input-type', { name, type });
  const constraint = constraints.map(({ operator, argument }) => `${operator} ${JSON.stringify(argument)}`).join(', ');
  return because('input-constraint', { name, constraint });
}

const nowhere = { file: '', line: 0, column: 0 };

/** Data as a value, so that one check serves templates and inputs. Undefined for what JSON cannot hold. */
function valueOf(
  raw: unknown,
  schema: DataSchema | undefined,
  path: readonly (string | number)[],
  paths: Map<Value, readonly (string | number)[]>,
): Value | undefined {
  const value = madeOf(typeof raw === 'string' && schema ? understood(raw, schema) : raw, schema, path, paths);
  if (value) paths.set(value, path);
  return value;
}

function madeOf(
  raw: unknown,
  schema: DataSchema | undefined,
  path: readonly (string | number)[],
  paths: Map<Value, readonly (string | number)[]>,
): Value | undefined {
  if (path.length > 64) return undefined;
  if (
    raw === null ||
    typeof raw === 'string' ||
    typeof raw === 'boolean' ||
    (typeof raw === 'number' && Number.isFinite(raw))
  ) {
    return { is: 'literal', value: raw, at: nowhere };
  }
  if (Array.isArray(raw)) {
    const items = raw.map((item: unknown, index) => valueOf(item, schema?.entry, [...path, index], paths));
    return items.every((item) => item !== undefined) ? { is: 'list', items, at: nowhere } : undefined;
  }
  if (typeof raw !== 'object' || raw === undefined) return undefined;
  const entries = emptyRecord<Value>();
  for (const [name, item] of Object.entries(raw)) {
    const entry =
      name === '__proto__' ? undefined : valueOf(item, schema?.fields?.[name] ?? schema?.entry, [...path, name], paths);
    if (!entry) return undefined;
    entries[name] = entry;
  }
  return { is: 'map', entries, at: nowhere };
}

/** A text as the type it is meant for, where it is cleanly one; otherwise the text, which the check then refuses. */
function understood(text: string, schema: DataSchema): unknown {
  switch (schema.base) {
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'float':
      return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'list':
    case 'map':
    case 'range':
      return parsed(text);
    default:
      return schema.fields ? parsed(text) : text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function dataOf(value: Value): Data {
  if (value.is === 'literal') return value.value;
  if (value.is === 'call') return null;
  if (value.is === 'list') return value.items.map(dataOf);
  const record = emptyRecord<Data>();
  for (const [name, entry] of Object.entries(value.entries)) record[name] = dataOf(entry);
  return record;
}

/** RFC 6901. */
function pointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
