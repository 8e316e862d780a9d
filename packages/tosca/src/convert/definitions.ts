import { YAMLMap, type Node } from 'yaml';
import type { TypeKind } from '../unit.ts';
import {
  entriesIn,
  entryOf,
  flowList,
  flowMap,
  isMap,
  isScalar,
  itemsIn,
  keyOf,
  remove,
  rename,
  setText,
  textAt,
  valueAt,
  word,
  type Rewriting,
} from './tree.ts';
import { rewriteConstraints, rewriteFilter } from './validation.ts';
import { rewriteValue, rewriteValues, type PathKnowledge } from './values.ts';

export interface Converting extends Rewriting {
  /** The name that a type has in the Simple Profile, for a shorthand that the file itself does not declare. */
  typeName(kind: TypeKind, name: string): string;
}

/** A definition of a property, attribute, parameter, or the schema of entries and keys. */
export function rewriteSchema(converting: Converting, definition: Node | null | undefined, known: PathKnowledge): void {
  if (isScalar(definition)) return rewriteTypeName(converting, 'data', definition);
  if (!isMap(definition)) return;
  rewriteTypeName(converting, 'data', valueAt(definition, 'type'));
  rewriteConstraints(converting, definition);
  const required = valueAt(definition, 'required');
  const isRequired = truths.get(textAt(required)?.toLowerCase() ?? '');
  if (isScalar(required) && isRequired !== undefined) {
    required.value = isRequired;
    // Else `False` stays as it is written.
    required.source = undefined;
  }
  if (textAt(valueAt(definition, 'type')) === 'range') {
    converting.note(valueAt(definition, 'type'), '2.0 has no type range; make it a list of two integers');
  }
  for (const key of ['default', 'value']) rewriteValue(converting, valueAt(definition, key), known);
  for (const key of ['entry_schema', 'key_schema']) rewriteSchema(converting, valueAt(definition, key), known);
  if (entryOf(definition, 'external-schema')) {
    converting.note(definition, '2.0 has no external-schema; it is left out');
    remove(definition, 'external-schema');
  }
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

export function rewriteSchemas(converting: Converting, map: Node | null | undefined, known: PathKnowledge): void {
  for (const { value } of entriesIn(map)) rewriteSchema(converting, value, known);
}

export function rewriteTypeName(converting: Converting, kind: TypeKind, node: unknown): void {
  const name = textAt(node);
  if (name === undefined) return;
  const full = converting.typeName(kind, name);
  if (full !== name) setText(node, full);
}

export function rewriteTypeNames(converting: Converting, kinds: readonly TypeKind[], list: unknown): void {
  for (const item of itemsIn(list)) for (const kind of kinds) rewriteTypeName(converting, kind, item);
}

/** One type of a `…_types` section. */
export function rewriteType(converting: Converting, kind: TypeKind, type: Node | null): void {
  const known: PathKnowledge = { topology: undefined, node: undefined };
  rewriteTypeName(converting, kind, valueAt(type, 'derived_from'));
  rewriteSchemas(converting, valueAt(type, 'properties'), known);
  rewriteSchemas(converting, valueAt(type, 'attributes'), known);
  rewriteInterfaces(converting, valueAt(type, 'interfaces'), known, 'type');
  switch (kind) {
    case 'data':
      rewriteConstraints(converting, type);
      rewriteSchema(converting, valueAt(type, 'entry_schema'), known);
      rewriteSchema(converting, valueAt(type, 'key_schema'), known);
      break;
    case 'capability':
      rewriteSources(converting, type);
      break;
    case 'relationship': {
      const targets = rename(type, 'valid_target_types', 'valid_capability_types')?.value;
      rewriteTypeNames(converting, ['capability'], targets);
      break;
    }
    case 'interface':
      rewriteInterface(converting, type, known, 'type');
      break;
    case 'node':
      for (const { value } of entriesIn(valueAt(type, 'capabilities'))) rewriteCapability(converting, value, known);
      for (const item of itemsIn(valueAt(type, 'requirements'))) rewriteRequirement(converting, item, known);
      rewriteArtifacts(converting, valueAt(type, 'artifacts'), known);
      break;
    case 'group':
      rewriteTypeNames(converting, ['node'], valueAt(type, 'members'));
      dropWithNote(converting, type, ['capabilities', 'requirements', 'interfaces'], 'A group type');
      break;
    case 'policy':
      rewriteTypeNames(converting, ['node', 'group'], valueAt(type, 'targets'));
      dropWithNote(converting, type, ['triggers'], 'A policy type here');
      break;
    case 'artifact':
      break;
  }
}

function rewriteCapability(converting: Converting, definition: Node | null, known: PathKnowledge): void {
  if (isScalar(definition)) return rewriteTypeName(converting, 'capability', definition);
  rewriteTypeName(converting, 'capability', valueAt(definition, 'type'));
  rewriteSchemas(converting, valueAt(definition, 'properties'), known);
  rewriteSchemas(converting, valueAt(definition, 'attributes'), known);
  rewriteSources(converting, definition);
  // 2.0 §8.4 leaves it to the requirements how many may come.
  remove(definition, 'occurrences');
}

function rewriteSources(converting: Converting, owner: Node | null): void {
  rewriteTypeNames(converting, ['node'], rename(owner, 'valid_source_types', 'valid_source_node_types')?.value);
}

/** 1.3 §3.7.3 → 2.0 §8.5: `occurrences`, of which [1, 1] is meant where nothing is said, becomes `count_range`. */
function rewriteRequirement(converting: Converting, item: Node, known: PathKnowledge): void {
  for (const entry of entriesIn(item)) {
    if (isScalar(entry.value)) {
      rewriteTypeName(converting, 'capability', entry.value);
      entry.value = flowMap([
        ['capability', entry.value],
        ['count_range', flowList([word(1), word(1)])],
      ]);
      continue;
    }
    const definition = entry.value;
    rewriteTypeName(converting, 'capability', valueAt(definition, 'capability'));
    rewriteTypeName(converting, 'node', valueAt(definition, 'node'));
    const relationship = entryOf(definition, 'relationship');
    if (isScalar(relationship?.value)) rewriteTypeName(converting, 'relationship', relationship.value);
    else rewriteRelationship(converting, relationship?.value, known, 'type');
    rewriteFilter(converting, definition);
    if (!rename(definition, 'occurrences', 'count_range') && isMap(definition)) {
      definition.items.push(converting.document.createPair('count_range', [1, 1], { flow: true }));
    }
  }
}

export function rewriteRelationship(
  converting: Converting,
  relationship: Node | null | undefined,
  known: PathKnowledge,
  where: 'type' | 'template',
): void {
  rewriteTypeName(converting, 'relationship', valueAt(relationship, 'type'));
  rewriteInterfaces(converting, valueAt(relationship, 'interfaces'), known, where);
  rewriteValues(converting, valueAt(relationship, 'properties'), known);
  rewriteValues(converting, valueAt(relationship, 'attributes'), known);
}

const interfaceKeys = new Set(['type', 'description', 'metadata', 'inputs', 'operations', 'notifications']);
const typeKeys = new Set([...interfaceKeys, 'derived_from', 'version']);

export function rewriteInterfaces(
  converting: Converting,
  interfaces: Node | null | undefined,
  known: PathKnowledge,
  where: 'type' | 'template',
): void {
  for (const entry of entriesIn(interfaces)) {
    const short = interfaceNames.get(keyOf(entry));
    if (short !== undefined) entry.key.value = short;
    rewriteTypeName(converting, 'interface', valueAt(entry.value, 'type'));
    rewriteInterface(converting, entry.value, known, where);
  }
}

/** Types whose name 1.0 templates use for the interface itself. */
const interfaceNames = new Map([
  ['tosca.interfaces.node.lifecycle.Standard', 'Standard'],
  ['tosca.interfaces.relationship.Configure', 'Configure'],
  ['tosca:Standard', 'Standard'],
]);

/** Operations that 1.0 to 1.2 write directly below the interface go below `operations`. */
function rewriteInterface(
  converting: Converting,
  node: Node | null,
  known: PathKnowledge,
  where: 'type' | 'template',
): void {
  if (!isMap(node)) return;
  const keys = where === 'type' ? typeKeys : interfaceKeys;
  const direct = entriesIn(node).filter((entry) => !keys.has(keyOf(entry)));
  if (direct.length > 0) {
    const given = valueAt(node, 'operations');
    const operations = isMap(given) ? given : new YAMLMap();
    node.items = node.items.filter((pair) => !direct.some((one) => one === pair));
    operations.items.push(...direct);
    if (!isMap(given)) node.items.push(converting.document.createPair('operations', operations));
  }
  rewriteInputs(converting, valueAt(node, 'inputs'), known, where);
  for (const { value } of entriesIn(valueAt(node, 'operations'))) rewriteOperation(converting, value, known, where);
}

function rewriteOperation(
  converting: Converting,
  operation: Node | null,
  known: PathKnowledge,
  where: 'type' | 'template',
): void {
  rewriteInputs(converting, valueAt(operation, 'inputs'), known, where);
  const implementation = valueAt(operation, 'implementation');
  for (const key of ['operation_host', 'executor']) {
    if (!entryOf(implementation, key)) continue;
    converting.note(implementation, `2.0 does not say in the template where an operation runs; ${key} is left out`);
    remove(implementation, key);
  }
}

/** In a template inputs are values, in a type definitions; values that 1.x allows there become the definition's value. */
function rewriteInputs(
  converting: Converting,
  inputs: Node | null | undefined,
  known: PathKnowledge,
  where: 'type' | 'template',
): void {
  for (const entry of entriesIn(inputs)) {
    if (isMap(entry.value) && (entryOf(entry.value, 'type') || entryOf(entry.value, 'default'))) {
      rewriteSchema(converting, entry.value, known);
    } else {
      rewriteValue(converting, entry.value, known);
      if (where === 'type' && entry.value)
        entry.value = flowMap([
          ['type', word('string')],
          ['default', entry.value],
        ]);
    }
  }
}

export function rewriteArtifacts(
  converting: Converting,
  artifacts: Node | null | undefined,
  known: PathKnowledge,
): void {
  for (const { value } of entriesIn(artifacts)) {
    rewriteTypeName(converting, 'artifact', valueAt(value, 'type'));
    rewriteValues(converting, valueAt(value, 'properties'), known);
    dropWithNote(converting, value, ['deploy_path'], 'An artifact');
  }
}

export function dropWithNote(
  converting: Converting,
  owner: Node | null | undefined,
  keys: readonly string[],
  what: string,
): void {
  for (const key of keys) {
    const entry = entryOf(owner, key);
    if (!entry) continue;
    converting.note(entry.key, `${what} of 2.0 has no ${key} of this form; it is left out`);
    remove(owner, key);
  }
}
