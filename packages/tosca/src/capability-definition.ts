import { withArticle } from './text.ts';
import { defaults } from './assign.ts';
import { checkKeys, entriesOf, lacks, textOf } from './fields.ts';
import { occurrencesIn, occurrencesOf, type Occurrences } from './occurrences.ts';
import type { Position } from './position.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { readDataType, schemasOf } from './read-schema.ts';
import type { Schema } from './schema.ts';
import type { Capability } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';
import { readCapabilityType, sourceKeys, validOf, type CapabilityType } from './entity-type.ts';
import { refuseNew } from './refinement.ts';

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

export function capabilitiesOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  inherited: Readonly<Record<string, CapabilityDefinition>>,
  isWhole: boolean,
): Readonly<Record<string, CapabilityDefinition>> {
  const entries = entriesOf(reading.report, yaml, 'capabilities');
  if (entries.size === 0) return inherited;
  const capabilities = emptyRecord<CapabilityDefinition>();
  Object.assign(capabilities, inherited);
  for (const [name, { value, at }] of entries) {
    const definition = capabilityOf(reading, name, value, at, unit, inherited[name], isWhole);
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
  isWhole: boolean,
): CapabilityDefinition | undefined {
  const { report, names } = reading;
  const what = `the capability ${name}`;
  const fields = yaml.is === 'map' ? yaml.entries : new Map<string, YamlEntry>();
  checkKeys(report, fields, reading.unit.grammar.capabilityDefinition, what);
  const typeYaml = yaml.is === 'map' ? fields.get('type')?.value : yaml;
  const typeName = textOf(report, typeYaml, `the type of ${what}`);
  const data = typeYaml && typeName !== undefined ? typeOfData(reading, typeName, unit, typeYaml.at) : undefined;
  const source =
    typeYaml && typeName !== undefined && !data
      ? names.require('capability', typeName, unit, typeYaml.at)
      : refined?.type.source;
  const type = data ?? (source && readCapabilityType(reading, source));
  if (!type) {
    // Without a type it refines what a type defines that is not known, 2.0 §8.2.1.
    const isMissing =
      typeName === undefined && yaml.is !== 'list' && lacks(fields, 'type', reading.unit.grammar.capabilityDefinition);
    if (isWhole && isMissing) report.error(at, 'missing-key', `${what} needs a type`);
    return undefined;
  }
  const isSame = refined?.type === type;
  const properties = schemasOf(
    reading,
    fields.get('properties')?.value,
    unit,
    what,
    isSame ? refined.properties : type.properties,
    'property',
    type.isWhole,
  );
  const attributes = schemasOf(
    reading,
    fields.get('attributes')?.value,
    unit,
    what,
    isSame ? refined.attributes : type.attributes,
    'attribute',
    type.isWhole,
  );
  if (unit.isTwo && refined && type.isWhole && !type.types.includes(refined.type.name)) {
    const message = `${what} is ${withArticle(refined.type.name)} where it is first defined; ${type.name} is not derived from that`;
    report.error(typeYaml?.at ?? at, 'bad-refinement', message);
  }
  if (unit.isTwo && type.isWhole) {
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

export function completeCapabilities(
  definitions: Readonly<Record<string, CapabilityDefinition>>,
): Readonly<Record<string, Capability>> {
  const capabilities = emptyRecord<Capability>();
  for (const name in definitions) {
    const definition = definitions[name];
    if (definition) capabilities[name] = definition.complete;
  }
  return capabilities;
}
