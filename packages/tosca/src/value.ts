import { arities } from './functions.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { checkArity, definitionOf } from './signature.ts';
import { didYouMean } from './suggest.ts';
import { functionNames, type DataSchema, type FunctionCall, type FunctionName, type Value } from './topology.ts';
import type { Position } from './position.ts';
import type { Yaml } from './yaml-tree.ts';

const functions = new Set<string>(functionNames);
/** Functions whose names are also good names for data, such as the `token` of a Credential: their argument is a list. */
const listFunctions = new Set<string>(['concat', 'join', 'token']);

/** A value with the functions in it understood. The schema says which numbers are meant as text (`version: 1.10`). */
export function readValue(reading: Reading, yaml: Yaml, schema?: DataSchema): Value {
  if (yaml.is === 'scalar') {
    if (reading.unit.isTwo && typeof yaml.value === 'string' && yaml.value.startsWith('$'))
      return dollarText(reading, yaml);
    return { is: 'literal', value: scalarOf(reading, yaml, schema), at: yaml.at };
  }
  if (yaml.is === 'list') {
    const entry = schema?.entry;
    return { is: 'list', items: yaml.items.map((item) => readValue(reading, item, entry)), at: yaml.at };
  }
  const call = reading.unit.isTwo ? dollarCall(reading, yaml) : callOf(reading, yaml, schema);
  if (call) return call;
  const fields = schema?.fields;
  const entry = schema?.entry;
  const entries = emptyRecord<Value>();
  let strays: Record<string, Position> | undefined;
  for (const [written, { value, at }] of yaml.entries) {
    const name = reading.unit.isTwo && written.startsWith('$$') ? written.slice(1) : written;
    entries[name] = readValue(reading, value, fields?.[name] ?? entry);
    if (fields && !fields[name]) (strays ??= emptyRecord<Position>())[name] = at;
  }
  return strays ? { is: 'map', entries, strays, at: yaml.at } : { is: 'map', entries, at: yaml.at };
}

function scalarOf(
  reading: Reading,
  yaml: Yaml & { is: 'scalar' },
  schema: DataSchema | undefined,
): string | number | boolean | null {
  if (yaml.value === null || typeof yaml.value === 'string' || !schema) return yaml.value;
  if (textBases.has(schema.base)) return yaml.text;
  // 2.0 §9.1.1: no type is made of another; `1.0` is no integer and `False` no boolean.
  if (reading.unit.isTwo && schema.base === 'integer' && /[.eE]/.test(yaml.text) && !yaml.text.startsWith('0x'))
    return yaml.text;
  if (reading.unit.isTwo && typeof yaml.value === 'boolean' && yaml.text !== String(yaml.value)) return yaml.text;
  return yaml.value;
}

/** Types whose values look like numbers to YAML. */
const textBases = new Set(['version', 'version-2', 'timestamp', 'timestamp-3339']);

function callOf(
  reading: Reading,
  yaml: Yaml & { is: 'map' },
  schema: DataSchema | undefined,
): FunctionCall | undefined {
  if (yaml.entries.size !== 1) return undefined;
  for (const [name, { value }] of yaml.entries) {
    if (!isFunction(name) || schema?.fields?.[name]) return undefined;
    if (listFunctions.has(name) && value.is !== 'list') return undefined;
    const given = value.is === 'list' ? value.items : [value];
    const [type] = given;
    if (name === 'get_nodes_of_type' && type?.is === 'scalar') {
      reading.names.require('node', type.text, reading.unit, type.at);
    }
    return { is: 'call', name, arguments: given.map((item) => readValue(reading, item)), at: yaml.at };
  }
  return undefined;
}

function isFunction(name: string): name is FunctionName {
  return functions.has(name);
}

/** 2.0 §10.1: `$name` calls a function without arguments, `$$name` is the text `$name`. */
function dollarText(reading: Reading, yaml: Yaml & { is: 'scalar' }): Value {
  const { text, at } = yaml;
  if (text.startsWith('$$')) return { is: 'literal', value: text.slice(1), at };
  return callNamed(reading, text.slice(1), [], at);
}

/** 2.0 §10.1: a map with one key that begins with `$`. A second `$` begins a suffix that only tells keys apart. */
function dollarCall(reading: Reading, yaml: Yaml & { is: 'map' }): FunctionCall | undefined {
  for (const [written, { value, at }] of yaml.entries) {
    // A key with more than a name in it is itself made by a function (§10.1), which only a deployment can call.
    if (!/^\$[^$\s]+(?:\$\S*)?$/.test(written)) continue;
    if (yaml.entries.size > 1) {
      const message = `${written} calls a function, so it must be the only key here; write $${written} for a key that begins with $`;
      reading.report.error(at, 'malformed-function', message);
      return { is: 'call', name: '$', arguments: [], at };
    }
    const name = written.slice(1).split('$')[0] ?? '';
    const given = value.is === 'list' ? value.items : [value];
    return callNamed(
      reading,
      name,
      given.map((item) => readValue(reading, item)),
      yaml.at,
    );
  }
  return undefined;
}

const pathFunctions = new Set(['get_property', 'get_attribute', 'get_artifact', 'available_allocation']);

/** 2.0 §10.3: a path begins with a node or with SELF, from where the keywords of 1.x lead on. */
function checkStart({ report }: Reading, [first]: readonly Value[]): void {
  if (first?.is !== 'literal' || (first.value !== 'SOURCE' && first.value !== 'TARGET' && first.value !== 'HOST'))
    return;
  const instead = first.value === 'HOST' ? 'SELF, RELATIONSHIP, host, TARGET' : `SELF, ${first.value}`;
  // The grammar leaves them out; what was written for 1.x and moved to 2.0 still has them.
  report.warn(first.at, 'old-path', `A path of 2.0 does not begin with ${first.value}; write [ ${instead}, … ]`);
}

function callNamed(reading: Reading, name: string, given: readonly Value[], at: Position): FunctionCall {
  const { report, names, unit } = reading;
  const arity = arities.get(name);
  if (arity) {
    const [least, most] = arity;
    if (given.length < least || given.length > most) {
      const wanted = most === Infinity ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`;
      report.error(at, 'bad-function', `$${name} takes ${wanted} arguments; here are ${given.length}`);
    }
    if (pathFunctions.has(name)) checkStart(reading, given);
    return { is: 'call', name: name as FunctionName, arguments: given, at }; // The keys of the table are such names.
  }
  const source = names.find('function', name, unit);
  if (source) {
    checkArity(reading, source, given, at);
    return { is: 'call', name: `$${name}`, arguments: given, definition: definitionOf(source), at };
  }
  if (!names.isIncomplete) {
    const known = [...arities.keys(), ...names.known('function', unit)];
    const instead = replaced.get(name);
    const hint = instead
      ? ` in 2.0 (§10.2); write ${instead}`
      : didYouMean(name, known) || '; define it under functions, or write $$ for a text that begins with $';
    report.error(at, 'unknown-function', `There is no function $${name}${hint}`);
  }
  return { is: 'call', name: `$${name}`, arguments: given, at };
}

/** What 1.x and drafts of 2.0 had, and what says it now. */
const replaced: ReadonlyMap<string, string> = new Map([
  ['in_range', '$and of $greater_or_equal and $less_or_equal'],
  ['min_length', '$greater_or_equal of $length and a number'],
  ['max_length', '$less_or_equal of $length and a number'],
  ['pattern', '$matches'],
  ['match', '$matches'],
]);
