import { artifactsOf } from './artifact.ts';
import { assignProperties, defaults } from './assign.ts';
import {
  readNodeType,
  readRelationshipType,
  type CapabilityDefinition,
  type NodeType,
  type RelationshipType,
  type RequirementDefinition,
} from './entity-type.ts';
import { checkKeys, entriesOf, isNothing, metadataOf, namedItemsOf, textOf, textsOf } from './fields.ts';
import { completeInterfaces, interfacesOf } from './interface.ts';
import { nodeFilterOf } from './node-filter.ts';
import { occurrencesOf } from './occurrences.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { didYouMean, hintAt, listing } from './suggest.ts';
import type { Capability, DanglingRequirement, Node, Relationship, Requirement } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

export interface RelationshipTemplate {
  readonly type: RelationshipType;
  readonly relationship: Relationship;
}

export type RelationshipTemplates = ReadonlyMap<string, RelationshipTemplate | undefined>;

export function readRelationshipTemplates(reading: Reading, unit: Unit, yaml: Yaml | undefined): RelationshipTemplates {
  const { report } = reading;
  const templates = new Map<string, RelationshipTemplate | undefined>();
  const entries = entriesOf(report, yaml, 'relationship_templates');
  for (const [name, { value, at }] of entries) {
    const what = `The relationship template ${name}`;
    const fields = withCopy(reading, value, entries, what);
    checkKeys(report, fields, reading.unit.grammar.relationshipTemplate, what);
    const type = relationshipTypeNamed(reading, unit, fields.get('type')?.value, at, what);
    const relationship = type && relationshipOf(reading, unit, type, fields, name, what, at);
    templates.set(name, type && relationship && { type, relationship });
  }
  return templates;
}

