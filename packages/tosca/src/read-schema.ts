import { anyType, bareSchema, builtInNames, builtInOf, isBuiltInAnywhere, unknownSchema } from './built-in-type.ts';
import { demandsOf } from './constraint.ts';
import { booleanOf, checkKeys, entriesOf, isNothing, lacks, metadataOf, textOf } from './fields.ts';
import type { Position } from './position.ts';
import { readingIn } from './profile.ts';
import { checkRefinement } from './refinement.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { refuseScalarKeys, scalarUnitsOf, type ScalarParts } from './scalar-type.ts';
import { DataType, plainSchema, Schema } from './schema.ts';
import {
  checkInnerSchemas,
  checkKeysTwo,
  isCollectionName,
  isDefinition,
  isPlainValue,
  leadsIntoCircle,
  refuseScalar,
  type Role,
} from './schema-rules.ts';
import type { DataSchema } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import { readValue } from './value.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** The data type a name means in a file; an unknown one is reported once and then accepts everything. */
export function dataTypeOf(reading: Reading, name: string, unit: Unit, at: Position): DataType {
  const primitive = builtInOf(reading, name, at);
  if (primitive) return primitive;
  const source = reading.names.find('data', name, unit, at);
  if (source) return readDataType(reading, source);
  reading.names.unknown('data', name, unit, at, builtInNames(reading));
  return anyType;
}

const dataTypes = new WeakMap<TypeSource, DataType>();

export function readDataType(given: Reading, source: TypeSource): DataType {
  const known = dataTypes.get(source);
  if (known) return known;
  const reading = readingIn(given, source.unit);
  const { report } = reading;
  const yaml = entriesOf(report, source.yaml, `the data type ${source.name}`);
  checkKeys(report, yaml, reading.unit.grammar.dataType, `the data type ${source.name}`);
  const parent = parentDataType(reading, source);
  const what = `the data type ${source.name}`;
  // Where an ancestor is not known, neither is what the type may hold.
  const isWhole = parent ? parent.base !== 'any' : !yaml.has('derived_from');
  const base = !isWhole
    ? 'any'
    : parent && parent.base !== parent.name
      ? parent.base
      : parent && isBuiltInAnywhere(parent.name)
        ? parent.name
        : source.name;
  const type: DataType = new DataType(
    source.name,
    [source.name, ...(parent?.types ?? [])],
    base,
    [...(parent?.constraints ?? []), ...demandsOf(reading, yaml, what, base)],
    () => {
      const own = yaml.get('properties');
      if (parent && isBuiltInAnywhere(parent.base)) {
        const message = `${source.name} is a ${parent.base} and cannot have properties; derive it from tosca.datatypes.Root`;
        // 1.x calls it a wrong derivation, 2.0 properties that may not be added.
        const place = reading.unit.isTwo ? own : yaml.get('derived_from');
        if (own) report.error((place ?? own).at, 'properties-of-primitive', message);
        return undefined;
      }
      const fields = schemasOf(reading, own?.value, source.unit, what, parent?.fields, 'property', isWhole);
      return isWhole ? fields : undefined;
    },
    (key) => {
      const own = yaml.get(key)?.value;
      const inherited = key === 'entry_schema' ? parent?.entry : parent?.key;
      return own && !(own.is === 'scalar' && own.value === null)
        ? innerSchema(reading, own, source.unit, key)
        : inherited;
    },
  );
  dataTypes.set(source, type);
  if (reading.unit.isTwo) checkDataType(reading, source, type, parent, yaml);
  return type;
}

const scalarParts = new WeakMap<DataType, ScalarParts>();

/** What 2.0 asks of a data type beyond its keys, §9.2 and §9.1.2.2. */
function checkDataType(
  reading: Reading,
  source: TypeSource,
  type: DataType,
  parent: DataType | undefined,
  fields: ReadonlyMap<string, YamlEntry>,
): void {
  const { report } = reading;
  const what = `the data type ${source.name}`;
  const properties = fields.get('properties');
  if (properties?.value.is === 'map' && properties.value.entries.size === 0) {
    report.error(properties.at, 'missing-key', `${what} has properties, so it needs at least one; or leave them out`);
  }
  const known = reading.unit.grammar.dataType;
  if (lacks(fields, 'derived_from', known) && lacks(fields, 'properties', known)) {
    report.error(source.at, 'missing-key', `${what} needs derived_from or properties`);
  }
  checkInnerSchemas(
    reading,
    fields,
    type.base,
    what,
    source.at,
    parent !== undefined && !isCollectionName(parent.name),
  );
  if (type.base !== 'scalar') {
    refuseScalarKeys(reading, fields, what);
    return;
  }
  const units = scalarUnitsOf(reading, source, fields, parent && scalarParts.get(parent), (yaml) => {
    const name = textOf(report, yaml, 'data_type');
    return yaml && name !== undefined
      ? plainSchema(
          new Schema({ ...bareSchema(name, yaml.at), dataType: dataTypeOf(reading, name, source.unit, yaml.at) }),
        )
      : float;
  });
  if (!units) {
    type.base = 'any';
    return;
  }
  scalarParts.set(type, units);
  type.scalar = units;
}

