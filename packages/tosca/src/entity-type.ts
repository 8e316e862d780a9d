import { triggersOf } from './activity.ts';
import { artifactsOf } from './artifact.ts';
import { defaults } from './assign.ts';
import { checkKeys, entriesOf, isNothing, namedItemsOf, textOf, textsOf } from './fields.ts';
import type { Grammar } from './grammar.ts';
import { completeInterfaces, interfacesOf, type InterfaceDefinition } from './interface.ts';
import { lineage } from './names.ts';
import { joinedFilter, nodeFilterOf } from './node-filter.ts';
import { occurrencesIn, occurrencesOf, type Occurrences } from './occurrences.ts';
import type { Position } from './position.ts';
import { readingIn } from './profile.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { checkNarrower } from './refinement.ts';
import { readDataType, schemasOf } from './read-schema.ts';
import type { Schema } from './schema.ts';
import { hintAt } from './suggest.ts';
import type { Artifact, Capability, Data, Interface, NodeFilter } from './topology.ts';
import type { TypeKind, TypeSource, Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** What node, relationship, capability, group and policy types have in common. */
export interface EntityType {
  readonly name: string;
  /** The type, then its ancestors. */
  readonly types: readonly string[];
  readonly source: TypeSource;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly attributes: Readonly<Record<string, Schema>>;
  /** False where an ancestor or a part is not known: then what a template gives it may well be right. */
  readonly isWhole: boolean;
}

export interface CapabilityType extends EntityType {
  /** Names of node types that may use it; empty for any. */
  readonly validSourceTypes: readonly string[];
  /** Names of relationship types that may lead to it; empty for any. */
  readonly validRelationshipTypes: readonly string[];
}

export interface RelationshipType extends EntityType {
  readonly interfaces: Readonly<Record<string, InterfaceDefinition>>;
  readonly complete: Readonly<Record<string, Interface>>;
  /** Names of capability types it may lead to; empty for any. */
  readonly validTargetTypes: readonly string[];
  /** Names of node types it may lead to and come from; empty for any. */
  readonly validTargetNodes: readonly string[];
  readonly validSourceNodes: readonly string[];
}

export interface NodeType extends EntityType {
  readonly capabilities: Readonly<Record<string, CapabilityDefinition>>;
  readonly requirements: readonly RequirementDefinition[];
  readonly interfaces: Readonly<Record<string, InterfaceDefinition>>;
  readonly artifacts: Readonly<Record<string, Artifact>>;
  /** What a node gets that assigns nothing. */
  readonly complete: {
    readonly capabilities: Readonly<Record<string, Capability>>;
    readonly interfaces: Readonly<Record<string, Interface>>;
  };
}

export interface CapabilityDefinition {
  readonly name: string;
  readonly type: CapabilityType;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly attributes: Readonly<Record<string, Schema>>;
  readonly validSourceTypes: readonly string[];
  readonly validRelationshipTypes: readonly string[];
  readonly occurrences: Occurrences;
  readonly complete: Capability;
}

export interface RequirementDefinition {
  readonly name: string;
  readonly capability: TypeSource | undefined;
  /** As 1.0 allows: the name of a capability instead of a capability type. */
  readonly capabilityName: string | undefined;
  readonly node: TypeSource | undefined;
  readonly relationship: RelationshipType | undefined;
  /** The relationship's interfaces with what the requirement adds to them. */
  readonly interfaces: Readonly<Record<string, InterfaceDefinition>> | undefined;
  readonly occurrences: Occurrences;
  readonly filter: NodeFilter | undefined;
  readonly at: Position;
}

const read = new WeakMap<TypeSource, EntityType>();

/** Joins a type with its ancestors, once. `make` gets the parent and the type's own keys. */
function joined<T extends EntityType>(
  given: Reading,
  source: TypeSource,
  construct: keyof Grammar,
  make: (reading: Reading, base: EntityType, parent: T | undefined, fields: ReadonlyMap<string, YamlEntry>) => T,
): T {
  const known = read.get(source);
  if (known) return known as T; // A source has one kind, and each kind is read by one function.
  const reading = readingIn(given, source.unit);
  const { report, names } = reading;
  const what = `The ${source.kind} type ${source.name}`;
  const line = lineage(report, names, source);
  const parent = line[1] && joined(reading, line[1], construct, make);
  const fields = entriesOf(report, source.yaml, what);
  checkKeys(report, fields, reading.unit.grammar[construct], what);
  const base: EntityType = {
    name: source.name,
    types: line.map(({ name }) => name),
    source,
    properties: schemasOf(reading, fields.get('properties')?.value, source.unit, what, parent?.properties),
    attributes: schemasOf(reading, fields.get('attributes')?.value, source.unit, what, parent?.attributes, 'attribute'),
    isWhole: parent ? parent.isWhole : !fields.has('derived_from'),
  };
  const type = make(reading, base, parent, fields);
  read.set(source, type);
  return type;
}

export function readCapabilityType(reading: Reading, source: TypeSource): CapabilityType {
  return joined<CapabilityType>(reading, source, 'capabilityType', (own, base, parent, fields) => {
    const valid = validOf(own, source, fields, `The capability type ${source.name}`);
    return {
      ...base,
      validSourceTypes: valid('node', sourceKeys, parent?.validSourceTypes),
      validRelationshipTypes: valid('relationship', ['valid_relationship_types'], parent?.validRelationshipTypes),
    };
  });
}

export function readRelationshipType(reading: Reading, source: TypeSource): RelationshipType {
  return joined<RelationshipType>(reading, source, 'relationshipType', (own, base, parent, fields) => {
    const valid = fields.get('valid_target_types')?.value;
    const narrowed = validOf(own, source, fields, `The relationship type ${source.name}`);
    const owner = {
      unit: source.unit,
      what: `The relationship type ${source.name}`,
      isTemplate: false,
      isWhole: base.isWhole,
      artifacts: emptyRecord<Artifact>(),
    };
    const interfaces = interfacesOf(own, fields.get('interfaces')?.value, owner, parent?.interfaces ?? emptyRecord());
    return {
      ...base,
      interfaces,
      complete: interfaces === parent?.interfaces ? parent.complete : completeInterfaces(interfaces),
      validTargetTypes: valid
        ? targetTypeNames(own, valid, source.unit)
        : narrowed('capability', ['valid_capability_types'], parent?.validTargetTypes),
      validTargetNodes: narrowed('node', ['valid_target_node_types'], parent?.validTargetNodes),
      validSourceNodes: narrowed('node', ['valid_source_node_types'], parent?.validSourceNodes),
    };
  });
}

export function readNodeType(reading: Reading, source: TypeSource): NodeType {
  return joined<NodeType>(reading, source, 'nodeType', (own, base, parent, fields) => {
    const what = `The node type ${source.name}`;
    const { unit } = source;
    const artifacts = artifactsOf(own, fields.get('artifacts')?.value, unit, parent?.artifacts ?? emptyRecord(), true);
    const owner = { unit, what, isTemplate: false, isWhole: base.isWhole, artifacts };
    const interfaces = interfacesOf(own, fields.get('interfaces')?.value, owner, parent?.interfaces ?? emptyRecord());
    const capabilities = capabilitiesOf(
      own,
      fields.get('capabilities')?.value,
      unit,
      parent?.capabilities ?? emptyRecord(),
    );
    const complete = {
      capabilities: completeCapabilities(capabilities),
      interfaces: completeInterfaces(interfaces),
    };
    const requirements = requirementsOf(own, fields.get('requirements')?.value, unit, parent?.requirements ?? []);
    const isWhole =
      base.isWhole &&
      [...entriesOf(own.report, fields.get('capabilities')?.value, what).keys()].every((name) => name in capabilities);
    return { ...base, isWhole, artifacts, interfaces, capabilities, requirements, complete };
  });
}

export interface GroupType extends EntityType {
  readonly members: readonly string[];
}

export function readGroupType(reading: Reading, source: TypeSource): GroupType {
  return joined<GroupType>(reading, source, 'groupType', (own, base, parent, fields) => {
    const narrowed = validOf(own, source, fields, `The group type ${source.name}`);
    return { ...base, members: narrowed('node', ['members'], parent?.members) };
  });
}

export interface PolicyType extends EntityType {
  /** Node and group types it may be applied to; empty for any. */
  readonly targets: readonly string[];
  /** Inherited ones included. */
  readonly triggers: Readonly<Record<string, Data>>;
}

export function readPolicyType(reading: Reading, source: TypeSource): PolicyType {
  return joined<PolicyType>(reading, source, 'policyType', (own, base, parent, fields) => {
    const triggers = triggersOf(own, fields.get('triggers')?.value);
    const what = `The policy type ${source.name}`;
    for (const [name, { at }] of namedItemsOf(own.report, fields.get('triggers')?.value, 'triggers')) {
      if (!own.unit.isTwo || !(name in (parent?.triggers ?? {}))) continue;
      const message = `${what} cannot change the trigger ${name} of the type it is derived from; give yours another name`;
      own.report.error(at, 'bad-refinement', message);
    }
    const all = Object.assign(emptyRecord<Data>(), parent?.triggers, triggers);
    const targets = fields.get('targets')?.value;
    if (!targets) return { ...base, targets: parent?.targets ?? [], triggers: all };
    const named = textsOf(own.report, targets, 'targets').flatMap((name) => {
      const found = own.names.find('node', name, source.unit) ?? own.names.find('group', name, source.unit);
      if (!found) own.names.unknown('node', name, source.unit, targets.at);
      return found ?? [];
    });
    if (own.unit.isTwo) {
      const lines = named.map((one) => lineage(own.report, own.names, one).map(({ name }) => name));
      checkNarrower(own, lines, parent?.targets ?? [], `targets of ${what}`, targets.at);
    }
    return { ...base, targets: named.map(({ name }) => name), triggers: all };
  });
}

const sourceKeys = ['valid_source_types', 'valid_source_node_types'];

/** Reads the lists of types something is valid for; a list of 2.0 may only narrow the one inherited, §7.3 and §8.1. */
function validOf(
  reading: Reading,
  { unit }: { readonly unit: Unit },
  fields: ReadonlyMap<string, YamlEntry>,
  what: string,
): (kind: TypeKind, keys: readonly string[], inherited: readonly string[] | undefined) => readonly string[] {
  return (kind, keys, inherited = []) => {
    const key = keys.find((one) => fields.has(one));
    const yaml = key === undefined ? undefined : fields.get(key)?.value;
    if (!yaml || key === undefined) return inherited;
    const own = typesNamed(reading, kind, yaml, unit);
    const { report, names } = reading;
    if (unit.isTwo) {
      const lines = own.map((source) => lineage(report, names, source).map(({ name }) => name));
      checkNarrower(reading, lines, inherited, `${key} of ${what}`, yaml.at);
    }
    return own.map(({ name }) => name);
  };
}

function typesNamed(reading: Reading, kind: TypeKind, yaml: Yaml, unit: Unit): TypeSource[] {
  return textsOf(reading.report, yaml, 'A list of types').flatMap((name, index) => {
    const at = yaml.is === 'list' ? (yaml.items[index]?.at ?? yaml.at) : yaml.at;
    return reading.names.require(kind, name, unit, at) ?? [];
  });
}

/** `valid_target_types` lists capability types; 1.0 templates also put node types there. */
function targetTypeNames(reading: Reading, yaml: Yaml, unit: Unit): string[] {
  return textsOf(reading.report, yaml, 'valid_target_types').flatMap((name, index) => {
    const at = yaml.is === 'list' ? (yaml.items[index]?.at ?? yaml.at) : yaml.at;
    const found = reading.names.find('capability', name, unit) ?? reading.names.find('node', name, unit);
    return (found ?? reading.names.require('capability', name, unit, at))?.name ?? [];
  });
}

function capabilitiesOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  inherited: Readonly<Record<string, CapabilityDefinition>>,
): Readonly<Record<string, CapabilityDefinition>> {
  const entries = entriesOf(reading.report, yaml, 'capabilities');
  if (entries.size === 0) return inherited;
  const capabilities = emptyRecord<CapabilityDefinition>();
  Object.assign(capabilities, inherited);
  for (const [name, { value, at }] of entries) {
    const definition = capabilityOf(reading, name, value, at, unit, inherited[name]);
    if (definition) capabilities[name] = definition;
  }
  return capabilities;
}

