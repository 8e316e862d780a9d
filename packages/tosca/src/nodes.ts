import { artifactsOf } from './artifact.ts';
import { assignProperties } from './assign.ts';
import { placeDirectives, directivesOf, countOf } from './assignment.ts';
import { withCopy } from './copy.ts';
import type { Draft } from './draft.ts';
import { readNodeType, type NodeType } from './node-type.ts';
import { checkKeys, entriesOf, lacks, metadataOf, namedItemsOf, textOf } from './fields.ts';
import { completeInterfaces, interfacesOf } from './interface.ts';
import { nodeFilterOf } from './node-filter.ts';
import { occurrencesIn, occurrencesOf } from './occurrences.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { RelationshipTemplates } from './relationship.ts';
import { linksOf } from './requirement.ts';
import { hintAt } from './suggest.ts';
import type { Capability, Node } from './topology.ts';
import type { Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** The nodes of a topology: first each by itself, then the relationships between them. */
export function readNodes(
  reading: Reading,
  unit: Unit,
  yaml: Yaml | undefined,
  relationships: RelationshipTemplates,
): Readonly<Record<string, Node>> {
  const entries = nodesIn(reading, indented(reading, entriesOf(reading.report, yaml, 'node_templates')));
  const drafts = new Map<string, Draft | undefined>();
  for (const [name, entry] of entries) drafts.set(name, draftOf(reading, unit, name, entry, entries));
  const nodes = emptyRecord<Node>();
  for (const [name, draft] of drafts) {
    if (!draft) continue;
    const { requirements, dangling } = linksOf({ reading, unit, drafts, relationships }, draft);
    nodes[name] = { ...draft.node, requirements, dangling };
  }
  return nodes;
}

/** Without what is no node but a section of the topology that is indented too far. */
function nodesIn({ report, unit }: Reading, entries: ReadonlyMap<string, YamlEntry>): ReadonlyMap<string, YamlEntry> {
  const { nodeTemplate, topology } = unit.grammar;
  const nodes = new Map(entries);
  for (const [name, { at, value }] of entries) {
    const isNode = value.is === 'map' && !(lacks(value.entries, 'type', nodeTemplate) && !value.entries.has('copy'));
    if (!topology.has(name) || isNode) continue;
    report.error(at, 'wrong-section', `${name} stands among the nodes; put it beside node_templates, not below that`);
    nodes.delete(name);
  }
  return nodes;
}

/** Keys of a node that stand beside it instead of below it belong to it, where it has none of the kind. */
function indented({ report }: Reading, entries: ReadonlyMap<string, YamlEntry>): ReadonlyMap<string, YamlEntry> {
  if (!parts.some((part) => entries.has(part))) return entries;
  const nodes = new Map<string, YamlEntry>();
  let before: string | undefined;
  for (const [name, entry] of entries) {
    const isNode = !parts.includes(name) || (entry.value.is === 'map' && entry.value.entries.has('type'));
    const node = before === undefined ? undefined : nodes.get(before);
    if (isNode || before === undefined || node?.value.is !== 'map' || node.value.entries.has(name)) {
      nodes.set(name, entry);
      before = name;
      continue;
    }
    const message = `${name} is no node, for it has no type; it is taken for the ${name} of ${before}, indent it further (1.3 §3.8.3, 2.0 §7.2)`;
    report.warn(entry.at, 'not-indented', message);
    nodes.set(before, { ...node, value: { ...node.value, entries: new Map([...node.value.entries, [name, entry]]) } });
  }
  return nodes;
}

const parts = ['properties', 'attributes', 'capabilities', 'requirements', 'interfaces', 'artifacts', 'node_filter'];

function draftOf(
  reading: Reading,
  unit: Unit,
  name: string,
  { value: yaml, at }: YamlEntry,
  all: ReadonlyMap<string, YamlEntry>,
): Draft | undefined {
  const { report, names } = reading;
  const what = `the node ${name}`;
  const fields = withCopy(reading, yaml, all, what);
  checkKeys(report, fields, reading.unit.grammar.nodeTemplate, what);
  const typeYaml = fields.get('type')?.value;
  const typeName = textOf(report, typeYaml, `the type of ${what}`);
  if (!typeYaml || typeName === undefined) {
    // What is wrong with its copy is told there.
    const isMissing = !fields.has('copy') && lacks(fields, 'type', reading.unit.grammar.nodeTemplate);
    if (isMissing) report.error(at, 'missing-key', `${what} needs a type`);
    return undefined;
  }
  const source = names.require('node', typeName, unit, typeYaml.at);
  if (!source) return undefined;
  const type = readNodeType(reading, source);
  const value = (key: string) => fields.get(key)?.value;
  const artifacts = artifactsOf(reading, value('artifacts'), unit, type.artifacts, { isWhole: type.isWhole });
  const owner = { unit, what, isTemplate: true, isWhole: type.isWhole, artifacts };
  const interfaces = interfacesOf(reading, value('interfaces'), owner, type.interfaces);
  const directives = directivesOf(reading, value('directives'), nodeDirectives, what);
  // A node that exists already or is made of another template brings its own properties.
  const partial = directives.length > 0;
  const node: Draft['node'] = {
    name,
    type: type.name,
    types: type.types,
    description: textOf(report, value('description'), `the description of ${what}`),
    metadata: metadataOf(report, value('metadata'), reading.unit.isTwo),
    directives,
    properties: assignProperties(reading, value('properties'), type.properties, what, at, {
      open: !type.isWhole,
      partial,
    }),
    attributes: assignProperties(reading, value('attributes'), type.attributes, what, at, {
      open: !type.isWhole,
      partial: true,
      noun: 'attribute',
    }),
    capabilities: capabilitiesOf(reading, value('capabilities'), type, what),
    interfaces: interfaces === type.interfaces ? type.complete.interfaces : completeInterfaces(interfaces),
    artifacts,
    schemas: type,
    count: countOf(reading, value('count'), `the count of ${what}`),
    filter: nodeFilterOf(reading, value('node_filter')),
    at,
  };
  if (unit.isTwo && !partial) checkCapabilities(reading, node, type, value('capabilities'), at, what);
  const requirements = namedItemsOf(report, value('requirements'), `requirements of ${what}`, {
    isIndented: unit.isTwo,
  });
  return { type, node, requirements, what };
}

const nodeDirectives = ['create', 'select', 'substitute'];

/** 2.0 §9.5: what a capability requires must be given also where the template does not mention the capability. */
function checkCapabilities(
  { report }: Reading,
  { capabilities }: Draft['node'],
  type: NodeType,
  yaml: Yaml | undefined,
  at: Position,
  what: string,
): void {
  const assigned = yaml?.is === 'map' ? yaml.entries : undefined;
  for (const [name, definition] of Object.entries(type.capabilities)) {
    if (assigned?.has(name)) continue;
    for (const [property, schema] of Object.entries(definition.properties)) {
      if (!schema.required || capabilities[name]?.properties[property]) continue;
      const message = `The capability ${name} of ${what} needs the property ${property} (${schema.type})`;
      report.error(at, 'missing-property', message);
    }
  }
}

function capabilitiesOf(
  reading: Reading,
  yaml: Yaml | undefined,
  type: NodeType,
  what: string,
): Readonly<Record<string, Capability>> {
  const { report } = reading;
  const entries = entriesOf(report, yaml, `capabilities of ${what}`);
  if (entries.size === 0) return type.complete.capabilities;
  const capabilities = emptyRecord<Capability>();
  Object.assign(capabilities, type.complete.capabilities);
  for (const [name, { value, at }] of entries) {
    const definition = type.capabilities[name];
    if (!definition) {
      if (!type.isWhole) continue;
      const known = Object.keys(type.capabilities);
      report.error(at, 'unknown-capability', `${what} has no capability ${name}${hintAt(name, known)}`);
      continue;
    }
    const inside = `the capability ${name} of ${what}`;
    const fields = entriesOf(report, value, inside);
    checkKeys(report, fields, reading.unit.grammar.capabilityAssignment, inside);
    const occurrences = occurrencesIn(report, fields);
    if (occurrences) occurrencesOf(report, occurrences);
    directivesOf(reading, fields.get('directives')?.value, placeDirectives, inside);
    capabilities[name] = {
      ...definition.complete,
      properties: assignProperties(reading, fields.get('properties')?.value, definition.properties, inside, at, {
        open: !definition.type.isWhole,
      }),
      attributes: assignProperties(reading, fields.get('attributes')?.value, definition.attributes, inside, at, {
        open: !definition.type.isWhole,
        partial: true,
        noun: 'attribute',
      }),
    };
  }
  return capabilities;
}
