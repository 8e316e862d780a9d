import { isCollection, visit, type Node } from 'yaml';
import { readCapabilityType } from '../entity-type.ts';
import { readNodeType, type NodeType } from '../node-type.ts';
import type { Schema } from '../schema.ts';
import type { TypeSource } from '../unit.ts';
import type { Converting } from './converting.ts';
import {
  allOf,
  call,
  entriesIn,
  entryOf,
  isScalar,
  isSeq,
  itemsIn,
  keyOf,
  mapOf,
  meant,
  namedIn,
  remove,
  rename,
  textAt,
  valueAt,
  word,
} from './tree.ts';

/** `constraints` of a definition become its `validation`, 2.0 §9.11. `isRange`: of a pair of numbers, which 2.0 has as a list. */
export function rewriteConstraints(converting: Converting, definition: unknown, isRange = false): void {
  const constraints = valueAt(definition, 'constraints');
  const clauses = isRange ? pair(converting, constraints) : clausesOf(converting, constraints, () => word('$value'));
  if (constraints !== undefined) {
    const entry = clauses.length === 0 ? undefined : rename(definition, 'constraints', 'validation');
    if (entry) entry.value = allOf(clauses);
    else remove(definition, 'constraints');
  } else if (isRange) {
    mapOf(definition)?.items.push(converting.document.createPair('validation', allOf(clauses)));
  }
}

/** 1.3 §3.3.3: two numbers, the lower one first; `in_range` holds for both. */
function pair(converting: Converting, constraints: unknown): Node[] {
  const item = (index: number) => call('value', word(index));
  const clauses = [call('equal', call('length', word('$value')), word(2)), call('less_or_equal', item(0), item(1))];
  for (const { key, value } of namedIn(constraints)) {
    const [least, most] = itemsIn(value);
    if (textAt(key) !== 'in_range') {
      converting.refuse(
        key,
        `2.0 has no type range (§9.1), and ${textAt(key)} says nothing about a list of two numbers`,
      );
      continue;
    }
    if (least && textAt(least) !== 'UNBOUNDED') clauses.push(call('greater_or_equal', item(0), least));
    if (most && textAt(most) !== 'UNBOUNDED') clauses.push(call('less_or_equal', item(1), most));
  }
  return clauses;
}

/**
 * A node filter (1.3 §3.6.5) as the condition that 2.0 §8.6 has in its place. `start` is the way to the node it is about:
 * `SELF` is that node, or in a requirement the relationship to it. `type` is the node's, as far as it is known,
 * `target` the type of the capability that the relationship leads to.
 */
export function rewriteFilter(
  converting: Converting,
  owner: unknown,
  start: readonly string[],
  type: NodeType | undefined,
  target?: TypeSource,
): void {
  const entry = entryOf(owner, 'node_filter');
  const clauses = entry ? filterClauses(converting, entry.value, start, type, target) : undefined;
  if (!entry || !clauses) return;
  if (clauses.length === 0) remove(owner, 'node_filter');
  else entry.value = allOf(clauses);
}

export function filterClauses(
  converting: Converting,
  given: unknown,
  start: readonly string[],
  type: NodeType | undefined,
  target?: TypeSource,
): Node[] | undefined {
  const filter = mapOf(given);
  if (!filter) return undefined;
  for (const key of ['requirements', 'interfaces']) {
    const entry = entryOf(filter, key);
    if (entry) converting.refuse(entry.key, `A node_filter of 2.0 is a condition on values (§8.6), not on ${key}`);
  }
  const clauses = filtered(converting, valueAt(filter, 'properties'), start, type?.properties);
  for (const { key, properties } of capabilityFilters(valueAt(filter, 'capabilities'))) {
    const written = textAt(key) ?? '';
    const name = capabilityOf(type, written, converting);
    if (name !== undefined) {
      const schemas = type?.capabilities[name]?.properties;
      clauses.push(...filtered(converting, properties, [...start, 'CAPABILITY', name], schemas));
    } else if (target && isOfType(converting, target, written)) {
      const { properties: schemas } = readCapabilityType(converting.reading, target);
      clauses.push(...filtered(converting, properties, ['SELF', 'CAPABILITY'], schemas));
    } else {
      const message = `2.0 asks for a capability by its name (§10.3), and nothing here tells which one is a ${written}; name it`;
      converting.refuse(key, message);
    }
  }
  return clauses;
}

