import type { Node } from 'yaml';
import { readArtifactType } from '../artifact.ts';
import { readCapabilityType, readGroupType, readPolicyType, readRelationshipType } from '../entity-type.ts';
import { readNodeType, type NodeType } from '../node-type.ts';
import { simpleGrammar } from '../grammar-simple.ts';
import { readDataType } from '../read-schema.ts';
import { DataType, type Schema } from '../schema.ts';
import type { TypeKind } from '../unit.ts';
import type { Converting } from './converting.ts';
import type { Ground } from './ground.ts';
import { rewriteArtifacts, rewriteInterface, rewriteInterfaces } from './interfaces.ts';
import { dropEmpty, refuseKeys, rewriteTypeName, rewriteTypeNames } from './names.ts';
import {
  entriesIn,
  entryOf,
  flowList,
  flowMap,
  isScalar,
  itemsIn,
  keyOf,
  listed,
  mapOf,
  meant,
  remove,
  rename,
  textAt,
  valueAt,
  word,
  YAMLSeq,
  type Entry,
} from './tree.ts';
import { rewriteSchema, rewriteSchemas } from './schemas.ts';
import { rewriteConstraints, rewriteFilter } from './validation.ts';
import { rewriteValues } from './values.ts';
import { rewriteTriggers } from './workflows.ts';

/** One type of a `…_types` section. */
export function rewriteType(converting: Converting, kind: TypeKind, entry: Entry): void {
  const type = meant(entry.value);
  const { grounds, reading } = converting;
  const name = keyOf(entry);
  const source = kind === 'node' ? reading.unit.declared.node.get(name) : undefined;
  const nodeType = source && readNodeType(reading, source);
  const ground =
    kind === 'relationship' ? grounds.relationshipType(name) : nodeType ? grounds.type(nodeType) : grounds.outside;
  // Operations of an interface type may stand there empty.
  if (kind !== 'interface') {
    dropEmpty(type);
    dropForeign(converting, kind, type);
  }
  const inherited = inheritedBy(converting, kind, type);
  rewriteTypeName(converting, kind, valueAt(type, 'derived_from'));
  rewriteSchemas(converting, valueAt(type, 'properties'), ground, inherited);
  rewriteSchemas(converting, valueAt(type, 'attributes'), ground);
  if (kind !== 'group') rewriteInterfaces(converting, valueAt(type, 'interfaces'), ground, 'type');
  switch (kind) {
    case 'data':
      rewriteConstraints(converting, type);
      rewriteSchema(converting, valueAt(type, 'entry_schema'), ground);
      rewriteSchema(converting, valueAt(type, 'key_schema'), ground);
      rewriteEmptyData(converting, type, name);
      break;
    case 'capability':
      rewriteSources(converting, type);
      break;
    case 'relationship':
      rewriteTargets(converting, type);
      break;
    case 'interface':
      rewriteInterface(converting, type, ground, 'type');
      break;
    case 'node':
      rewriteNodeType(converting, type, nodeType, ground);
      break;
    case 'group':
      rewriteTypeNames(converting, ['node'], valueAt(type, 'members'));
      refuseKeys(converting, type, ['capabilities', 'requirements', 'interfaces'], 'A group type of 2.0 (§16.1) has');
      break;
    case 'policy':
      rewriteTypeNames(converting, ['node', 'group'], valueAt(type, 'targets'));
      rewriteTriggers(converting, type);
      break;
    case 'artifact':
      break;
  }
}

/** What the ancestors of a type define. */
function inheritedBy({ reading }: Converting, kind: TypeKind, type: unknown): Readonly<Record<string, Schema>> {
  const name = textAt(valueAt(type, 'derived_from'));
  const parent = name === undefined ? undefined : reading.names.find(kind, name, reading.unit);
  const read = parent && kind !== 'interface' ? typeReaders[kind](reading, parent) : undefined;
  return (read instanceof DataType ? read.fields : read?.properties) ?? {};
}