const typesOfData = new WeakMap<TypeSource, CapabilityType>();

/** A data type of 1.x in the place of a capability type, as the definitions of NFV that go with OpenStack have it. */
function typeOfData(reading: Reading, name: string, unit: Unit, at: Position): CapabilityType | undefined {
  const { names, report } = reading;
  if (unit.isTwo || names.find('capability', name, unit)) return undefined;
  const source = names.find('data', name, unit);
  if (!source) return undefined;
  const message = `${name} is a data type (1.3 §3.7.2 wants a capability type); it is taken for a capability with its properties`;
  report.warn(at, 'data-for-capability', message);
  const known = typesOfData.get(source);
  if (known) return known;
  const { types, fields } = readDataType(reading, source);
  const type: CapabilityType = {
    name: source.name,
    types,
    source,
    properties: fields ?? emptyRecord(),
    attributes: emptyRecord(),
    isWhole: fields !== undefined,
    validSourceTypes: [],
    validRelationshipTypes: [],
  };
  typesOfData.set(source, type);
  return type;
}

/** A capability type's name, or a map with `type` and refinements, §3.7.2. */
function capabilityOf(
  reading: Reading,
  name: string,
  yaml: Yaml,
  at: Position,
  unit: Unit,
  refined: CapabilityDefinition | undefined,
): CapabilityDefinition | undefined {
  const { report, names } = reading;
  const what = `The capability ${name}`;
  const fields = yaml.is === 'map' ? yaml.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.capabilityDefinition, what);
  const typeYaml = yaml.is === 'map' ? fields.get('type')?.value : yaml;
  const typeName = textOf(report, typeYaml, `The type of ${what}`);
  const data = typeYaml && typeName !== undefined ? typeOfData(reading, typeName, unit, typeYaml.at) : undefined;
  const source =
    typeYaml && typeName !== undefined && !data
      ? names.require('capability', typeName, unit, typeYaml.at)
      : refined?.type.source;
  const type = data ?? (source && readCapabilityType(reading, source));
  if (!type) {
    if (typeName === undefined) report.error(at, 'missing-key', `${what} needs a type`);
    return undefined;
  }
  const isSame = refined?.type === type;
  const properties = schemasOf(
    reading,
    fields.get('properties')?.value,
    unit,
    what,
    isSame ? refined.properties : type.properties,
  );
  const attributes = schemasOf(
    reading,
    fields.get('attributes')?.value,
    unit,
    what,
    isSame ? refined.attributes : type.attributes,
    'attribute',
  );
  if (unit.isTwo && refined && !type.types.includes(refined.type.name)) {
    const message = `${what} is a ${refined.type.name} where it is first defined; ${type.name} is not derived from that`;
    report.error(typeYaml?.at ?? at, 'bad-refinement', message);
  }
  if (unit.isTwo) {
    refuseNew(reading, fields.get('properties')?.value, type.properties, `${what} (${type.name})`, 'property');
    refuseNew(reading, fields.get('attributes')?.value, type.attributes, `${what} (${type.name})`, 'attribute');
  }
  const valid = validOf(reading, { unit }, fields, what);
  const occurrences = occurrencesIn(report, fields);
  return {
    name,
    type,
    properties,
    attributes,
    validSourceTypes: valid('node', sourceKeys, isSame ? refined.validSourceTypes : type.validSourceTypes),
    validRelationshipTypes: valid(
      'relationship',
      ['valid_relationship_types'],
      isSame ? refined.validRelationshipTypes : type.validRelationshipTypes,
    ),
    occurrences: occurrences ? occurrencesOf(report, occurrences) : { least: 1, most: Infinity },
    complete: {
      name,
      type: type.name,
      types: type.types,
      properties: defaults(properties),
      attributes: defaults(attributes),
      schemas: { properties, attributes, isWhole: type.isWhole },
    },
  };
}

