import { withArticle } from './text.ts';
import { assignProperties, defaults } from './assign.ts';
import { isA } from './capability-is-a.ts';
import { withCopy } from './copy.ts';
import type { Draft } from './draft.ts';
import { readRelationshipType, type RelationshipType } from './entity-type.ts';
import type { CapabilityDefinition } from './capability-definition.ts';
import type { RequirementDefinition } from './requirement-definition.ts';
import { checkKeys, entriesOf, isNothing, lacks, textOf } from './fields.ts';
import { completeInterfaces, interfacesOf } from './interface.ts';
import type { Position } from './position.ts';
import { standardProfile } from './profile.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { Linking } from './requirement.ts';
import { didYouMean, listing } from './suggest.ts';
import type { Relationship } from './topology.ts';
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
    const what = `the relationship template ${name}`;
    const fields = withCopy(reading, value, entries, what);
    checkKeys(report, fields, reading.unit.grammar.relationshipTemplate, what);
    const type =
      fields.has('copy') && !fields.has('type') ? undefined : relationshipTypeNamed(reading, unit, fields, at, what);
    const relationship = type && relationshipOf(reading, unit, type, fields, name, what, at);
    templates.set(name, type && relationship && { type, relationship });
  }
  return templates;
}

export function relationshipTo(
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
  checkKeys(report, fields, reading.unit.grammar.relationshipOfRequirement, `the relationship of ${what}`);
  const typeYaml = given?.is === 'map' ? fields.get('type')?.value : given;
  const typeName = textOf(report, typeYaml, `the relationship of ${what}`);
  if (typeYaml && typeName !== undefined) {
    const template = relationships.get(typeName);
    const source = names.find('relationship', typeName, unit);
    if (!source && !template) {
      // A missing import may well be where it is defined.
      if (names.isIncomplete) return undefined;
      const known = [...relationships.keys(), ...names.known('relationship', unit)];
      const hint = didYouMean(typeName, known) || '; name a relationship template or a relationship type';
      report.error(typeYaml.at, 'unknown-type', `There is no relationship ${typeName}${hint}`);
      return undefined;
    }
    const named = source ? readRelationshipType(reading, source) : template?.type;
    // The definition may have refined the type.
    const type = named?.name === definition.relationship?.name ? definition.relationship : named;
    if (!type) return undefined;
    checkRelationship(reading, type, definition, capability, typeYaml.at, what, ends);
    return relationshipOf(reading, unit, type, fields, undefined, `the relationship of ${what}`, at, definition);
  }
  const type = definition.relationship ?? defaultRelationship(linking, capability);
  if (type && unit.isTwo && definition.relationship)
    checkRelationship(reading, type, definition, capability, at, what, ends);
  return type && relationshipOf(reading, unit, type, fields, undefined, `the relationship of ${what}`, at, definition);
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
  if (!type.isWhole || (capability && !capability.type.isWhole)) return;
  if (target && source.type.isWhole && target.type.isWhole) {
    const wrong = [
      { node: source, valid: type.validSourceNodes, verb: 'comes from' },
      { node: target, valid: type.validTargetNodes, verb: 'leads to' },
    ].find(({ node, valid }) => valid.length > 0 && !valid.some((name) => node.type.types.includes(name)));
    if (wrong) {
      const message = `${type.name} ${wrong.verb} ${listing(wrong.valid)}; ${wrong.node.node.name} is ${withArticle(wrong.node.type.name)}`;
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
      `${what} takes ${withArticle(definition.relationship.name)}; ${type.name} is not derived from it`,
    );
  }
  const valid = type.validTargetTypes;
  if (
    capability &&
    valid.length > 0 &&
    !valid.some((name) => isA(capability.type.types, name) || name.includes('.nodes.'))
  ) {
    const message = `${type.name} leads to ${listing(valid)}; the capability ${capability.name} is ${withArticle(capability.type.name)}`;
    report.error(at, 'relationship-mismatch', message);
  }
}

/** The normative relationship for a capability, where a definition names none. */
export function defaultRelationship(
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

export function bareRelationship(type: RelationshipType, definition: RequirementDefinition): Relationship {
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
  const owner = { unit, what, isTemplate: true, isWhole: type.isWhole, artifacts: emptyRecord<never>() };
  const interfaces = interfacesOf(reading, fields.get('interfaces')?.value, owner, inherited);
  return {
    name,
    type: type.name,
    types: type.types,
    properties: assignProperties(reading, fields.get('properties')?.value, type.properties, what, at, {
      open: !type.isWhole,
    }),
    attributes: assignProperties(reading, fields.get('attributes')?.value, type.attributes, what, at, {
      open: !type.isWhole,
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
  fields: ReadonlyMap<string, YamlEntry>,
  at: Position,
  what: string,
): RelationshipType | undefined {
  const yaml = fields.get('type')?.value;
  const name = textOf(reading.report, yaml, `the type of ${what}`);
  if (!yaml || name === undefined) {
    if (lacks(fields, 'type', reading.unit.grammar.relationshipTemplate))
      reading.report.error(at, 'missing-key', `${what} needs a type`);
    return undefined;
  }
  const source = reading.names.require('relationship', name, unit, yaml.at);
  return source && readRelationshipType(reading, source);
}