const float: DataSchema = { type: 'float', base: 'float', constraints: [] };

function parentDataType(reading: Reading, source: TypeSource): DataType | undefined {
  const yaml = source.yaml.is === 'map' ? source.yaml.entries.get('derived_from')?.value : undefined;
  const name = textOf(reading.report, yaml, `derived_from of ${source.name}`);
  if (yaml === undefined || name === undefined) return undefined;
  const primitive = builtInOf(reading, name, yaml.at);
  if (primitive) return primitive;
  const parent = reading.names.find('data', name, source.unit);
  if (!parent) {
    reading.names.unknown('data', name, source.unit, yaml.at, builtInNames(reading));
    return undefined;
  }
  // Walked first: a derivation in a circle must be found before the types are joined.
  return leadsIntoCircle(reading, source) ? undefined : readDataType(reading, parent);
}

/**
 * A map of property (attribute, parameter) definitions over those inherited. Where not all that is inherited is known (`isWhole`),
 * one without a type may well refine what is not.
 */
export function schemasOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  owner: string,
  inherited: Readonly<Record<string, Schema>> | undefined,
  role: Role = 'property',
  isWhole = true,
): Readonly<Record<string, Schema>> {
  const entries = entriesOf(reading.report, yaml, `properties of ${owner}`);
  if (entries.size === 0 && inherited) return inherited;
  const schemas = emptyRecord<Schema>();
  Object.assign(schemas, inherited);
  for (const [name, { value, at }] of entries) {
    const refined = schemas[name] ?? (isWhole || givesType(value) ? undefined : unknownSchema(name, at));
    const schema = schemaOf(reading, name, value, at, unit, refined, role);
    if (schema) schemas[name] = schema;
  }
  return schemas;
}

function givesType(yaml: Yaml): boolean {
  return yaml.is === 'map' && yaml.entries.has('type');
}

/** One property, attribute or parameter definition. `refined` is the one it narrows down. */
export function schemaOf(
  reading: Reading,
  name: string,
  yaml: Yaml,
  at: Position,
  unit: Unit,
  refined?: Schema,
  role: Role = 'parameter',
): Schema | undefined {
  const { report } = reading;
  if (unit.isTwo && refined && !isDefinition(reading, yaml, refined))
    return fixedSchema(reading, name, yaml, at, refined);
  if (!unit.isTwo && refined && isPlainValue(reading, yaml, unit)) {
    const message = `${name} is defined by an ancestor and only given a value here; 1.3 §3.6.10 has it as default`;
    report.warn(yaml.at, 'value-for-definition', `${message}: { default: … }`);
    return fixedSchema(reading, name, yaml, at, refined);
  }
  if (yaml.is === 'scalar' && yaml.text !== '' && !unit.isTwo) return innerSchema(reading, yaml, unit, name);
  const entries = entriesOf(report, yaml, `the definition of ${name}`);
  checkKeys(report, entries, reading.unit.grammar.property, `the definition of ${name}`);
  if (unit.isTwo) checkKeysTwo(reading, entries, role, name);
  const type = entries.get('type')?.value;
  const typeName = textOf(report, type, `the type of ${name}`);
  if (typeName === undefined && !refined) {
    if (lacks(entries, 'type', reading.unit.grammar.property))
      report.error(at, 'missing-key', `${name} needs a type, e.g. "type: string"`);
    return undefined;
  }
  const dataType =
    type && typeName !== undefined ? dataTypeOf(reading, typeName, unit, type.at) : (refined?.dataType ?? anyType);
  if (unit.isTwo) {
    if (dataType.name === 'scalar') refuseScalar(reading, type?.at ?? at, name);
    checkInnerSchemas(
      reading,
      entries,
      dataType.base,
      name,
      at,
      refined !== undefined || dataType.name !== dataType.base,
    );
  }
  const fixed = unit.isTwo ? entries.get('value')?.value : undefined;
  const given = fixed ?? entries.get('default')?.value ?? entries.get('value')?.value;
  const required = booleanOf(report, entries.get('required')?.value, `required of ${name}`);
  const schema = new Schema({
    name,
    dataType,
    isFixed: fixed !== undefined,
    description:
      textOf(report, entries.get('description')?.value, `the description of ${name}`) ?? refined?.description,
    required: required ?? refined?.required ?? true,
    metadata: metadataOf(report, entries.get('metadata')?.value, reading.unit.isTwo),
    constraints: [
      ...(refined && refined.dataType === dataType ? refined.constraints.slice(dataType.constraints.length) : []),
      ...demandsOf(reading, entries, name, dataType.base),
    ],
    entry: innerSchemaAt(reading, entries.get('entry_schema')?.value, unit, name, refined?.entry) ?? refined?.entry,
    key: innerSchemaAt(reading, entries.get('key_schema')?.value, unit, name, refined?.key) ?? refined?.key,
    at,
    readDefault: (schema) => (given ? readValue(reading, given, schema) : refined?.defaultValue),
  });
  if (refined && unit.isTwo) checkRefinement(reading, schema, refined, at);
  return schema;
}