const typeReaders = {
  data: readDataType,
  artifact: readArtifactType,
  capability: readCapabilityType,
  relationship: readRelationshipType,
  node: readNodeType,
  group: readGroupType,
  policy: readPolicyType,
};

/** A data type of 2.0 (§9.2) has properties or is derived from one. The root of all is in the Simple Profile. */
function rewriteEmptyData(converting: Converting, type: unknown, name: string): void {
  if (mapOf(valueAt(type, 'properties'))?.items.length === 0) remove(type, 'properties');
  if (entryOf(type, 'derived_from') || entryOf(type, 'properties')) return;
  if (name !== rootData) mapOf(type)?.items.push(converting.document.createPair('derived_from', rootData));
  else remove(valueAt(converting.document.contents, 'data_types'), name);
}

const rootData = 'tosca.datatypes.Root';

/** Keys of tools, which 1.x only warns of. */
function dropForeign(converting: Converting, kind: Exclude<TypeKind, 'interface'>, type: unknown): void {
  const known = simpleGrammar[`${kind}Type`];
  for (const entry of entriesIn(type)) {
    const key = keyOf(entry);
    if (known.has(key)) continue;
    converting.tell(entry.key, `A ${kind} type has no key ${key} (2.0 §6.4.1); it is left out`);
    remove(type, key);
  }
}

function rewriteNodeType(converting: Converting, type: unknown, known: NodeType | undefined, ground: Ground): void {
  const parent = known && parentOf(converting, known);
  for (const entry of entriesIn(valueAt(type, 'capabilities'))) {
    const name = keyOf(entry);
    const inherited = parent?.capabilities[name] ?? known?.capabilities[name]?.type;
    rewriteCapability(converting, entry, inherited?.properties, ground);
  }
  listed(entryOf(type, 'requirements'));
  for (const item of itemsIn(valueAt(type, 'requirements'))) {
    for (const entry of entriesIn(item)) rewriteRequirement(converting, entry, known, parent, ground);
  }
  rewriteArtifacts(converting, entryOf(type, 'artifacts'), ground);
}

function parentOf({ reading }: Converting, type: NodeType): NodeType | undefined {
  const name = type.types[1];
  const source = name === undefined ? undefined : reading.names.find('node', name, type.source.unit);
  return source && readNodeType(reading, source);
}

function rewriteCapability(
  converting: Converting,
  entry: Entry,
  inherited: Readonly<Record<string, Schema>> | undefined,
  ground: Ground,
): void {
  const definition = mapOf(entry.value);
  if (!definition) return rewriteTypeName(converting, 'capability', entry.value);
  dropEmpty(definition);
  rewriteTypeName(converting, 'capability', valueAt(definition, 'type'));
  rewriteSchemas(converting, valueAt(definition, 'properties'), ground, inherited);
  rewriteSchemas(converting, valueAt(definition, 'attributes'), ground);
  rewriteSources(converting, definition);
  dropCapabilityOccurrences(converting, definition);
}

/** 2.0 §8.2 leaves it to the requirements how many relationships there are. */
export function dropCapabilityOccurrences(converting: Converting, owner: unknown): void {
  rename(owner, 'occurences', 'occurrences');
  const occurrences = entryOf(owner, 'occurrences');
  const [, most] = itemsIn(occurrences?.value);
  if (occurrences && most && textAt(most)?.toUpperCase() !== 'UNBOUNDED') {
    const message =
      'A capability of 2.0 (§8.2) does not say how many relationships may lead to it; let requirements allocate a property of it (§8.5.5) and leave occurrences out';
    converting.refuse(occurrences.key, message);
  }
  remove(owner, 'occurrences');
}

function rewriteSources(converting: Converting, owner: unknown): void {
  rewriteTypeNames(converting, ['node'], rename(owner, 'valid_source_types', 'valid_source_node_types')?.value);
}

