import type { YAMLMap } from 'yaml';
import { readNodeType, type NodeType } from '../node-type.ts';
import type { TypeKind } from '../unit.ts';
import type { Converting } from './converting.ts';
import { dropCapabilityOccurrences, rewriteRelationship } from './definitions.ts';
import { rewriteArtifacts, rewriteInterfaces } from './interfaces.ts';
import { dropEmpty, fillEmpty, refuseKeys, rewriteTypeName } from './names.ts';
import { rewriteSchema, rewriteSchemas } from './schemas.ts';
import {
  entriesIn,
  entryOf,
  isScalar,
  itemsIn,
  keyOf,
  listed,
  meant,
  remove,
  rename,
  setText,
  textAt,
  valueAt,
  word,
  type Entry,
} from './tree.ts';
import { rewriteSubstitution } from './substitution.ts';
import { rewriteFilter } from './validation.ts';
import { rewriteValues } from './values.ts';
import { rewriteTriggers, rewriteWorkflows } from './workflows.ts';

export function rewriteTemplate(converting: Converting, template: YAMLMap): void {
  const { grounds } = converting;
  rewriteSchemas(converting, valueAt(template, 'inputs'), grounds.outside);
  for (const entry of entriesIn(valueAt(template, 'node_templates'))) rewriteNode(converting, entry);
  for (const entry of entriesIn(valueAt(template, 'relationship_templates'))) {
    const used = grounds.relationships(({ relationship }) => relationship.name === keyOf(entry));
    rewriteRelationship(converting, entry.value, used, 'template');
  }
  for (const { value } of entriesIn(valueAt(template, 'outputs'))) rewriteSchema(converting, value, grounds.outside);
  for (const { value } of entriesIn(valueAt(template, 'groups'))) {
    dropEmpty(value);
    rewriteTypeName(converting, 'group', valueAt(value, 'type'));
    rewriteValues(converting, valueAt(value, 'properties'), grounds.outside);
    refuseKeys(converting, value, ['interfaces', 'capabilities', 'requirements'], 'A group of 2.0 (§16.2) has');
  }
  rewritePolicies(converting, template);
  rewriteWorkflows(converting, valueAt(template, 'workflows'));
  rewriteSubstitution(converting, valueAt(template, 'substitution_mappings'), template);
  if (!entryOf(template, 'node_templates')) template.items.push(converting.document.createPair('node_templates', {}));
}

function rewriteNode(converting: Converting, entry: Entry): void {
  const node = meant(entry.value);
  const name = keyOf(entry);
  const ground = converting.grounds.node(name);
  dropEmpty(node);
  const type = nodeTypeOf(converting, textAt(valueAt(node, 'type')));
  rewriteTypeName(converting, 'node', valueAt(node, 'type'));
  for (const item of itemsIn(valueAt(node, 'directives'))) {
    if (textAt(item) === 'selectable') setText(item, 'select');
    if (textAt(item) === 'substitutable') setText(item, 'substitute');
  }
  dropEmpty(valueAt(node, 'properties'));
  rewriteValues(converting, valueAt(node, 'properties'), ground);
  rewriteValues(converting, valueAt(node, 'attributes'), ground);
  fillEmpty(valueAt(node, 'capabilities'));
  for (const { value } of entriesIn(valueAt(node, 'capabilities'))) {
    dropEmpty(value);
    rewriteValues(converting, valueAt(value, 'properties'), ground);
    rewriteValues(converting, valueAt(value, 'attributes'), ground);
    dropCapabilityOccurrences(converting, value);
  }
  listed(entryOf(node, 'requirements'));
  for (const item of itemsIn(valueAt(node, 'requirements'))) {
    for (const one of entriesIn(item)) rewriteAssignment(converting, name, type, one);
  }
  rewriteFilter(converting, node, ['SELF'], type);
  rewriteInterfaces(converting, valueAt(node, 'interfaces'), ground, 'template');
  rewriteArtifacts(converting, entryOf(node, 'artifacts'), ground);
}

function nodeTypeOf({ reading }: Converting, name: string | undefined): NodeType | undefined {
  const source = name === undefined ? undefined : reading.names.find('node', name, reading.unit);
  return source && readNodeType(reading, source);
}

/** 1.3 §3.8.2 → 2.0 §8.5. */
function rewriteAssignment(
  converting: Converting,
  source: string,
  type: NodeType | undefined,
  { key, value: assignment }: Entry,
): void {
  const name = textAt(key);
  dropEmpty(assignment);
  const kinds: readonly (readonly [string, TypeKind])[] = [
    ['node', 'node'],
    ['capability', 'capability'],
    ['relationship', 'relationship'],
  ];
  const target = valueAt(assignment, 'node');
  const isNode = converting.grounds.outside.named(textAt(target) ?? '') !== undefined;
  const definition = type?.requirements.find((one) => one.name === name);
  const targetType = isNode
    ? undefined
    : (nodeTypeOf(converting, textAt(target)) ??
      (definition?.node && readNodeType(converting.reading, definition.node)));
  rewriteFilter(converting, assignment, ['SELF', 'TARGET'], targetType, definition?.capability);
  for (const [part, kind] of kinds) {
    const written = valueAt(assignment, part);
    if (isScalar(written) && !(part === 'node' && isNode)) rewriteTypeName(converting, kind, written);
  }
  const used = converting.grounds.relationships((one, from) => from === source && one.name === name);
  rewriteRelationship(converting, valueAt(assignment, 'relationship'), used, 'template');
  rewriteOccurrences(converting, assignment);
}

/** `[ n, n ]` is a count, `[ 0, 1 ]` one that need not be; 2.0 §8.5.4 has no other. */
function rewriteOccurrences(converting: Converting, assignment: unknown): void {
  rename(assignment, 'occurences', 'occurrences');
  const occurrences = entryOf(assignment, 'occurrences');
  if (!occurrences) return;
  const written = itemsIn(occurrences.value);
  const [least, most] = written.length > 0 ? written : [occurrences.value, occurrences.value];
  const count = textAt(most);
  if (least && textAt(least) === count) {
    if (count === '1') return remove(assignment, 'occurrences');
    occurrences.key.value = 'count';
    occurrences.value = least;
  } else if (textAt(least) === '0' && count === '1') {
    occurrences.key.value = 'optional';
    occurrences.value = word(true);
  } else {
    const message =
      'A requirement of 2.0 is assigned a number of times, not from so many to so many (§8.5.4); repeat the assignment, with optional: true for those that need not be';
    converting.refuse(occurrences.key, message);
  }
}

function rewritePolicies(converting: Converting, template: YAMLMap): void {
  const policies = entryOf(template, 'policies');
  // 1.0 wrote them as a map.
  listed(policies);
  for (const item of itemsIn(policies?.value)) {
    for (const { value } of entriesIn(item)) {
      dropEmpty(value);
      rewriteTypeName(converting, 'policy', valueAt(value, 'type'));
      rewriteValues(converting, valueAt(value, 'properties'), converting.grounds.outside);
      rewriteTriggers(converting, value);
    }
  }
}
