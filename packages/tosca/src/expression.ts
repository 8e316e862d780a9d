import { compute, type Comparable } from './compute.ts';
import { dig } from './dig.ts';
import { emptyRecord } from './record.ts';
import { computedNames, type ComputedName, type Data } from './topology.ts';
import { callIn } from './call-in.ts';

const computed = new Set<string>(computedNames);

/**
 * Whether a validation clause holds for a value; undefined where it asks for what only a deployment knows, or calls a function
 * of the template's own.
 */
export function expressionHolds(expression: Data, value: Data, comparable: Comparable): boolean | undefined {
  const result = resultOf(expression, value, comparable);
  return typeof result === 'boolean' ? result : undefined;
}

function resultOf(expression: Data, value: Data, comparable: Comparable): Data | undefined {
  const call = callIn(expression);
  if (!call) return plainOf(expression, value, comparable);
  const [name, written] = call;
  const given: Data[] = [];
  for (const one of written) {
    const argument = resultOf(one, value, comparable);
    // One false is enough for `and`, whatever the others are; the same for one true and `or`.
    if (argument === undefined) {
      if (name === '$and' || name === '$or') continue;
      return undefined;
    }
    given.push(argument);
  }
  const isWhole = given.length === written.length;
  if (name === '$value') return dig(value, given.map(String));
  if (name === '$concat') return given.map(String).join('');
  if (!isComputed(name.slice(1))) return undefined;
  const result = compute(name.slice(1) as ComputedName, given, comparable); // Just checked.
  if (isWhole || (name === '$and' && result === false) || (name === '$or' && result === true)) return result;
  return undefined;
}

function isComputed(name: string): boolean {
  return computed.has(name);
}

function plainOf(data: Data, value: Data, comparable: Comparable): Data | undefined {
  if (typeof data === 'string') return data.startsWith('$$') ? data.slice(1) : data;
  if (typeof data !== 'object' || data === null) return data;
  const record = emptyRecord<Data>();
  const items: Data[] = [];
  for (const [name, one] of Object.entries(data)) {
    const inner = resultOf(one, value, comparable);
    if (inner === undefined) return undefined;
    record[name.startsWith('$$') ? name.slice(1) : name] = inner;
    items.push(inner);
  }
  return Array.isArray(data) ? items : record;
}
