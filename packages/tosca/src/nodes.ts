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
import { booleanOf, checkKeys, entriesOf, isNothing, metadataOf, namedItemsOf, textOf, textsOf } from './fields.ts';
import { completeInterfaces, interfacesOf } from './interface.ts';
import { nodeFilterOf } from './node-filter.ts';
import { positionOf } from './names-given.ts';
import { occurrencesOf } from './occurrences.ts';
import { standardProfile } from './profile.ts';
import { plainSchema } from './schema.ts';
import { checkValue } from './check-value.ts';
import { readValue } from './value.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { didYouMean, hintAt, listing } from './suggest.ts';
import type {
  Capability,
  DanglingRequirement,
  FieldSchema,
  Node,
  Relationship,
  Requirement,
  RequirementOptions,
  Value,
} from './topology.ts';
import type { Unit } from './unit.ts';
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
  const directives = directivesOf(reading, value('directives'), nodeDirectives, what);
  // A node that exists already or is made of another template brings its own properties.
  const partial = directives.length > 0;
  const node: Draft['node'] = {
    name,
    type: type.name,
    types: type.types,
    description: textOf(report, value('description'), `The description of ${what}`),
    metadata: metadataOf(report, value('metadata'), reading.unit.isTwo),
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
    count: countOf(reading, value('count'), `The count of ${what}`),
    filter: nodeFilterOf(reading, value('node_filter')),
    at,
  };
  if (unit.isTwo && !partial) checkCapabilities(reading, node, type, value('capabilities'), at, what);
  return { type, node, requirements: namedItemsOf(report, value('requirements'), `requirements of ${what}`), what };
}

const nodeDirectives = ['create', 'select', 'substitute'];
const placeDirectives = ['internal', 'external'];

/** 2.0 §7.2.1 and §8.5.2 name the directives there are; 1.x leaves them to whoever reads them. */
function directivesOf(reading: Reading, yaml: Yaml | undefined, known: readonly string[], what: string): string[] {
  const { report, unit } = reading;
  const directives = textsOf(report, yaml, 'directives');
  for (const [index, name] of directives.entries()) {
    if (!unit.isTwo || known.includes(name) || !yaml) continue;
    const message = `There is no directive ${name} for ${what}${hintAt(name, known, 'there are')}`;
    report.error(positionOf(yaml, index, yaml.at), 'unknown-directive', message);
  }
  // What a processor does without a directive.
  return directives.filter((name) => name !== 'create');
}

const wholeNumber: FieldSchema = {
  type: 'integer',
  base: 'integer',
  constraints: [{ operator: 'greater_or_equal', argument: 0 }],
  required: true,
};

/** 2.0 chapter 14: how many of something there are to be; mostly an input says it. */
function countOf(reading: Reading, yaml: Yaml | undefined, what: string): Value | undefined {
  if (!yaml || isNothing(yaml)) return undefined;
  const count = readValue(reading, yaml, wholeNumber);
  checkValue(count, wholeNumber, what, (wrong, rule, message) => reading.report.error(wrong.at, rule, message));
  return count;
}

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
      const message = `The capability ${name} of ${what.replace('The', 'the')} needs the property ${property} (${schema.type})`;
      report.error(at, 'missing-property', message);
    }
  }
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
    directivesOf(reading, fields.get('directives')?.value, placeDirectives, inside);
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
  const needed = new Map<string, number>();
  /** Those whose number a deployment decides. */
  const variable = new Set<string>();
  for (const [name, entry] of draft.requirements) {
    const definition = draft.type.requirements.find((one) => one.name === name);
    if (!definition) {
      const known = draft.type.requirements.map((one) => one.name);
      const hint = hintAt(name, known);
      report.error(entry.at, 'unknown-requirement', `${draft.what} has no requirement ${name}${hint}`);
      continue;
    }
    const options = optionsOf(linking, entry, `The requirement ${name} of ${draft.what.replace('The', 'the')}`);
    const before = counts.get(name) ?? 0;
    const count = before + numberOf(options.count);
    counts.set(name, count);
    if (!options.optional) needed.set(name, (needed.get(name) ?? 0) + numberOf(options.count));
    if (options.count?.is === 'call') variable.add(name);
    if (count > definition.occurrences.most && before <= definition.occurrences.most) {
      const message = `${draft.what} may have the requirement ${name} ${times(definition.occurrences.most)}; remove the others`;
      report.error(entry.at, 'too-many-requirements', message);
    }
    // One that is wrong is kept as open, so that what leads over it is not taken for wrong as well.
    const made = linkOf(linking, draft, definition, entry) ?? openLink(linking, draft, definition);
    if (!made) continue;
    const link = { ...made, ...options };
    if ('target' in link) requirements.push(link);
    else dangling.push(link);
  }
  const { unit } = linking;
  for (const definition of draft.type.requirements) {
    const count = needed.get(definition.name) ?? 0;
    if (count >= definition.occurrences.least) continue;
    if (unit.isTwo && counts.has(definition.name) && !variable.has(definition.name)) {
      const [, first] = draft.requirements.find(([name]) => name === definition.name) ?? [];
      const message = `${draft.what} needs the requirement ${definition.name} at least ${times(definition.occurrences.least)}; here it is ${times(count)}`;
      report.error(first?.at ?? draft.node.at, 'too-few-requirements', message);
      continue;
    }
    const link = openLink(linking, draft, definition);
    if (link) dangling.push(link);
  }
  return { requirements, dangling };
}