/** §3.6.5 indents `properties` below the name of the capability, or as far as the name, which makes it a second key. */
function capabilityFilters(given: unknown) {
  const items = isSeq(meant(given)) ? itemsIn(given) : [given];
  return items.flatMap((item) => {
    const [first, second, ...more] = entriesIn(item);
    const isFlat = first && second && more.length === 0 && keyOf(second) === 'properties';
    if (isFlat) return [{ key: first.key, properties: second.value }];
    return entriesIn(item).map(({ key, value }) => ({ key, properties: valueAt(value, 'properties') }));
  });
}

function filtered(
  converting: Converting,
  properties: unknown,
  start: readonly string[],
  schemas: Readonly<Record<string, Schema>> | undefined,
): Node[] {
  return namedIn(properties).flatMap((entry) => {
    const value = meant(entry.value) as Node | null; // What an alias means is a node.
    const of = () => call('get_property', ...[...start, keyOf(entry)].map(word));
    if (isText(converting, schemas, keyOf(entry))) asTexts(value);
    if (value && !isCollection(value)) return [call('equal', of(), value)];
    return clausesOf(converting, value, of);
  });
}

/** Types whose values look like numbers; a function of 2.0 does not know that `1.2` is a version. */
const textBases = new Set(['version', 'timestamp']);

/** Of a node whose type is not known, a property is what it is wherever there is one of its name. */
function isText({ reading }: Converting, schemas: Readonly<Record<string, Schema>> | undefined, name: string): boolean {
  if (schemas) return textBases.has(schemas[name]?.base ?? '');
  const { names, unit } = reading;
  return [...names.known('node', unit)].some((one) => {
    const source = names.find('node', one, unit);
    return source !== undefined && textBases.has(readNodeType(reading, source).properties[name]?.base ?? '');
  });
}

function asTexts(value: Node | null): void {
  if (!value) return;
  visit(value, {
    Scalar: (key, node) => {
      const text = textAt(node);
      if (key !== 'key' && typeof node.value === 'number' && text !== undefined) node.value = text;
    },
  });
}

/** The name of the capability that a filter means, which may say its type. */
function capabilityOf(type: NodeType | undefined, name: string, { reading }: Converting): string | undefined {
  if (type && name in type.capabilities) return name;
  const source = reading.names.find('capability', name, reading.unit);
  if (!source) return name;
  const [only, ...others] = Object.values(type?.capabilities ?? {}).filter((one) =>
    one.type.types.includes(source.name),
  );
  return others.length === 0 ? only?.name : undefined;
}

function isOfType({ reading }: Converting, target: TypeSource, name: string): boolean {
  const source = reading.names.find('capability', name, reading.unit);
  return source !== undefined && readCapabilityType(reading, target).types.includes(source.name);
}

export function clausesOf(converting: Converting, constraints: unknown, of: () => Node): Node[] {
  return namedIn(constraints).flatMap((entry) => {
    const name = keyOf(entry);
    const value = meant(entry.value) as Node | null; // What an alias means is a node.
    if (!value) return [];
    const made = clause(name, value, of);
    if (!made) {
      converting.refuse(
        entry.key,
        `2.0 has no constraint ${name} (§10.2.2); say it with the functions it has, or leave it out`,
      );
    }
    return made ?? [];
  });
}

/** 1.3 §3.6.3 → 2.0 §10.2. */
function clause(operator: string, argument: Node, of: () => Node): Node[] | undefined {
  const length = () => call('length', of());
  switch (operator) {
    case 'equal':
    case 'greater_than':
    case 'greater_or_equal':
    case 'less_than':
    case 'less_or_equal':
    case 'valid_values':
      return [call(operator, of(), argument)];
    case 'in_range': {
      const [least, most] = itemsIn(argument);
      return [
        ...(least && textAt(least) !== 'UNBOUNDED' ? [call('greater_or_equal', of(), least)] : []),
        ...(most && textAt(most) !== 'UNBOUNDED' ? [call('less_or_equal', of(), most)] : []),
      ];
    }
    case 'length':
      return [call('equal', length(), argument)];
    case 'min_length':
      return [call('greater_or_equal', length(), argument)];
    case 'max_length':
      return [call('less_or_equal', length(), argument)];
    case 'pattern':
      return [call('matches', of(), wholePattern(argument))];
    default:
      return undefined;
  }
}

/** A pattern of 1.x matches the whole text, one of 2.0 (§10.2.2.2.7) any part of it. */
function wholePattern(argument: Node): Node {
  const pattern = textAt(argument);
  if (!isScalar(argument) || pattern === undefined || /^\^[^|]*[^\\|]\$$/.test(pattern)) return argument;
  argument.value = pattern.includes('|')
    ? `^(?:${pattern})$`
    : `^${pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')}$`;
  return argument;
}