/** 2.0 §8.2, §8.4: a definition may refine what its type defines, and add nothing. */
function refuseNew(
  { report }: Reading,
  yaml: Yaml | undefined,
  known: Readonly<Record<string, Schema>>,
  what: string,
  noun: string,
): void {
  for (const [name, { at }] of yaml?.is === 'map' ? yaml.entries : []) {
    if (name in known) continue;
    report.error(
      at,
      `unknown-${noun}`,
      `${what} has no ${noun} ${name}${hintAt(name, Object.keys(known))}; define it in the type`,
    );
  }
}

function completeCapabilities(
  definitions: Readonly<Record<string, CapabilityDefinition>>,
): Readonly<Record<string, Capability>> {
  const capabilities = emptyRecord<Capability>();
  for (const name in definitions) {
    const definition = definitions[name];
    if (definition) capabilities[name] = definition.complete;
  }
  return capabilities;
}

function requirementsOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  inherited: readonly RequirementDefinition[],
): readonly RequirementDefinition[] {
  const named = namedItemsOf(reading.report, yaml, 'requirements');
  if (named.length === 0) return inherited;
  const requirements = new Map(inherited.map((requirement) => [requirement.name, requirement]));
  const own = new Set<string>();
  for (const [name, entry] of named) {
    if (own.has(name) && reading.unit.isTwo) {
      const message = `The requirement ${name} is defined twice in this type; give one of them another name`;
      reading.report.error(entry.at, 'duplicate-name', message);
    }
    own.add(name);
    const requirement = requirementOf(reading, name, entry, unit, requirements.get(name));
    if (requirement) requirements.set(name, requirement);
  }
  return [...requirements.values()];
}