/** The nodes of a topology: first each by itself, then the relationships between them. */
export function readNodes(
  reading: Reading,
  unit: Unit,
  yaml: Yaml | undefined,
  relationships: RelationshipTemplates,
): Readonly<Record<string, Node>> {
  const entries = entriesOf(reading.report, yaml, 'node_templates');
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

interface Draft {
  readonly type: NodeType;
  readonly node: Omit<Node, 'requirements' | 'dangling'>;
  readonly requirements: [name: string, entry: YamlEntry][];
  readonly what: string;
}

function draftOf(
  reading: Reading,
  unit: Unit,
  name: string,
  { value: yaml, at }: YamlEntry,
  all: ReadonlyMap<string, YamlEntry>,
): Draft | undefined {
  const { report, names } = reading;
  const what = `The node ${name}`;
  const fields = withCopy(reading, yaml, all, what);
  checkKeys(report, fields, reading.unit.grammar.nodeTemplate, what);
  const typeYaml = fields.get('type')?.value;
  const typeName = textOf(report, typeYaml, `The type of ${what}`);
  if (!typeYaml || typeName === undefined) {
    report.error(at, 'missing-key', `${what} needs a type`);
    return undefined;
  }
  const source = names.require('node', typeName, unit, typeYaml.at);
  if (!source) return undefined;
  const type = readNodeType(reading, source);
  const value = (key: string) => fields.get(key)?.value;
  const artifacts = artifactsOf(reading, value('artifacts'), unit, type.artifacts);
  const owner = { unit, what, isTemplate: true, artifacts };
  const interfaces = interfacesOf(reading, value('interfaces'), owner, type.interfaces);
  const directives = textsOf(report, value('directives'), 'directives');
  // A node that exists already or is made of another template brings its own properties.
  const partial = directives.length > 0;
  const node: Draft['node'] = {
    name,
    type: type.name,
    types: type.types,
    description: textOf(report, value('description'), `The description of ${what}`),
    metadata: metadataOf(report, value('metadata')),
    directives,
    properties: assignProperties(reading, value('properties'), type.properties, what, at, { partial }),
    attributes: assignProperties(reading, value('attributes'), type.attributes, what, at, {
      partial: true,
      noun: 'attribute',
    }),
    capabilities: capabilitiesOf(reading, value('capabilities'), type, what),
    interfaces: interfaces === type.interfaces ? type.complete.interfaces : completeInterfaces(interfaces),
    artifacts,
    schemas: type,
    filter: nodeFilterOf(reading, value('node_filter')),
    at,
  };
  return { type, node, requirements: namedItemsOf(report, value('requirements'), `requirements of ${what}`), what };
}

/** §3.8.3: `copy` names a template whose keys stand where this one has none. */
function withCopy(
  reading: Reading,
  yaml: Yaml,
  all: ReadonlyMap<string, YamlEntry>,
  what: string,
): ReadonlyMap<string, YamlEntry> {
  const fields = entriesOf(reading.report, yaml, what);
  const copy = fields.get('copy')?.value;
  const name = textOf(reading.report, copy, `copy of ${what}`);
  if (!copy || name === undefined) return fields;
  const from = all.get(name)?.value;
  if (from?.is !== 'map' || from.entries === fields) {
    reading.report.error(
      copy.at,
      'unknown-template',
      `There is no template ${name} to copy${didYouMean(name, all.keys())}`,
    );
    return fields;
  }
  if (from.entries.has('copy')) {
    reading.report.error(copy.at, 'copy-of-copy', `${name} is itself a copy; copy the original`);
    return fields;
  }
  return overlaid(from.entries, fields);
}

/** The keys of both, maps within joined likewise; where both have something else, the second's. */
function overlaid(
  under: ReadonlyMap<string, YamlEntry>,
  over: ReadonlyMap<string, YamlEntry>,
): ReadonlyMap<string, YamlEntry> {
  const joined = new Map(under);
  for (const [name, entry] of over) {
    const before = under.get(name)?.value;
    const value: Yaml =
      before?.is === 'map' && entry.value.is === 'map'
        ? { ...entry.value, entries: overlaid(before.entries, entry.value.entries) }
        : entry.value;
    joined.set(name, { at: entry.at, value });
  }
  return joined;
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
      const known = Object.keys(type.capabilities);
      report.error(at, 'unknown-capability', `${what} has no capability ${name}${hintAt(name, known)}`);
      continue;
    }
    const inside = `The capability ${name} of ${what.replace('The', 'the')}`;
    const fields = entriesOf(report, value, inside);
    checkKeys(report, fields, reading.unit.grammar.capabilityAssignment, inside);
    const occurrences = fields.get('occurrences')?.value;
    if (occurrences) occurrencesOf(report, occurrences);
    capabilities[name] = {
      ...definition.complete,
      properties: assignProperties(reading, fields.get('properties')?.value, definition.properties, inside, at),
      attributes: assignProperties(reading, fields.get('attributes')?.value, definition.attributes, inside, at, {
        partial: true,
        noun: 'attribute',
      }),
    };
  }
  return capabilities;
}

interface Linking {
  readonly reading: Reading;
  readonly unit: Unit;
  readonly drafts: ReadonlyMap<string, Draft | undefined>;
  readonly relationships: RelationshipTemplates;
}

function linksOf(linking: Linking, draft: Draft): Pick<Node, 'requirements' | 'dangling'> {
  const { report } = linking.reading;
  const requirements: Requirement[] = [];
  const dangling: DanglingRequirement[] = [];
  const counts = new Map<string, number>();
  for (const [name, entry] of draft.requirements) {
    const definition = draft.type.requirements.find((one) => one.name === name);
    if (!definition) {
      const known = draft.type.requirements.map((one) => one.name);
      const hint = hintAt(name, known);
      report.error(entry.at, 'unknown-requirement', `${draft.what} has no requirement ${name}${hint}`);
      continue;
    }
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count === definition.occurrences.most + 1) {
      const message = `${draft.what} may have the requirement ${name} ${times(definition.occurrences.most)}; remove the others`;
      report.error(entry.at, 'too-many-requirements', message);
    }
    // One that is wrong is kept as open, so that what leads over it is not taken for wrong as well.
    const link = linkOf(linking, draft, definition, entry) ?? openLink(linking, draft, definition);
    if (!link) continue;
    if ('target' in link) requirements.push(link);
    else dangling.push(link);
  }
  for (const definition of draft.type.requirements) {
    if ((counts.get(definition.name) ?? 0) >= definition.occurrences.least) continue;
    const link = openLink(linking, draft, definition);
    if (link) dangling.push(link);
  }
  return { requirements, dangling };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** A requirement the template does not mention although one is needed: left to be matched. */
