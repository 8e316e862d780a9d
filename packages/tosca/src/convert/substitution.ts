import type { YAMLMap } from 'yaml';
import { readNodeType, type NodeType } from '../node-type.ts';
import type { Converting } from './converting.ts';
import { dropEmpty, rewriteTypeName } from './names.ts';
import {
  allOf,
  call,
  entriesIn,
  entryOf,
  flowMap,
  isNothing,
  isSeq,
  itemsIn,
  keyOf,
  listed,
  mapOf,
  mapped,
  meant,
  remove,
  textAt,
  valueAt,
  word,
  type Entry,
} from './tree.ts';
import { filterClauses } from './validation.ts';

/** 1.3 §3.8.13 → 2.0 chapter 15. */
export function rewriteSubstitution(converting: Converting, given: unknown, template: YAMLMap): void {
  const mappings = mapOf(given);
  if (!mappings) return;
  dropEmpty(mappings);
  const { names, unit } = converting.reading;
  const source = names.find('node', textAt(valueAt(mappings, 'node_type')) ?? '', unit);
  const type = source && readNodeType(converting.reading, source);
  rewriteTypeName(converting, 'node', valueAt(mappings, 'node_type'));
  const clauses = filterOf(converting, mappings, type);
  const inputs = valueAt(template, 'inputs');
  if (!entryOf(mappings, 'properties') && type) mapByName(mappings, inputs, Object.keys(type.properties));
  for (const entry of entriesIn(valueAt(mappings, 'properties'))) {
    unwrap(entry);
    const name = textAt(entry.value);
    if (isSeq(meant(entry.value)) || (name !== undefined && entryOf(inputs, name))) continue;
    // A value only chooses the template, which in 2.0 is the filter's part.
    if (!isNothing(entry.value) && entry.value) {
      clauses.push(call('equal', call('get_property', word('SELF'), word(keyOf(entry))), entry.value));
    }
    remove(valueAt(mappings, 'properties'), keyOf(entry));
  }
  for (const entry of entriesIn(valueAt(mappings, 'attributes'))) unwrap(entry);
  for (const key of ['capabilities', 'attributes', 'properties']) mapped(entryOf(mappings, key));
  for (const entry of entriesIn(valueAt(mappings, 'capabilities'))) takeMapping(entry);
  listed(entryOf(mappings, 'requirements'));
  for (const item of itemsIn(valueAt(mappings, 'requirements')))
    for (const entry of entriesIn(item)) takeMapping(entry);
  if (mapOf(valueAt(mappings, 'properties'))?.items.length === 0) remove(mappings, 'properties');
  remove(mappings, 'substitution_filter');
  if (clauses.length > 0) {
    mappings.items.push(converting.document.createPair('substitution_filter', allOf(clauses)));
  }
}

function filterOf(converting: Converting, mappings: YAMLMap, type: NodeType | undefined) {
  const written = valueAt(mappings, 'substitution_filter');
  return filterClauses(converting, valueAt(written, 'node_filter') ?? written, ['SELF'], type) ?? [];
}

/** 1.0 §3.8.7: inputs get the properties of the replaced node that bear their names. */
function mapByName(mappings: YAMLMap, inputs: unknown, properties: readonly string[]): void {
  const shared = entriesIn(inputs)
    .map(keyOf)
    .filter((name) => properties.includes(name));
  if (shared.length === 0) return;
  mappings.set('properties', flowMap(shared.map((name) => [name, word(name)])));
}

/** `[ input ]` is the input. */
function unwrap(entry: Entry): void {
  takeMapping(entry);
  const [only, ...others] = itemsIn(entry.value);
  if (only && others.length === 0) entry.value = only;
}

/** 1.3 may write a mapping under a key of that name. */
function takeMapping(entry: Entry): void {
  const mapping = entryOf(entry.value, 'mapping');
  if (mapping) entry.value = mapping.value;
}
