import { YAMLMap } from 'yaml';
import type { Converting } from './converting.ts';
import type { Ground } from './ground.ts';
import { dropEmpty, fillEmpty, refuseKeys, rewriteTypeName } from './names.ts';
import { rewriteSchema } from './schemas.ts';
import {
  entriesIn,
  entryOf,
  flowMap,
  isNothing,
  isScalar,
  isSeq,
  itemsIn,
  keyOf,
  mapOf,
  mapped,
  meant,
  textAt,
  valueAt,
  word,
  type Entry,
} from './tree.ts';
import { rewriteValue, rewriteValues } from './values.ts';

const interfaceKeys = new Set(['type', 'description', 'metadata', 'inputs', 'operations', 'notifications']);
const typeKeys = new Set([...interfaceKeys, 'derived_from', 'version']);

export function rewriteInterfaces(
  converting: Converting,
  interfaces: unknown,
  ground: Ground,
  where: 'type' | 'template',
): void {
  fillEmpty(interfaces);
  for (const entry of entriesIn(interfaces)) {
    const short = interfaceNames.get(keyOf(entry));
    if (short !== undefined) entry.key.value = short;
    rewriteTypeName(converting, 'interface', valueAt(entry.value, 'type'));
    rewriteInterface(converting, entry.value, ground, where);
  }
}

/** Types whose name 1.0 templates use for the interface itself. */
const interfaceNames = new Map([
  ['tosca.interfaces.node.lifecycle.Standard', 'Standard'],
  ['tosca.interfaces.relationship.Configure', 'Configure'],
  ['tosca:Standard', 'Standard'],
  ['tosca:Configure', 'Configure'],
]);

/** Operations that 1.0 to 1.2 write directly below the interface go below `operations`. */
export function rewriteInterface(
  converting: Converting,
  given: unknown,
  ground: Ground,
  where: 'type' | 'template',
): void {
  const map = mapOf(given);
  if (!map) return;
  const keys = where === 'type' ? typeKeys : interfaceKeys;
  for (const key of keys) if (entryOf(map, key) && isNothing(valueAt(map, key))) map.delete(key);
  const direct = entriesIn(map).filter((entry) => !keys.has(keyOf(entry)));
  if (direct.length > 0) {
    const written = mapOf(valueAt(map, 'operations'));
    const operations = written ?? new YAMLMap();
    if (!written && map.flow) operations.flow = true;
    map.items = map.items.filter((pair) => !direct.some((one) => one === pair));
    operations.items.push(...direct);
    if (!written) map.items.push(converting.document.createPair('operations', operations));
  }
  rewriteInputs(converting, valueAt(map, 'inputs'), ground, where);
  for (const section of ['operations', 'notifications']) {
    const operations = valueAt(map, section);
    fillEmpty(operations);
    for (const { value } of entriesIn(operations)) rewriteOperation(converting, value, ground, where);
  }
}

function rewriteOperation(
  converting: Converting,
  operation: unknown,
  ground: Ground,
  where: 'type' | 'template',
): void {
  dropEmpty(operation);
  rewriteInputs(converting, valueAt(operation, 'inputs'), ground, where);
  const implementation = valueAt(operation, 'implementation');
  dropEmpty(implementation);
  refuseKeys(
    converting,
    implementation,
    ['operation_host'],
    '2.0 leaves it to the artifact where an operation runs (§11.8); there is',
  );
  const files = [
    valueAt(implementation, 'primary'),
    implementation,
    ...itemsIn(valueAt(implementation, 'dependencies')),
  ];
  for (const file of files) if (entryOf(file, 'file')) rewriteArtifact(converting, file, ground);
  for (const { value } of entriesIn(valueAt(operation, 'outputs'))) rewriteMapping(value, ground);
}

/** 1.3 §3.6.16: `[ SELF, capability, attribute ]`. */
function rewriteMapping(given: unknown, ground: Ground): void {
  const list = meant(given);
  const [entity, second, third] = itemsIn(list).map(textAt);
  if (!isSeq(list) || entity === undefined || second === undefined || third === undefined) return;
  const isCapability = ground.places.some(({ self }) => self?.capability(second) && !self.has(second, 'attribute'));
  if (entity === 'SELF' && isCapability) list.items.splice(1, 0, word('CAPABILITY'));
}

/** In a template inputs are values, in a type definitions; values that 1.x allows there become the definition's value. */
function rewriteInputs(converting: Converting, inputs: unknown, ground: Ground, where: 'type' | 'template'): void {
  if (where === 'template') return rewriteValues(converting, inputs, ground);
  for (const entry of entriesIn(inputs)) {
    if (definitionKeys.some((key) => entryOf(entry.value, key))) {
      rewriteSchema(converting, entry.value, ground);
      continue;
    }
    rewriteValue(converting, entry.value, ground);
    const value = meant(entry.value);
    const type = isScalar(value) ? scalarTypes.get(typeof value.value) : isSeq(value) ? 'list' : undefined;
    if (entry.value) {
      entry.value = flowMap([
        ['type', word(type ?? 'string')],
        ...(type === 'list' ? [['entry_schema', word('string')] as const] : []),
        ['default', entry.value],
      ]);
    }
  }
}

const definitionKeys = ['type', 'default', 'required', 'description'];
const scalarTypes = new Map([
  ['boolean', 'boolean'],
  ['number', 'float'],
]);

/** 1.0 drafts wrote a list of one-entry maps. */
export function rewriteArtifacts(converting: Converting, entry: Entry | undefined, ground: Ground): void {
  mapped(entry);
  for (const { value } of entriesIn(entry?.value)) rewriteArtifact(converting, value, ground);
}

function rewriteArtifact(converting: Converting, artifact: unknown, ground: Ground): void {
  dropEmpty(artifact);
  rewriteTypeName(converting, 'artifact', valueAt(artifact, 'type'));
  rewriteValues(converting, valueAt(artifact, 'properties'), ground);
  refuseKeys(converting, artifact, ['deploy_path'], 'An artifact of 2.0 (§12.2) has');
}