function openLink(linking: Linking, draft: Draft, definition: RequirementDefinition): DanglingRequirement | undefined {
  const type = definition.relationship ?? defaultRelationship(linking, undefined);
  if (!type) return undefined;
  return {
    name: definition.name,
    node: definition.node?.name,
    capability: definition.capability?.name ?? definition.capabilityName ?? 'tosca.capabilities.Root',
    relationship: bareRelationship(type, definition),
    filter: definition.filter,
    at: draft.node.at,
  };
}

/** §3.8.2: the name of a node, or a map. */
function linkOf(
  linking: Linking,
  draft: Draft,
  definition: RequirementDefinition,
  { value: yaml, at }: YamlEntry,
): Requirement | DanglingRequirement | undefined {
  const { reading, unit, drafts } = linking;
  const { report, names } = reading;
  const what = `The requirement ${definition.name} of ${draft.what.replace('The', 'the')}`;
  const fields = yaml.is === 'map' ? yaml.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.requirementAssignment, what);
  const nodeYaml = yaml.is === 'map' ? fields.get('node')?.value : yaml;
  const nodeName = textOf(report, nodeYaml, `The target of ${what}`);
  const capabilityYaml = fields.get('capability')?.value;
  const capabilityName = textOf(report, capabilityYaml, `The capability of ${what}`);
  const filter = nodeFilterOf(reading, fields.get('node_filter')?.value) ?? definition.filter;
  const occurrences = fields.get('occurrences')?.value;
  if (occurrences) occurrencesOf(report, occurrences);

  const isNode = nodeName !== undefined && drafts.has(nodeName);
  const nodeType = nodeName === undefined || isNode ? undefined : names.find('node', nodeName, unit);
  if (nodeYaml && nodeName !== undefined && !isNode && !nodeType) {
    const hint = didYouMean(nodeName, drafts.keys()) || '; name a node of this topology or a node type';
    report.error(nodeYaml.at, 'unknown-node', `There is no node ${nodeName}${hint}`);
    return undefined;
  }
  const target = nodeName === undefined ? undefined : drafts.get(nodeName);
  if (isNode && !target) return undefined; // What is wrong with that node is told there.

  const capability =
    target &&
    targetCapability(linking, definition, target, capabilityName, (capabilityYaml ?? nodeYaml ?? yaml).at, what);
  if (target && !capability) return undefined;
  if (target) checkTarget(linking, draft, definition, target, capability, (nodeYaml ?? yaml).at, what);
  const relationship = relationshipTo(linking, definition, fields.get('relationship')?.value, capability, at, what);
  if (!relationship) return undefined;
  if (target && capability) {
    return { name: definition.name, target: target.node.name, capability: capability.name, relationship, at };
  }
  const wanted = capabilityName === undefined ? undefined : names.find('capability', capabilityName, unit);
  return {
    name: definition.name,
    node: nodeType?.name ?? definition.node?.name,
    capability:
      wanted?.name ??
      capabilityName ??
      definition.capability?.name ??
      definition.capabilityName ??
      'tosca.capabilities.Root',
    relationship,
    filter,
    at,
  };
}

