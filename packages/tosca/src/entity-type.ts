import { triggersOf } from './activity.ts';
import { checkKeys, entriesOf, namedItemsOf, textsOf } from './fields.ts';
import type { Grammar } from './grammar.ts';
import { completeInterfaces, interfacesOf, type InterfaceDefinition } from './interface.ts';
import { lineage } from './names.ts';
import { readingIn } from './profile.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { checkNarrower } from './refinement.ts';
import { schemasOf } from './read-schema.ts';
import type { Schema } from './schema.ts';
import type { Role } from './schema-rules.ts';
import type { Artifact, Data, Interface } from './topology.ts';
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

const read = new WeakMap<TypeSource, EntityType>();

/** Joins a type with its ancestors, once. `make` is called for each of them, which `base.source` tells, with its parent and its own keys. */
export function joined<T extends EntityType>(
  given: Reading,
  source: TypeSource,
  construct: keyof Grammar,
  make: (reading: Reading, base: EntityType, parent: T | undefined, fields: ReadonlyMap<string, YamlEntry>) => T,
): T {
  const known = read.get(source);
  if (known) return known as T; // A source has one kind, and each kind is read by one function.
  const reading = readingIn(given, source.unit);
  const { report, names } = reading;
  const what = `the ${source.kind} type ${source.name}`;
  const line = lineage(report, names, source);
  const parent = line[1] && joined(reading, line[1], construct, make);
  const fields = entriesOf(report, source.yaml, what);
  checkKeys(report, fields, reading.unit.grammar[construct], what);
  const isWhole = parent ? parent.isWhole : !fields.has('derived_from');
  const schemas = (key: 'properties' | 'attributes', role: Role) =>
    schemasOf(reading, fields.get(key)?.value, source.unit, what, parent?.[key], role, isWhole);
  const base: EntityType = {
    name: source.name,
    types: line.map(({ name }) => name),
    source,
    properties: schemas('properties', 'property'),
    attributes: schemas('attributes', 'attribute'),
    isWhole,
  };
  const type = make(reading, base, parent, fields);
  read.set(source, type);
  return type;
}

export function readCapabilityType(reading: Reading, wanted: TypeSource): CapabilityType {
  return joined<CapabilityType>(reading, wanted, 'capabilityType', (own, base, parent, fields) => {
    const { source } = base;
    const valid = validOf(own, source, fields, `the capability type ${source.name}`);
    return {
      ...base,
      validSourceTypes: valid('node', sourceKeys, parent?.validSourceTypes),
      validRelationshipTypes: valid('relationship', ['valid_relationship_types'], parent?.validRelationshipTypes),
    };
  });
}

export function readRelationshipType(reading: Reading, wanted: TypeSource): RelationshipType {
  return joined<RelationshipType>(reading, wanted, 'relationshipType', (own, base, parent, fields) => {
    const { source } = base;
    const valid = fields.get('valid_target_types')?.value;
    const narrowed = validOf(own, source, fields, `the relationship type ${source.name}`);
    const owner = {
      unit: source.unit,
      what: `the relationship type ${source.name}`,
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

export interface GroupType extends EntityType {
  readonly members: readonly string[];
}

export function readGroupType(reading: Reading, wanted: TypeSource): GroupType {
  return joined<GroupType>(reading, wanted, 'groupType', (own, base, parent, fields) => {
    const { source } = base;
    const narrowed = validOf(own, source, fields, `the group type ${source.name}`);
    return { ...base, members: narrowed('node', ['members'], parent?.members) };
  });
}

export interface PolicyType extends EntityType {
  /** Node and group types it may be applied to; empty for any. */
  readonly targets: readonly string[];
  /** Inherited ones included. */
  readonly triggers: Readonly<Record<string, Data>>;
}

export function readPolicyType(reading: Reading, wanted: TypeSource): PolicyType {
  return joined<PolicyType>(reading, wanted, 'policyType', (own, base, parent, fields) => {
    const { source } = base;
    const triggers = triggersOf(own, fields.get('triggers')?.value);
    const what = `the policy type ${source.name}`;
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

export const sourceKeys = ['valid_source_types', 'valid_source_node_types'];

/** Reads the lists of types something is valid for; a list of 2.0 may only narrow the one inherited, §7.3 and §8.1. */
export function validOf(
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
  return textsOf(reading.report, yaml, 'the list of types').flatMap((name, index) => {
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
