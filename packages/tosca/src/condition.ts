import { shown } from './fields.ts';
import type { Reading } from './reading.ts';
import { booleanNames, type Value } from './topology.ts';
import { readValue } from './value.ts';
import type { Yaml } from './yaml-tree.ts';

const isBoolean: ReadonlySet<string> = new Set(booleanNames);

/** A condition clause of 2.0: one function that is true or false. What is something else is reported. */
export function conditionOf(reading: Reading, yaml: Yaml, what: string): Value | undefined {
  const value = readValue(reading, yaml);
  if (value.is === 'call' && (isBoolean.has(value.name) || !isBuiltIn(value.name))) return value;
  if (value.is === 'literal' && typeof value.value === 'boolean') return value;
  const message = `${what} is one function that is true or false, e.g. { $greater_than: [ $value, 0 ] }; here stands ${shown(yaml)}`;
  reading.report.error(yaml.at, 'bad-condition', message);
  return undefined;
}

/** Functions of the template's own, and those that yield whatever is kept there, may be boolean. */
function isBuiltIn(name: string): boolean {
  return !name.startsWith('$') && !name.startsWith('get_') && name !== 'value';
}