/** `secure: true`: a refinement that only fixes the value. */
function fixedSchema(reading: Reading, name: string, yaml: Yaml, at: Position, refined: Schema): Schema {
  const schema = new Schema({
    name,
    dataType: refined.dataType,
    description: refined.description,
    required: refined.required,
    metadata: refined.metadata,
    constraints: refined.constraints.slice(refined.dataType.constraints.length),
    entry: refined.entry,
    key: refined.key,
    at,
    isFixed: true,
    readDefault: (own) => readValue(reading, yaml, own),
  });
  if (reading.unit.isTwo) checkRefinement(reading, schema, refined, at);
  return schema;
}

function innerSchemaAt(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  name: string,
  refined?: Schema,
): Schema | undefined {
  return yaml && !isNothing(yaml) ? innerSchema(reading, yaml, unit, name, refined) : undefined;
}

/** `entry_schema`, `key_schema`: a type's name or a map with `type`, §3.6.10. */
export function innerSchema(
  reading: Reading,
  yaml: Yaml,
  unit: Unit,
  name: string,
  refined?: Schema,
): Schema | undefined {
  const { report } = reading;
  if (yaml.is === 'list') {
    report.error(yaml.at, 'expected-map', `The schema of ${name} is a type name or a map with the key type`);
    return undefined;
  }
  const entries = yaml.is === 'map' ? yaml.entries : undefined;
  if (entries) checkKeys(report, entries, reading.unit.grammar.schema, `the schema of ${name}`);
  const type = entries ? entries.get('type')?.value : yaml;
  const typeName = textOf(report, type, `the type of ${name}`);
  const isRefining = refined !== undefined && unit.isTwo && type === undefined;
  if (!isRefining && (type === undefined || typeName === undefined)) {
    if (entries && lacks(entries, 'type', reading.unit.grammar.schema))
      report.error(yaml.at, 'missing-key', `The schema of ${name} needs a type`);
    return undefined;
  }
  const dataType =
    type && typeName !== undefined ? dataTypeOf(reading, typeName, unit, type.at) : (refined?.dataType ?? anyType);
  if (unit.isTwo) {
    if (dataType.name === 'scalar') refuseScalar(reading, yaml.at, name);
    checkInnerSchemas(
      reading,
      entries ?? new Map(),
      dataType.base,
      `the schema of ${name}`,
      yaml.at,
      isRefining || dataType.name !== dataType.base,
    );
  }
  return new Schema({
    name,
    dataType,
    description: textOf(report, entries?.get('description')?.value, 'the description'),
    required: true,
    metadata: emptyRecord<string>(),
    constraints: [
      ...(isRefining ? refined.constraints.slice(dataType.constraints.length) : []),
      ...demandsOf(reading, entries, name, dataType.base),
    ],
    entry:
      innerSchemaAt(reading, entries?.get('entry_schema')?.value, unit, name) ??
      (isRefining ? refined.entry : undefined),
    key:
      innerSchemaAt(reading, entries?.get('key_schema')?.value, unit, name) ?? (isRefining ? refined.key : undefined),
    at: yaml.at,
    readDefault: undefined,
  });
}