/** §3.7.3: the capability type alone, or a map. What is not said is inherited. */
function requirementOf(
  reading: Reading,
  name: string,
  { value: yaml, at }: YamlEntry,
  unit: Unit,
  refined: RequirementDefinition | undefined,
): RequirementDefinition | undefined {
  const { report, names } = reading;
  const what = `The requirement ${name}`;
  const fields = yaml.is === 'map' ? yaml.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.requirementDefinition, what);
  const capabilityYaml = yaml.is === 'map' ? fields.get('capability')?.value : yaml;
  const capabilityText = textOf(report, capabilityYaml, `The capability of ${what}`);
  const nodeYaml = fields.get('node')?.value;
  const nodeText = textOf(report, nodeYaml, `The node of ${what}`);
  if (capabilityText === undefined && !refined) {
    report.error(at, 'missing-key', `${what} needs a capability: the capability type its target must have`);
    return undefined;
  }
  const node = nodeYaml && nodeText !== undefined ? names.expect('node', nodeText, unit, nodeYaml.at) : refined?.node;
  const found =
    capabilityText === undefined
      ? refined?.capability
      : names.find('capability', capabilityText, unit, capabilityYaml?.at);
  const isName =
    capabilityText !== undefined && !found && node !== undefined && hasCapability(reading, node, capabilityText);
  if (capabilityYaml && capabilityText !== undefined && !found && !isName)
    names.require('capability', capabilityText, unit, capabilityYaml.at);
  const relationship = relationshipOf(reading, fields.get('relationship')?.value, unit, what) ?? refined;
  if (unit.isTwo && !refined && !fields.has('relationship')) {
    // Mandatory by §8.4, and left out by much that is written in 2.0.
    report.warn(at, 'missing-key', `${what} needs a relationship: the type of the relationship it makes`);
  }
  const countRange = fields.get('count_range')?.value;
  const range = countRange ?? occurrencesIn(report, fields);
  const occurrences = range && occurrencesOf(report, range, countRange ? 'count_range' : undefined);
  const requirement: RequirementDefinition = {
    name,
    capability: found,
    capabilityName: isName ? capabilityText : undefined,
    node,
    relationship: relationship?.relationship,
    interfaces: relationship?.interfaces,
    occurrences:
      occurrences ?? refined?.occurrences ?? (unit.isTwo ? { least: 0, most: Infinity } : { least: 1, most: 1 }),
    filter: joinedFilter(nodeFilterOf(reading, fields.get('node_filter')?.value), refined?.filter),
    at,
  };
  if (refined && unit.isTwo) checkRequirement(reading, requirement, refined, what, at);
  return requirement;
}

