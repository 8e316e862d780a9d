import { comparable, type Like } from './comparable.ts';
import { equal } from './compute.ts';
import { patternOf } from './pattern.ts';
import { versionText, versionTextTwo } from './fields.ts';
import { expressionHolds } from './expression.ts';
import { inUnits, scalarUnit, unitsOf } from './scalar-unit.ts';
import { hintAt, listing, meantBy } from './suggest.ts';
import { textOf, withArticle } from './text.ts';
import type { ConstraintClause, Data, DataSchema, FieldSchema, ScalarUnits, Value } from './topology.ts';

type Told = (value: Value, rule: string, message: string) => void;

/** Checks a value against its schema; what functions yield is not known yet and passes. `name` is used in sentences. */
export function checkValue(value: Value, schema: DataSchema, name: string, tell: Told): void {
  if (value.is === 'call') return;
  const problem = typeProblem(value, schema, name);
  if (problem) {
    tell(value, 'wrong-type', problem);
    return;
  }
  checkInside(value, schema, name, tell);
  for (const clause of schema.constraints) {
    const broken = constraintProblem(value, clause, schema, name);
    if (broken) {
      tell(value, 'constraint', broken);
      return;
    }
  }
}

function typeProblem(value: Exclude<Value, { is: 'call' }>, schema: DataSchema, name: string): string | undefined {
  const { base } = schema;
  if (schema.fields) {
    return value.is === 'map'
      ? undefined
      : `${name} is ${withArticle(schema.type)}, a map with ${listing(Object.keys(schema.fields))}`;
  }
  switch (base) {
    case 'any':
      return undefined;
    case 'list':
      return value.is === 'list' ? undefined : `${name} is a list; here stands ${shownValue(value)}`;
    case 'map':
      return value.is === 'map' ? undefined : `${name} is a map; here stands ${shownValue(value)}`;
    case 'range':
      return isRange(value)
        ? undefined
        : `${name} is a range, e.g. [ 1, 10 ] or [ 1, UNBOUNDED ]; here stands ${shownValue(value)}`;
    default:
      return value.is === 'literal'
        ? schema.scalar
          ? unitProblem(value.value, schema.scalar, name)
          : scalarProblem(value.value, base, name)
        : `${name} is ${withArticle(base)}; here stands ${shownValue(value)}`;
  }
}

function scalarProblem(value: string | number | boolean | null, base: string, name: string): string | undefined {
  const here = typeof value === 'string' ? `"${value}"` : String(value);
  switch (base) {
    case 'string':
      return typeof value === 'string' ? undefined : `${name} is a text; put ${here} in quotes`;
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value)
        ? undefined
        : `${name} is a whole number; ${wholeNumber.test(here) ? unquoted(value) : `here stands ${here}`}`;
    case 'float':
      if (typeof value === 'number') return undefined;
      return `${name} is a number; ${anyNumber.test(here) ? unquoted(value) : `here stands ${here}`}`;
    case 'boolean':
      if (typeof value === 'boolean') return undefined;
      return `${name} is true or false; ${anyBoolean.test(here) ? `write ${String(value).toLowerCase()}, in small letters and without quotes` : `here stands ${here}`}`;
    case 'bytes':
      return typeof value === 'string' && base64.test(value)
        ? undefined
        : `${name} is bytes in Base64; here stands ${here}`;
    case 'scalar':
      return `${name} is a scalar without units; derive a type from scalar and give it units`;
    case 'null':
      return value === null ? undefined : `${name} must be null; here stands ${here}`;
    case 'timestamp':
      return timestamp.test(String(value))
        ? undefined
        : `${name} is a time such as 2026-11-22T10:00:00Z; here stands ${here}`;
    case 'timestamp-3339':
      return rfc3339.test(String(value))
        ? undefined
        : `${name} is a time such as 2026-11-22T10:00:00Z; here stands ${here}`;
    case 'version':
      return versionText.test(String(value)) ? undefined : `${name} is a version such as 1.2.3; here stands ${here}`;
    case 'version-2':
      return versionTextTwo.test(String(value)) ? undefined : `${name} is a version such as 1.2.3; here stands ${here}`;
    default: {
      const units = unitsOf(base);
      if (units.length === 0) return undefined;
      return typeof value === 'string' && scalarUnit(base, value) !== undefined
        ? undefined
        : `${name} is a number with a unit (${listing(units)}), e.g. "10 ${units[0]}"; here stands ${here}`;
    }
  }
}

/** What was meant of another type than text, as `here` shows it. */
const wholeNumber = /^"[-+]?\d+"$/;
const anyNumber = /^"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"$/;
const anyBoolean = /^"(?:true|false)"$/i;