function numberOf(count: Value | undefined): number {
  return count?.is === 'literal' && typeof count.value === 'number' ? count.value : 1;
}

/** What 2.0 lets an assignment say beside its target, §8.5.1. */
function optionsOf({ reading, unit }: Linking, { value: yaml }: YamlEntry, what: string): RequirementOptions {
  if (!unit.isTwo || yaml.is !== 'map') return {};
  const { report } = reading;
  const value = (key: string) => yaml.entries.get(key)?.value;
  const options: { -readonly [K in keyof RequirementOptions]: RequirementOptions[K] } = {};
  const count = countOf(reading, value('count'), `The count of ${what}`);
  if (count) options.count = count;
  const optional = booleanOf(report, value('optional'), `optional of ${what}`);
  if (optional !== undefined) options.optional = optional;
  const directives = directivesOf(reading, value('directives'), placeDirectives, what);
  if (directives.length > 0) options.directives = directives;
  const allocation = value('allocation');
  if (allocation) {
    const amounts = emptyRecord<Value>();
    for (const [name, entry] of entriesOf(report, allocation, `allocation of ${what}`))
      amounts[name] = readValue(reading, entry.value);
    options.allocation = amounts;
  }
  const node = value('node');
  if (node?.is === 'list' && node.items[1])
    options.index = countOf(reading, node.items[1], `The index of the target of ${what}`);
  return options;
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
  const given = yaml.is === 'map' ? fields.get('node')?.value : yaml;
  // 2.0 §8.5.1: `[ node, index ]` is one of several nodes made of a template.
  const nodeYaml = unit.isTwo && given?.is === 'list' && given.items.length === 2 ? given.items[0] : given;
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
  if (nodeType && nodeYaml && unit.isTwo)
    checkNodeType(reading, definition, readNodeType(reading, nodeType), nodeYaml.at, what);
  const relationship = relationshipTo(linking, definition, fields.get('relationship')?.value, capability, at, what, {
    source: draft,
    target,
  });
  if (!relationship) return undefined;
  if (target && capability && unit.isTwo) checkAllocation(reading, fields.get('allocation')?.value, capability, what);
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

function checkNodeType(
  { report }: Reading,
  { node }: RequirementDefinition,
  type: NodeType,
  at: Position,
  what: string,
): void {
  if (!node || type.types.includes(node.name)) return;
  report.error(at, 'node-mismatch', `${what} needs a ${node.name}; ${type.name} is not derived from it`);
}

/** 2.0 §8.5.5: what is allocated are properties of the capability that can be counted. */
function checkAllocation(
  reading: Reading,
  yaml: Yaml | undefined,
  capability: CapabilityDefinition,
  what: string,
): void {
  const { report } = reading;
  for (const [name, { value, at }] of entriesOf(report, yaml, `allocation of ${what}`)) {
    const schema = capability.properties[name];
    if (!schema) {
      const hint = hintAt(name, Object.keys(capability.properties));
      report.error(
        at,
        'unknown-property',
        `The capability ${capability.name} has no property ${name} to allocate${hint}`,
      );
    } else if (!/^(?:integer|float|any|scalar)/.test(schema.base)) {
      report.error(at, 'bad-allocation', `${name} is a ${schema.type}; only numbers and scalars can be allocated`);
    } else {
      const tell = (wrong: Value, rule: string, message: string) => report.error(wrong.at, rule, message);
      checkValue(readValue(reading, value, schema), { ...plainSchema(schema), constraints: [] }, name, tell);
    }
  }
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
  const { report, unit } = reading;
  // 1.0 to 1.2 name these types for choosing a target; that a target which is named must have them is said from 1.3 on.
  const severity = (unit.minor ?? 3) < 3 ? 'warn' : 'error';
  if (definition.node && !isA(target.type.types, definition.node.name)) {
    const message = `${what} needs a ${definition.node.name}; ${target.node.name} is a ${target.type.name}`;
    report[severity](at, 'node-mismatch', message);
  }
  const valid = capability?.validSourceTypes ?? [];
  if (capability && valid.length > 0 && !valid.some((name) => draft.type.types.includes(name))) {
    const message = `The capability ${capability.name} of ${target.node.name} is for ${listing(valid)}; ${draft.node.name} is a ${draft.type.name}`;
    report[severity](at, 'source-mismatch', message);
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
  ends: Ends,
): Relationship | undefined {
  const { reading, unit, relationships } = linking;
  const { report, names } = reading;
  const given = yaml && !isNothing(yaml) ? yaml : undefined;
  // 2.0 §8.5.2 looks for a type first; 1.x for a template.
  const isType = unit.isTwo && given?.is === 'scalar' && names.find('relationship', given.text, unit) !== undefined;
  if (given?.is === 'scalar' && !isType && relationships.has(given.text)) {
    const template = relationships.get(given.text);
    if (template) checkRelationship(reading, template.type, definition, capability, given.at, what, ends);
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
    checkRelationship(reading, type, definition, capability, typeYaml.at, what, ends);
    return relationshipOf(reading, unit, type, fields, undefined, `The relationship of ${what}`, at, definition);
  }
  const type = definition.relationship ?? defaultRelationship(linking, capability);
  if (type && unit.isTwo && definition.relationship)
    checkRelationship(reading, type, definition, capability, at, what, ends);
  return type && relationshipOf(reading, unit, type, fields, undefined, `The relationship of ${what}`, at, definition);
}

/** The nodes at both ends of a relationship, as far as they are known. */
interface Ends {
  readonly source: Draft;
  readonly target: Draft | undefined;
}

function checkRelationship(
  { report }: Reading,
  type: RelationshipType,
  definition: RequirementDefinition,
  capability: CapabilityDefinition | undefined,
  at: Position,
  what: string,
  { source, target }: Ends,
): void {
  if (target) {
    const wrong = [
      { node: source, valid: type.validSourceNodes, verb: 'comes from' },
      { node: target, valid: type.validTargetNodes, verb: 'leads to' },
    ].find(({ node, valid }) => valid.length > 0 && !valid.some((name) => node.type.types.includes(name)));
    if (wrong) {
      const message = `${type.name} ${wrong.verb} ${listing(wrong.valid)}; ${wrong.node.node.name} is a ${wrong.node.type.name}`;
      report.error(at, 'relationship-mismatch', message);
    }
  }
  const relationships = capability?.validRelationshipTypes ?? [];
  if (relationships.length > 0 && !relationships.some((name) => type.types.includes(name))) {
    const message = `The capability ${capability?.name} takes ${listing(relationships)}; ${type.name} is not derived from one of them`;
    report.error(at, 'relationship-mismatch', message);
  }
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
  const name = found?.[1] ?? 'tosca.relationships.DependsOn';
  const source = reading.names.find('relationship', name, unit) ?? standardProfile().declared.relationship.get(name);
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