/** 2.0 §8.4.1: what a requirement may change of the one it refines. */
function checkRequirement(
  reading: Reading,
  own: RequirementDefinition,
  refined: RequirementDefinition,
  what: string,
  at: Position,
): void {
  const { report, names } = reading;
  const isFrom = (source: TypeSource, other: TypeSource) =>
    source === other || lineage(report, names, source).some((one) => one.name === other.name);
  for (const key of ['capability', 'node'] as const) {
    const [type, before] = [own[key], refined[key]];
    if (!type || !before || isFrom(type, before)) continue;
    const message = `${what} leads to a ${before.name} where it is first defined; ${type.name} is not derived from that`;
    report.error(at, 'bad-refinement', message);
  }
  if (own.relationship && refined.relationship && !own.relationship.types.includes(refined.relationship.name)) {
    const message = `${what} makes a ${refined.relationship.name} where it is first defined; ${own.relationship.name} is not derived from that`;
    report.error(at, 'bad-refinement', message);
  }
  if (own.occurrences.least < refined.occurrences.least || own.occurrences.most > refined.occurrences.most) {
    report.error(at, 'bad-refinement', `The count_range of ${what} must lie within that of the requirement it refines`);
  }
}

/** 2.0 §8.4: a requirement may refine the properties and attributes of its relationship, and add none. */
function refinedType(
  reading: Reading,
  type: RelationshipType,
  fields: ReadonlyMap<string, YamlEntry>,
  unit: Unit,
  what: string,
): RelationshipType {
  const properties = fields.get('properties')?.value;
  const attributes = fields.get('attributes')?.value;
  if (!properties && !attributes) return type;
  refuseNew(reading, properties, type.properties, `${what} (${type.name})`, 'property');
  refuseNew(reading, attributes, type.attributes, `${what} (${type.name})`, 'attribute');
  return {
    ...type,
    properties: schemasOf(reading, properties, unit, what, type.properties),
    attributes: schemasOf(reading, attributes, unit, what, type.attributes, 'attribute'),
  };
}