/** The capability of the target that is meant: by name, by type, or the first one that fits the definition. */
function targetCapability(
  { reading, unit }: Linking,
  definition: RequirementDefinition,
  target: Draft,
  wanted: string | undefined,
  at: Position,
  what: string,
): CapabilityDefinition | undefined {
  const { report, names } = reading;
  const offered = Object.values(target.type.capabilities);
  const named = wanted ?? definition.capabilityName;
  if (named !== undefined) {
    const byName = target.type.capabilities[named];
    if (byName) return byName;
    const source = names.find('capability', named, unit);
    const byType = source && offered.find(({ type }) => isA(type.types, source.name));
    if (byType) return byType;
    const hint = hintAt(named, Object.keys(target.type.capabilities));
    report.error(
      at,
      'unknown-capability',
      `${what} leads to ${target.node.name}, which has no capability ${named}${hint}`,
    );
    return undefined;
  }
  const type = definition.capability;
  const found = type ? offered.filter((capability) => isA(capability.type.types, type.name)) : offered;
  if (found.length > 0) return found.find((capability) => mayUse(capability, definition)) ?? found[0];
  report.error(
    at,
    'capability-mismatch',
    `${what} needs a target with a capability of the type ${type?.name}; ${target.node.name} (${target.type.name}) has none`,
  );
  return undefined;
}

/** Of several capabilities of one type, one named like the requirement is meant first. */
function mayUse(capability: CapabilityDefinition, definition: RequirementDefinition): boolean {
  return capability.name === definition.name;
}

function checkTarget(
  { reading }: Linking,
  draft: Draft,
  definition: RequirementDefinition,
  target: Draft,
  capability: CapabilityDefinition | undefined,
  at: Position,
  what: string,
): void {
  const { report } = reading;
  if (definition.node && !isA(target.type.types, definition.node.name)) {
    const message = `${what} needs a ${definition.node.name}; ${target.node.name} is a ${target.type.name}`;
    report.error(at, 'node-mismatch', message);
  }
  const valid = capability?.validSourceTypes ?? [];
  if (capability && valid.length > 0 && !valid.some((name) => draft.type.types.includes(name))) {
    const message = `The capability ${capability.name} of ${target.node.name} is for ${listing(valid)}; ${draft.node.name} is a ${draft.type.name}`;
    report.error(at, 'source-mismatch', message);
  }
}

/** Until 1.2 Container was the wider of the two, from 1.3 on Compute is derived from it; they stand for one another. */
function isA(types: readonly string[], wanted: string): boolean {
  return (
    types.includes(wanted) ||
    (wanted === 'tosca.capabilities.Compute' && types.includes('tosca.capabilities.Container'))
  );
}

function relationshipTo(
  linking: Linking,
  definition: RequirementDefinition,
  yaml: Yaml | undefined,
  capability: CapabilityDefinition | undefined,
  at: Position,
  what: string,
): Relationship | undefined {
  const { reading, unit, relationships } = linking;
  const { report, names } = reading;
  const given = yaml && !isNothing(yaml) ? yaml : undefined;
  if (given?.is === 'scalar' && relationships.has(given.text)) {
    const template = relationships.get(given.text);
    if (template) checkRelationship(reading, template.type, definition, capability, given.at, what);
    return template?.relationship;
  }
  const fields = given?.is === 'map' ? given.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.relationshipOfRequirement, `The relationship of ${what}`);
  const typeYaml = given?.is === 'map' ? fields.get('type')?.value : given;
  const typeName = textOf(report, typeYaml, `The relationship of ${what}`);
  if (typeYaml && typeName !== undefined) {
    const template = relationships.get(typeName);
    const source = names.find('relationship', typeName, unit);
    if (!source && !template) {
      const known = [...relationships.keys(), ...names.known('relationship', unit)];
      const hint = didYouMean(typeName, known) || '; name a relationship template or a relationship type';
      report.error(typeYaml.at, 'unknown-type', `There is no relationship ${typeName}${hint}`);
      return undefined;
    }
    const type = source ? readRelationshipType(reading, source) : template?.type;
    if (!type) return undefined;
    checkRelationship(reading, type, definition, capability, typeYaml.at, what);
    return relationshipOf(reading, unit, type, fields, undefined, `The relationship of ${what}`, at, definition);
  }
  const type = definition.relationship ?? defaultRelationship(linking, capability);
  return type && relationshipOf(reading, unit, type, fields, undefined, `The relationship of ${what}`, at, definition);
}

