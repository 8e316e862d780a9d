import type { Node, YAMLMap } from 'yaml';
import { primitiveTypes } from '../primitive-types.ts';
import type { Schema } from '../schema.ts';
import type { Converting } from './converting.ts';
import type { Ground } from './ground.ts';
import { dropEmpty, refuseKeys, rewriteTypeName } from './names.ts';
import {
  entriesIn,
  entryOf,
  flowMap,
  isNothing,
  isScalar,
  keyOf,
  mapOf,
  meant,
  textAt,
  valueAt,
  word,
} from './tree.ts';
import { rewriteConstraints } from './validation.ts';
import { rewriteValue } from './values.ts';

/** A definition of a property, attribute, parameter, or the schema of entries and keys. `inherited` is the one it refines. */
export function rewriteSchema(converting: Converting, given: unknown, ground: Ground, inherited?: Schema): void {
  const definition = mapOf(given);
  if (!definition) return rewriteTypeName(converting, 'data', given);
  dropEmpty(definition);
  const type = valueAt(definition, 'type');
  const isRange = textAt(type) === 'range';
  rewriteConstraints(converting, definition, isRange);
  if (isRange) rewriteRange(converting, definition);
  rewriteTypeName(converting, 'data', type);
  rewriteRequired(converting, definition, inherited);
  for (const key of ['default', 'value']) rewriteValue(converting, valueAt(definition, key), ground);
  for (const key of ['entry_schema', 'key_schema']) rewriteSchema(converting, valueAt(definition, key), ground);
  refuseKeys(converting, definition, ['external-schema', 'external_schema'], 'A definition of 2.0 (§9.4) has');
}

/** 2.0 §9.4: only what is required has a default. In 1.x what has one is as good as given, so it may as well be required. */
function rewriteRequired({ document }: Converting, definition: YAMLMap, inherited: Schema | undefined): void {
  const required = valueAt(definition, 'required');
  const isRequired = truths.get(textAt(required)?.toLowerCase() ?? '');
  if (isScalar(required) && isRequired !== undefined) {
    required.value = isRequired;
    // Else `False` stays as it is written.
    required.source = undefined;
  }
  const wasUsual = inherited?.defaultValue !== undefined;
  if (isRequired === true || (!wasUsual && isNothing(valueAt(definition, 'default')))) return;
  definition.delete('required');
  // What `<<` takes over may be shared with what has no default; what is inherited holds until it is said anew.
  const isStillOptional = entryOf(definition, 'required') !== undefined || (inherited?.required === false && !wasUsual);
  if (isStillOptional) definition.items.push(document.createPair('required', true));
}

/** `entry_schema: string` is a definition in 1.x; where 2.0 wants a map, the name stands alone no more. */
export function rewriteSchemas(
  converting: Converting,
  map: unknown,
  ground: Ground,
  inherited: Readonly<Record<string, Schema>> = {},
): void {
  for (const entry of entriesIn(map)) {
    const name = textAt(entry.value);
    if (name !== undefined && entry.value) {
      // What an ancestor defines may only be given a value here, which 1.3 §3.6.10 has as default.
      entry.value = isDataType(converting, name)
        ? flowMap([['type', word(name)]])
        : flowMap([['default', meant(entry.value) as Node]]); // What has a text is a node.
    }
    rewriteSchema(converting, entry.value, ground, inherited[keyOf(entry)]);
  }
}

function isDataType({ reading }: Converting, name: string): boolean {
  return primitives.has(name) || reading.names.find('data', name, reading.unit) !== undefined;
}

const primitives = new Set<string>([...primitiveTypes, 'any']);

/** 2.0 §9.1 has no ranges. */
function rewriteRange(converting: Converting, definition: YAMLMap): void {
  const type = entryOf(definition, 'type');
  if (type) type.value = word('list');
  definition.items.push(converting.document.createPair('entry_schema', 'integer'));
}

/** What 1.x templates write for a truth value, quoted or in the words of YAML 1.1. */
const truths = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);