function hasCapability(reading: Reading, node: TypeSource, name: string): boolean {
  for (const source of lineage(reading.report, reading.names, node)) {
    const capabilities = source.yaml.is === 'map' ? source.yaml.entries.get('capabilities')?.value : undefined;
    if (capabilities?.is === 'map' && capabilities.entries.has(name)) return true;
  }
  return false;
}

function relationshipOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  what: string,
): Pick<RequirementDefinition, 'relationship' | 'interfaces'> | undefined {
  if (!yaml || isNothing(yaml)) return undefined;
  const { report, names } = reading;
  const fields = yaml.is === 'map' ? yaml.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.relationshipOfRequirement, `The relationship of ${what}`);
  const typeYaml = yaml.is === 'map' ? fields.get('type')?.value : yaml;
  const name = textOf(report, typeYaml, `The relationship of ${what}`);
  if (!typeYaml || name === undefined) {
    report.error(yaml.at, 'missing-key', `The relationship of ${what} needs a type`);
    return undefined;
  }
  const source = names.require('relationship', name, unit, typeYaml.at);
  if (!source) return undefined;
  const type = readRelationshipType(reading, source);
  const owner = {
    unit,
    what: `The relationship of ${what}`,
    isTemplate: false,
    isWhole: type.isWhole,
    artifacts: emptyRecord<Artifact>(),
  };
  const interfaces = interfacesOf(reading, fields.get('interfaces')?.value, owner, type.interfaces);
  return { relationship: unit.isTwo ? refinedType(reading, type, fields, unit, owner.what) : type, interfaces };
}
