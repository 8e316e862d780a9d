import { artifactsOf } from './artifact.ts';
import { defaults } from './assign.ts';
import { checkKeys, entriesOf, isNothing, namedItemsOf, textOf, textsOf } from './fields.ts';
import type { Grammar } from './grammar.ts';
import { completeInterfaces, interfacesOf, type InterfaceDefinition } from './interface.ts';
import { lineage } from './names.ts';
import { nodeFilterOf } from './node-filter.ts';
import { occurrencesOf, type Occurrences } from './occurrences.ts';
import type { Position } from './position.ts';
import { readingIn } from './profile.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { schemasOf, type Schema } from './schema.ts';
import type { Artifact, Capability, Interface, NodeFilter } from './topology.ts';
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
}

export interface CapabilityType extends EntityType {
  /** Names of node types that may use it; empty for any. */
  readonly validSourceTypes: readonly string[];
}

export interface RelationshipType extends EntityType {
  readonly interfaces: Readonly<Record<string, InterfaceDefinition>>;
  readonly complete: Readonly<Record<string, Interface>>;
  /** Names of capability types it may lead to; empty for any. */
  readonly validTargetTypes: readonly string[];
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
    attributes: schemasOf(reading, fields.get('attributes')?.value, source.unit, what, parent?.attributes),
  };
  const type = make(reading, base, parent, fields);
  read.set(source, type);
  return type;
}

export function readCapabilityType(reading: Reading, source: TypeSource): CapabilityType {
  return joined<CapabilityType>(reading, source, 'capabilityType', (own, base, parent, fields) => {
    const valid = fields.get('valid_source_types')?.value;
    const validSourceTypes = valid ? typeNames(own, 'node', valid, source.unit) : (parent?.validSourceTypes ?? []);
    return { ...base, validSourceTypes };
  });
}

export function readRelationshipType(reading: Reading, source: TypeSource): RelationshipType {
  return joined<RelationshipType>(reading, source, 'relationshipType', (own, base, parent, fields) => {
    const valid = fields.get('valid_target_types')?.value;
    const owner = {
      unit: source.unit,
      what: `The relationship type ${source.name}`,
      isTemplate: false,
      artifacts: emptyRecord<Artifact>(),
    };
    const interfaces = interfacesOf(own, fields.get('interfaces')?.value, owner, parent?.interfaces ?? emptyRecord());
    return {
      ...base,
      interfaces,
      complete: interfaces === parent?.interfaces ? parent.complete : completeInterfaces(interfaces),
      validTargetTypes: valid ? targetTypeNames(own, valid, source.unit) : (parent?.validTargetTypes ?? []),
    };
  });
}

export function readNodeType(reading: Reading, source: TypeSource): NodeType {
  return joined<NodeType>(reading, source, 'nodeType', (own, base, parent, fields) => {
    const what = `The node type ${source.name}`;
    const { unit } = source;
    const artifacts = artifactsOf(own, fields.get('artifacts')?.value, unit, parent?.artifacts ?? emptyRecord());
    const owner = { unit, what, isTemplate: false, artifacts };
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
    return { ...base, artifacts, interfaces, capabilities, requirements, complete };
  });
}

export interface GroupType extends EntityType {
  readonly members: readonly string[];
}

export function readGroupType(reading: Reading, source: TypeSource): GroupType {
  return joined<GroupType>(reading, source, 'groupType', (own, base, parent, fields) => {
    const members = fields.get('members')?.value;
    return { ...base, members: members ? typeNames(own, 'node', members, source.unit) : (parent?.members ?? []) };
  });
}

export interface PolicyType extends EntityType {
  /** Node and group types it may be applied to; empty for any. */
  readonly targets: readonly string[];
}

export function readPolicyType(reading: Reading, source: TypeSource): PolicyType {
  return joined<PolicyType>(reading, source, 'policyType', (own, base, parent, fields) => {
    const targets = fields.get('targets')?.value;
    if (!targets) return { ...base, targets: parent?.targets ?? [] };
    const named = textsOf(own.report, targets, 'targets').flatMap((name) => {
      const found = own.names.find('node', name, source.unit) ?? own.names.find('group', name, source.unit);
      if (!found) own.names.unknown('node', name, source.unit, targets.at);
      return found?.name ?? [];
    });
    return { ...base, targets: named };
  });
}

function typeNames(reading: Reading, kind: TypeKind, yaml: Yaml, unit: Unit): string[] {
  return textsOf(reading.report, yaml, 'A list of types').flatMap((name, index) => {
    const at = yaml.is === 'list' ? (yaml.items[index]?.at ?? yaml.at) : yaml.at;
    return reading.names.require(kind, name, unit, at)?.name ?? [];
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
  const source =
    typeYaml && typeName !== undefined
      ? names.require('capability', typeName, unit, typeYaml.at)
      : refined?.type.source;
  if (!source) {
    if (typeName === undefined) report.error(at, 'missing-key', `${what} needs a type`);
    return undefined;
  }
  const type = readCapabilityType(reading, source);
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
  );
  const valid = fields.get('valid_source_types')?.value;
  const occurrences = fields.get('occurrences')?.value;
  return {
    name,
    type,
    properties,
    attributes,
    validSourceTypes: valid
      ? typeNames(reading, 'node', valid, unit)
      : isSame
        ? refined.validSourceTypes
        : type.validSourceTypes,
    occurrences: occurrences ? occurrencesOf(report, occurrences) : { least: 1, most: Infinity },
    complete: {
      name,
      type: type.name,
      types: type.types,
      properties: defaults(properties),
      attributes: defaults(attributes),
      schemas: { properties, attributes },
    },
  };
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
  for (const [name, entry] of named) {
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
  const node = nodeYaml && nodeText !== undefined ? names.require('node', nodeText, unit, nodeYaml.at) : refined?.node;
  const found = capabilityText === undefined ? refined?.capability : names.find('capability', capabilityText, unit);
  const isName =
    capabilityText !== undefined && !found && node !== undefined && hasCapability(reading, node, capabilityText);
  if (capabilityYaml && capabilityText !== undefined && !found && !isName)
    names.require('capability', capabilityText, unit, capabilityYaml.at);
  const relationship = relationshipOf(reading, fields.get('relationship')?.value, unit, what) ?? refined;
  const occurrences = fields.get('occurrences')?.value;
  return {
    name,
    capability: found,
    capabilityName: isName ? capabilityText : undefined,
    node,
    relationship: relationship?.relationship,
    interfaces: relationship?.interfaces,
    occurrences: occurrences ? occurrencesOf(report, occurrences) : (refined?.occurrences ?? { least: 1, most: 1 }),
    filter: nodeFilterOf(reading, fields.get('node_filter')?.value) ?? refined?.filter,
    at,
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
  const relationship = readRelationshipType(reading, source);
  const owner = { unit, what: `The relationship of ${what}`, isTemplate: false, artifacts: emptyRecord<Artifact>() };
  return {
    relationship,
    interfaces: interfacesOf(reading, fields.get('interfaces')?.value, owner, relationship.interfaces),
  };
}