function unquoted(value: unknown): string {
  return `write ${String(value)} without quotes`;
}

/** A scalar with units that a template defines, 2.0 §9.1.2.2. */
function unitProblem(value: string | number | boolean | null, scalar: ScalarUnits, name: string): string | undefined {
  const known = typeof value === 'string' ? inUnits(scalar, value) : undefined;
  if (!known) {
    const here = typeof value === 'string' ? `"${value}"` : String(value);
    return `${name} is a number with a unit (${listing(Object.keys(scalar.units))}), e.g. "10 ${scalar.canonical}"; here stands ${here}`;
  }
  let problem: string | undefined;
  const number: Value = { is: 'literal', value: known.number, at: nowhere };
  checkValue(number, scalar.number, `The number of ${name}`, (_value, _rule, message) => (problem ??= message));
  return problem;
}

const nowhere = { file: '', line: 0, column: 0 };
/** RFC 2045 §6.8, with or without line breaks. */
const base64 = /^(?:[A-Za-z0-9+/]{4}|\s)*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*$/;

const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|\s+)\d{1,2}:\d{2}:\d{2}(?:\.\d+)?\s*(?:Z|[+-]\d{1,2}(?::?\d{2})?)?)?$/;

/** 2.0 §9.1.2.1. */
const rfc3339 = /^\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

function isRange(value: Value): boolean {
  if (value.is !== 'list' || value.items.length !== 2) return false;
  const [low, high] = value.items;
  if (low?.is === 'call' || high?.is === 'call') return true;
  if (low?.is !== 'literal' || high?.is !== 'literal') return false;
  const isBound = (bound: unknown) => bound === 'UNBOUNDED' || (typeof bound === 'number' && Number.isInteger(bound));
  if (!isBound(low.value) || !isBound(high.value)) return false;
  return typeof low.value !== 'number' || typeof high.value !== 'number' || low.value <= high.value;
}

function checkInside(value: Exclude<Value, { is: 'call' }>, schema: DataSchema, name: string, tell: Told): void {
  if (value.is === 'list' && schema.entry) {
    for (const [index, item] of value.items.entries()) checkValue(item, schema.entry, `${name}[${index}]`, tell);
  }
  if (value.is !== 'map') return;
  if (schema.fields) {
    checkFields(value, schema.fields, schema.type, name, tell);
    return;
  }
  for (const key in value.entries) {
    const entry = value.entries[key];
    if (schema.key)
      checkValue({ is: 'literal', value: key, at: value.at }, schema.key, `The key ${key} of ${name}`, tell);
    if (entry && schema.entry) checkValue(entry, schema.entry, `${name}.${key}`, tell);
  }
}

function checkFields(
  value: Value & { is: 'map' },
  fields: Readonly<Record<string, FieldSchema>>,
  type: string,
  name: string,
  tell: Told,
): void {
  /** Fields that are there under a name with a slip, which is told. */
  const meant = new Set<string | undefined>();
  for (const key in value.entries) {
    const entry = value.entries[key];
    const field = fields[key];
    if (!entry) continue;
    if (!field) {
      const known = Object.keys(fields);
      meant.add(meantBy(key, known));
      const at = value.strays?.[key] ?? entry.at;
      tell({ ...entry, at }, 'unknown-property', `${name} (${type}) has no field ${key}${hintAt(key, known)}`);
    } else if (isNull(entry) && field.base !== 'null') {
      if (field.required && field.default === undefined)
        tell(entry, 'missing-property', `${name} (${type}) needs the field ${key}`);
    } else checkValue(entry, field, `${name}.${key}`, tell);
  }
  for (const key in fields) {
    const field = fields[key];
    if (field?.required && field.default === undefined && !value.entries[key] && !meant.has(key)) {
      tell(value, 'missing-property', `${name} (${type}) needs the field ${key} (${field.type})`);
    }
  }
}

function isNull(value: Value): boolean {
  return value.is === 'literal' && value.value === null;
}

