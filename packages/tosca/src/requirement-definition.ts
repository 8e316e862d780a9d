import { withArticle } from './text.ts';
import { checkKeys, isNothing, lacks, namedItemsOf, textOf } from './fields.ts';
import { interfacesOf, type InterfaceDefinition } from './interface.ts';
import { lineage } from './names.ts';
import { joinedFilter, nodeFilterOf } from './node-filter.ts';
import { occurrencesIn, occurrencesOf, type Occurrences } from './occurrences.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { schemasOf } from './read-schema.ts';
import type { Artifact, NodeFilter } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';
import { readRelationshipType, type RelationshipType } from './entity-type.ts';
import { refuseNew } from './refinement.ts';

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

export function requirementsOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  inherited: readonly RequirementDefinition[],
  isWhole: boolean,
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
    const requirement = requirementOf(reading, name, entry, unit, requirements.get(name), isWhole);
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
  isWhole: boolean,
): RequirementDefinition | undefined {
  const { report, names } = reading;
  const what = `the requirement ${name}`;
  const fields = yaml.is === 'map' ? yaml.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.requirementDefinition, what);
  const capabilityYaml = yaml.is === 'map' ? fields.get('capability')?.value : yaml;
  const capabilityText = textOf(report, capabilityYaml, `the capability of ${what}`);
  const nodeYaml = fields.get('node')?.value;
  const nodeText = textOf(report, nodeYaml, `the node of ${what}`);
  const node = nodeYaml && nodeText !== undefined ? names.expect('node', nodeText, unit, nodeYaml.at) : refined?.node;
  if (capabilityText === undefined && !refined) {
    // Without a capability it refines what a type defines that is not known, 2.0 §8.4.1.
    if (isWhole && yaml.is !== 'list' && lacks(fields, 'capability', reading.unit.grammar.requirementDefinition)) {
      report.error(at, 'missing-key', `${what} needs a capability: the capability type its target must have`);
    }
    return undefined;
  }
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
    const message = `${what} leads to ${withArticle(before.name)} where it is first defined; ${type.name} is not derived from that`;
    report.error(at, 'bad-refinement', message);
  }
  if (own.relationship && refined.relationship && !own.relationship.types.includes(refined.relationship.name)) {
    const message = `${what} makes ${withArticle(refined.relationship.name)} where it is first defined; ${own.relationship.name} is not derived from that`;
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
  if (type.isWhole) {
    refuseNew(reading, properties, type.properties, `${what} (${type.name})`, 'property');
    refuseNew(reading, attributes, type.attributes, `${what} (${type.name})`, 'attribute');
  }
  return {
    ...type,
    properties: schemasOf(reading, properties, unit, what, type.properties, 'property', type.isWhole),
    attributes: schemasOf(reading, attributes, unit, what, type.attributes, 'attribute', type.isWhole),
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
  checkKeys(report, fields, reading.unit.grammar.relationshipOfRequirement, `the relationship of ${what}`);
  const typeYaml = yaml.is === 'map' ? fields.get('type')?.value : yaml;
  const name = textOf(report, typeYaml, `the relationship of ${what}`);
  if (!typeYaml || name === undefined) {
    if (yaml.is === 'map' && lacks(fields, 'type', reading.unit.grammar.relationshipOfRequirement))
      report.error(yaml.at, 'missing-key', `The relationship of ${what} needs a type`);
    return undefined;
  }
  const source = names.require('relationship', name, unit, typeYaml.at);
  if (!source) return undefined;
  const type = readRelationshipType(reading, source);
  const owner = {
    unit,
    what: `the relationship of ${what}`,
    isTemplate: false,
    isWhole: type.isWhole,
    artifacts: emptyRecord<Artifact>(),
  };
  const interfaces = interfacesOf(reading, fields.get('interfaces')?.value, owner, type.interfaces);
  return { relationship: unit.isTwo ? refinedType(reading, type, fields, unit, owner.what) : type, interfaces };
}
