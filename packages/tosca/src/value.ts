import type { Report } from './report.ts';
import { emptyRecord } from './record.ts';
import { functionNames, type DataSchema, type FunctionName, type Value } from './topology.ts';
import type { Yaml } from './yaml-tree.ts';

const functions = new Set<string>(functionNames);
/** Functions whose names are also good names for data, such as the `token` of a Credential: their argument is a list. */
const listFunctions = new Set<string>(['concat', 'join', 'token']);

/** A value with the functions in it understood. The schema says which numbers are meant as text (`version: 1.10`). */
export function readValue(report: Report, yaml: Yaml, schema?: DataSchema): Value {
  if (yaml.is === 'scalar') return { is: 'literal', value: scalarOf(yaml, schema), at: yaml.at };
  if (yaml.is === 'list') {
    const entry = schema?.entry;
    return { is: 'list', items: yaml.items.map((item) => readValue(report, item, entry)), at: yaml.at };
  }
  const call = callOf(report, yaml, schema);
  if (call) return call;
  const fields = schema?.fields;
  const entry = schema?.entry;
  const entries = emptyRecord<Value>();
  for (const [name, { value }] of yaml.entries) entries[name] = readValue(report, value, fields?.[name] ?? entry);
  return { is: 'map', entries, at: yaml.at };
}

function scalarOf(yaml: Yaml & { is: 'scalar' }, schema: DataSchema | undefined): string | number | boolean | null {
  if (yaml.value === null || typeof yaml.value === 'string' || !schema) return yaml.value;
  return textBases.has(schema.base) ? yaml.text : yaml.value;
}

/** Types whose values look like numbers to YAML. */
const textBases = new Set(['version', 'timestamp']);

function callOf(report: Report, yaml: Yaml & { is: 'map' }, schema: DataSchema | undefined): Value | undefined {
  if (yaml.entries.size !== 1) return undefined;
  for (const [name, { value }] of yaml.entries) {
    if (!isFunction(name) || schema?.fields?.[name]) return undefined;
    if (listFunctions.has(name) && value.is !== 'list') return undefined;
    const given = value.is === 'list' ? value.items : [value];
    return { is: 'call', name, arguments: given.map((item) => readValue(report, item)), at: yaml.at };
  }
  return undefined;
}

function isFunction(name: string): name is FunctionName {
  return functions.has(name);
}