function checkRelationship(
  { report }: Reading,
  type: RelationshipType,
  definition: RequirementDefinition,
  capability: CapabilityDefinition | undefined,
  at: Position,
  what: string,
): void {
  if (definition.relationship && !type.types.includes(definition.relationship.name)) {
    report.error(
      at,
      'relationship-mismatch',
      `${what} takes a ${definition.relationship.name}; ${type.name} is not derived from it`,
    );
  }
  const valid = type.validTargetTypes;
  if (
    capability &&
    valid.length > 0 &&
    !valid.some((name) => isA(capability.type.types, name) || name.includes('.nodes.'))
  ) {
    const message = `${type.name} leads to ${listing(valid)}; the capability ${capability.name} is a ${capability.type.name}`;
    report.error(at, 'relationship-mismatch', message);
  }
}

/** The normative relationship for a capability, where a definition names none. */
function defaultRelationship(
  { reading, unit }: Linking,
  capability: CapabilityDefinition | undefined,
): RelationshipType | undefined {
  const found = capabilityRelationships.find(([type]) => capability?.type.types.includes(type));
  const source: TypeSource | undefined = reading.names.find(
    'relationship',
    found?.[1] ?? 'tosca.relationships.DependsOn',
    unit,
  );
  return source && readRelationshipType(reading, source);
}

const capabilityRelationships = [
  ['tosca.capabilities.Endpoint', 'tosca.relationships.ConnectsTo'],
  ['tosca.capabilities.Attachment', 'tosca.relationships.AttachesTo'],
  ['tosca.capabilities.Container', 'tosca.relationships.HostedOn'],
  ['tosca.capabilities.network.Linkable', 'tosca.relationships.network.LinksTo'],
  ['tosca.capabilities.network.Bindable', 'tosca.relationships.network.BindsTo'],
] as const;

function bareRelationship(type: RelationshipType, definition: RequirementDefinition): Relationship {
  return {
    type: type.name,
    types: type.types,
    properties: defaults(type.properties),
    attributes: defaults(type.attributes),
    interfaces: definition.interfaces ? completeInterfaces(definition.interfaces) : type.complete,
    schemas: type,
  };
}

function relationshipOf(
  reading: Reading,
  unit: Unit,
  type: RelationshipType,
  fields: ReadonlyMap<string, YamlEntry>,
  name: string | undefined,
  what: string,
  at: Position,
  definition?: RequirementDefinition,
): Relationship {
  const inherited =
    definition?.relationship === type && definition.interfaces ? definition.interfaces : type.interfaces;
  const owner = { unit, what, isTemplate: true, artifacts: emptyRecord<never>() };
  const interfaces = interfacesOf(reading, fields.get('interfaces')?.value, owner, inherited);
  return {
    name,
    type: type.name,
    types: type.types,
    properties: assignProperties(reading, fields.get('properties')?.value, type.properties, what, at),
    attributes: assignProperties(reading, fields.get('attributes')?.value, type.attributes, what, at, {
      partial: true,
      noun: 'attribute',
    }),
    interfaces: interfaces === type.interfaces ? type.complete : completeInterfaces(interfaces),
    schemas: type,
  };
}

function relationshipTypeNamed(
  reading: Reading,
  unit: Unit,
  yaml: Yaml | undefined,
  at: Position,
  what: string,
): RelationshipType | undefined {
  const name = textOf(reading.report, yaml, `The type of ${what}`);
  if (!yaml || name === undefined) {
    reading.report.error(at, 'missing-key', `${what} needs a type`);
    return undefined;
  }
  const source = reading.names.require('relationship', name, unit, yaml.at);
  return source && readRelationshipType(reading, source);
}