/** 1.3 lists capability types; 1.0 templates also put node types there, for which 2.0 §7.3 has a key of its own. */
function rewriteTargets(converting: Converting, type: unknown): void {
  const entry = entryOf(type, 'valid_target_types');
  const list = meant(entry?.value);
  if (!entry) return;
  const { names, unit } = converting.reading;
  const items = isScalar(list) ? [list] : itemsIn(list);
  const nodes = items.filter((item) => {
    const name = textAt(item) ?? '';
    return !names.find('capability', name, unit) && names.find('node', name, unit);
  });
  rewriteTypeNames(converting, ['capability'], flowList(items.filter((item) => !nodes.includes(item))));
  rewriteTypeNames(converting, ['node'], flowList(nodes));
  if (nodes.length === items.length && items.length > 0) entry.key.value = 'valid_target_node_types';
  else {
    entry.key.value = 'valid_capability_types';
    if (nodes.length > 0) {
      if (list instanceof YAMLSeq) list.items = items.filter((item) => !nodes.includes(item));
      mapOf(type)?.items.push(converting.document.createPair('valid_target_node_types', flowList(nodes)));
    }
  }
  if (isScalar(entry.value)) entry.value = flowList([entry.value]);
}

/** 1.3 §3.7.3 → 2.0 §8.4: `occurrences`, of which [1, 1] is meant where nothing is said or inherited, becomes `count_range`. */
function rewriteRequirement(
  converting: Converting,
  entry: Entry,
  owner: NodeType | undefined,
  parent: NodeType | undefined,
  ground: Ground,
): void {
  const isInherited = parent?.requirements.some(({ name }) => name === keyOf(entry)) ?? false;
  if (isScalar(meant(entry.value))) {
    rewriteTypeName(converting, 'capability', entry.value);
    const capability: [string, Node][] = entry.value ? [['capability', entry.value]] : [];
    entry.value = flowMap(isInherited ? capability : [...capability, ['count_range', oneToOne()]]);
    return;
  }
  const definition = mapOf(entry.value);
  if (!definition) return;
  dropEmpty(definition);
  rewriteTypeName(converting, 'capability', valueAt(definition, 'capability'));
  rewriteTypeName(converting, 'node', valueAt(definition, 'node'));
  const relationship = entryOf(definition, 'relationship');
  if (isScalar(meant(relationship?.value))) rewriteTypeName(converting, 'relationship', relationship?.value);
  else {
    const used = converting.grounds.relationships((one) => one.name === keyOf(entry));
    rewriteRelationship(converting, relationship?.value, used, 'type');
  }
  const { node, capability } = owner?.requirements.find(({ name }) => name === keyOf(entry)) ?? {};
  rewriteFilter(converting, definition, ['SELF', 'TARGET'], node && readNodeType(converting.reading, node), capability);
  rewriteValues(converting, valueAt(definition, 'node_filter'), ground);
  rename(definition, 'occurences', 'occurrences');
  const counted = rename(definition, 'occurrences', 'count_range');
  if (counted && isScalar(meant(counted.value))) counted.value = exactly(textAt(counted.value));
  if (!counted && !isInherited && !entryOf(definition, 'count_range')) {
    definition.items.push(converting.document.createPair('count_range', oneToOne()));
  }
}

const oneToOne = () => exactly('1');
/** `occurrences: 1`, as some write for `[ 1, 1 ]`. */
const exactly = (count = '1') => flowList([word(Number(count)), word(Number(count))]);

export function rewriteRelationship(
  converting: Converting,
  relationship: unknown,
  ground: Ground,
  where: 'type' | 'template',
): void {
  dropEmpty(relationship);
  rewriteTypeName(converting, 'relationship', valueAt(relationship, 'type'));
  rewriteInterfaces(converting, valueAt(relationship, 'interfaces'), ground, where);
  rewriteValues(converting, valueAt(relationship, 'properties'), ground);
  rewriteValues(converting, valueAt(relationship, 'attributes'), ground);
}