function constraintProblem(
  value: Exclude<Value, { is: 'call' }>,
  { operator, argument }: ConstraintClause,
  schema: DataSchema,
  name: string,
): string | undefined {
  const here = shownValue(value);
  switch (operator) {
    case 'equal':
      return holdsCall(value) || same(value, argument, schema)
        ? undefined
        : `${name} must be ${shownData(argument)}, not ${here}`;
    case 'valid_values': {
      const allowed = Array.isArray(argument) ? argument : [];
      if (holdsCall(value) || allowed.some((one) => same(value, one, schema))) return undefined;
      return `${name} must be one of ${listing(allowed.map(shownData))}, not ${here}`;
    }
    case 'greater_than':
      return compare(value, argument, schema, (difference) => difference > 0)
        ? undefined
        : `${name} must be more than ${shownData(argument)}, not ${here}`;
    case 'greater_or_equal':
      return compare(value, argument, schema, (difference) => difference >= 0)
        ? undefined
        : `${name} must be at least ${shownData(argument)}, not ${here}`;
    case 'less_than':
      return compare(value, argument, schema, (difference) => difference < 0)
        ? undefined
        : `${name} must be less than ${shownData(argument)}, not ${here}`;
    case 'less_or_equal':
      return compare(value, argument, schema, (difference) => difference <= 0)
        ? undefined
        : `${name} must be at most ${shownData(argument)}, not ${here}`;
    case 'in_range':
      return inRange(value, argument, schema)
        ? undefined
        : `${name} must be within ${shownData(argument)}, not ${here}`;
    case 'length':
      return lengthOf(value, schema) === argument ? undefined : `${name} must have the length ${shownData(argument)}`;
    case 'min_length':
      return lengthOf(value, schema) >= Number(argument)
        ? undefined
        : `${name} must have at least the length ${shownData(argument)}`;
    case 'max_length':
      return lengthOf(value, schema) <= Number(argument)
        ? undefined
        : `${name} must have at most the length ${shownData(argument)}`;
    case 'pattern':
      return value.is !== 'literal' || patternOf(textOf(argument))?.matches(String(value.value))
        ? undefined
        : `${name} must match ${shownData(argument)}, which ${here} does not`;
    case 'validation':
      return holdsCall(value) || expressionHolds(argument, plain(value), (data) => comparable(data, schema)) !== false
        ? undefined
        : `${name} does not fulfil ${shownData(argument)}; here stands ${here}`;
    case 'schema':
      // The schema of a json or xml text (§3.6.3.1) is for whoever consumes the text.
      return undefined;
  }
}

function holdsCall(value: Value): boolean {
  if (value.is === 'call') return true;
  if (value.is === 'list') return value.items.some(holdsCall);
  return value.is === 'map' && Object.values(value.entries).some(holdsCall);
}

function same(value: Exclude<Value, { is: 'call' }>, argument: Data, schema: Like): boolean {
  return equal(plain(value), argument, (data) => comparable(data, schema));
}

function plain(value: Value): Data {
  if (value.is === 'literal') return value.value;
  if (value.is === 'list') return value.items.map(plain);
  if (value.is === 'call') return null;
  return Object.fromEntries(Object.entries(value.entries).map(([key, entry]) => [key, plain(entry)]));
}

/** True where the two cannot be compared: what is wrong then is told elsewhere. */
function compare(
  value: Exclude<Value, { is: 'call' }>,
  argument: Data,
  schema: Like,
  holds: (difference: number) => boolean,
): boolean {
  if (value.is !== 'literal') return true;
  const left = comparable(value.value, schema);
  const right = comparable(argument, schema);
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
  if (typeof left === 'string' && typeof right === 'string') return holds(left === right ? 0 : left < right ? -1 : 1);
  return true;
}

function inRange(value: Exclude<Value, { is: 'call' }>, argument: Data, schema: Like): boolean {
  if (!Array.isArray(argument)) return true;
  const [low = null, high = null]: readonly Data[] = argument;
  if (value.is === 'list')
    return value.items.every((item) => item.is === 'call' || inRange(item, argument, { base: 'integer' }));
  if (value.is === 'literal' && value.value === 'UNBOUNDED') return high === 'UNBOUNDED';
  const above = low === 'UNBOUNDED' || compare(value, low, schema, (difference) => difference >= 0);
  return above && (high === 'UNBOUNDED' || compare(value, high, schema, (difference) => difference <= 0));
}

/** Of bytes (2.0 §9.1.1.5) their number, not that of the letters they are written with. */
function lengthOf(value: Exclude<Value, { is: 'call' }>, { base }: Like): number {
  if (value.is === 'literal' && base === 'bytes') return bytesIn(String(value.value));
  if (value.is === 'list') return value.items.length;
  if (value.is === 'map') return Object.keys(value.entries).length;
  return Array.from(String(value.value)).length;
}

function bytesIn(text: string): number {
  const digits = text.replaceAll(/[\s=]/g, '').length;
  return Math.floor((digits * 3) / 4);
}

function shownValue(value: Value): string {
  if (value.is === 'literal') return shownData(value.value);
  return value.is === 'call' ? `{ ${value.name}: … }` : `a ${value.is}`;
}

function shownData(data: Data): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text || '""';
}
