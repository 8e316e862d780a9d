import { demandsOf } from './constraint.ts';
import { booleanOf, checkKeys, entriesOf, isNothing, metadataOf, textOf } from './fields.ts';
import { deepestDerivation } from './names.ts';
import type { Position } from './position.ts';
import { plainData } from './plain-data.ts';
import { primitiveTypes, primitiveTypesTwo } from './primitive-types.ts';
import { readingIn } from './profile.ts';
import { checkRefinement } from './refinement.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { Report } from './report.ts';
import { refuseScalarKeys, scalarUnitsOf, type ScalarParts } from './scalar-type.ts';
import { isSlip } from './suggest.ts';
import type { ConstraintClause, Data, DataSchema, FieldSchema, ScalarUnits, Value } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import { readValue } from './value.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** A property, parameter or entry definition with its type resolved. Fields are made when first looked at, so a data
 *  type may contain itself. */
export class Schema implements FieldSchema {
  readonly name: string;
  readonly dataType: DataType;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly defaultValue: Value | undefined;
  /** The value is given here once and for all (`value`, 2.0 §9.4). */
  readonly isFixed: boolean;
  readonly at: Position;
  readonly #own: readonly ConstraintClause[];
  readonly #entry: Schema | undefined;
  readonly #key: Schema | undefined;

  constructor(parts: {
    name: string;
    dataType: DataType;
    description: string | undefined;
    required: boolean;
    metadata: Readonly<Record<string, string>>;
    constraints: readonly ConstraintClause[];
    entry: Schema | undefined;
    key: Schema | undefined;
    at: Position;
    isFixed?: boolean;
    readDefault: ((schema: Schema) => Value | undefined) | undefined;
  }) {
    this.name = parts.name;
    this.dataType = parts.dataType;
    this.description = parts.description;
    this.required = parts.required;
    this.metadata = parts.metadata;
    this.at = parts.at;
    this.isFixed = parts.isFixed ?? false;
    this.#own = parts.constraints;
    this.#entry = parts.entry;
    this.#key = parts.key;
    this.defaultValue = parts.readDefault?.(this);
  }

  get type(): string {
    return this.dataType.name;
  }
  get base(): string {
    return this.dataType.base;
  }
  get constraints(): readonly ConstraintClause[] {
    const inherited = this.dataType.constraints;
    return inherited.length === 0 ? this.#own : [...inherited, ...this.#own];
  }
  get entry(): Schema | undefined {
    return this.#entry ?? this.dataType.entry;
  }
  get key(): Schema | undefined {
    return this.#key ?? this.dataType.key;
  }
  get fields(): Readonly<Record<string, Schema>> | undefined {
    return this.dataType.fields;
  }
  get scalar(): ScalarUnits | undefined {
    return this.dataType.scalar;
  }
  get default(): Data | undefined {
    return this.defaultValue && plainData(this.defaultValue);
  }
  toJSON(): FieldSchema {
    return plainSchema(this);
  }
}

/** A schema as plain data; a data type inside itself is left without its fields. */
export function plainSchema(schema: Schema, within: readonly DataType[] = []): FieldSchema {
  const inner = [...within, schema.dataType];
  const fields = within.includes(schema.dataType) ? undefined : schema.fields;
  const plainFields = emptyRecord<FieldSchema>();
  for (const name in fields) {
    const field = fields[name];
    if (field) plainFields[name] = plainSchema(field, inner);
  }
  return {
    type: schema.type,
    base: schema.base,
    description: schema.description,
    constraints: schema.constraints,
    required: schema.required,
    default: schema.default,
    entry: schema.entry && within.length < 8 ? plainSchema(schema.entry, inner) : undefined,
    key: schema.key && within.length < 8 ? plainSchema(schema.key, inner) : undefined,
    fields: fields && plainFields,
    scalar: schema.scalar,
  };
}

/** A data type joined with its ancestors. */
export class DataType {
  readonly name: string;
  /** The type, then its ancestors. */
  readonly types: readonly string[];
  /** The primitive type it is derived from, or its own name when it has fields. */
  base: string;
  readonly constraints: readonly ConstraintClause[];
  readonly #readFields: (() => Readonly<Record<string, Schema>> | undefined) | undefined;
  readonly #readEntry: ((key: 'entry_schema' | 'key_schema') => Schema | undefined) | undefined;
  #fields: Readonly<Record<string, Schema>> | undefined;
  #entry: Schema | undefined;
  #key: Schema | undefined;
  #isRead = false;
  /** Of a scalar with units defined by a template (2.0 §9.1.2.2). */
  scalar: ScalarUnits | undefined;

  constructor(
    name: string,
    types: readonly string[],
    base: string,
    constraints: readonly ConstraintClause[] = [],
    readFields?: () => Readonly<Record<string, Schema>> | undefined,
    readEntry?: (key: 'entry_schema' | 'key_schema') => Schema | undefined,
  ) {
    this.name = name;
    this.types = types;
    this.base = base;
    this.constraints = constraints;
    this.#readFields = readFields;
    this.#readEntry = readEntry;
  }

  get fields(): Readonly<Record<string, Schema>> | undefined {
    this.#read();
    return this.#fields;
  }
  get entry(): Schema | undefined {
    this.#read();
    return this.#entry;
  }
  get key(): Schema | undefined {
    this.#read();
    return this.#key;
  }

  #read(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    this.#fields = this.#readFields?.();
    this.#entry = this.#readEntry?.('entry_schema');
    this.#key = this.#readEntry?.('key_schema');
  }
}

const primitives = new Map(primitiveTypes.map((name) => [name as string, new DataType(name, [name], name)]));
/** What 2.0 takes more strictly than 1.x: a timestamp is one of RFC 3339, a version has a minor number. */
const basesTwo = new Map([
  ['nil', 'null'],
  ['timestamp', 'timestamp-3339'],
  ['version', 'version-2'],
]);
const primitivesTwo = new Map(
  primitiveTypesTwo.map((name) => [name as string, new DataType(name, [name], basesTwo.get(name) ?? name)]),
);

/** The built-in type a name means in a file. */
export function primitiveOf({ unit, report }: Reading, name: string, at: Position): DataType | undefined {
  if (!unit.isTwo)
    return primitives.get(name) ?? primitives.get(name.replace(/^tosca[:.]/, '')) ?? shortened(report, name, at);
  const instead = name === 'range' ? 'write a list of two integers' : 'derive a type of your own from scalar';
  if (name !== 'range' && !name.startsWith('scalar-unit.')) return primitivesTwo.get(name);
  const type = primitives.get(name);
  if (type) report.warn(at, 'deprecated-type', `2.0 has no ${name} (§9.1); ${instead}`);
  return type;
}

/** What people write who come from a programming language. */
const longNames = new Map([
  ['int', 'integer'],
  ['bool', 'boolean'],
  ['str', 'string'],
  ['number', 'float'],
]);

function shortened(report: Report, name: string, at: Position): DataType | undefined {
  const lower = name.toLowerCase();
  const long = longNames.get(lower) ?? (primitives.has(lower) ? lower : undefined);
  if (long === undefined) return undefined;
  report.warn(at, 'shortened-type', `The type ${name} is called ${long} (1.3 §3.3.1); write it so`);
  return primitives.get(long);
}

function isPrimitive(name: string): boolean {
  return primitives.has(name) || primitivesTwo.has(name);
}

function primitiveNames({ unit }: Reading): readonly string[] {
  return unit.isTwo ? primitiveTypesTwo : primitiveTypes;
}
/** Stands for a type that is not known; nothing is checked against it. */
export const anyType = new DataType('any', ['any'], 'any');

/** The data type a name means in a file; an unknown one is reported once and then accepts everything. */
export function dataTypeOf(reading: Reading, name: string, unit: Unit, at: Position): DataType {
  const primitive = primitiveOf(reading, name, at);
  if (primitive) return primitive;
  const source = reading.names.find('data', name, unit, at);
  if (source) return readDataType(reading, source);
  reading.names.unknown('data', name, unit, at, primitiveNames(reading));
  return anyType;
}

const dataTypes = new WeakMap<TypeSource, DataType>();

export function readDataType(given: Reading, source: TypeSource): DataType {
  const known = dataTypes.get(source);
  if (known) return known;
  const reading = readingIn(given, source.unit);
  const { report } = reading;
  const yaml = entriesOf(report, source.yaml, `The data type ${source.name}`);
  checkKeys(report, yaml, reading.unit.grammar.dataType, `The data type ${source.name}`);
  const parent = parentDataType(reading, source);
  const what = `The data type ${source.name}`;
  // Where an ancestor is not known, neither is what the type may hold.
  const isWhole = parent ? parent.base !== 'any' : !yaml.has('derived_from');
  const type: DataType = new DataType(
    source.name,
    [source.name, ...(parent?.types ?? [])],
    !isWhole
      ? 'any'
      : parent && parent.base !== parent.name
        ? parent.base
        : parent && isPrimitive(parent.name)
          ? parent.name
          : source.name,
    [...(parent?.constraints ?? []), ...demandsOf(reading, yaml, what)],
    () => {
      const own = yaml.get('properties');
      if (parent && isPrimitive(parent.base)) {
        const message = `${source.name} is a ${parent.base} and cannot have properties; derive it from tosca.datatypes.Root`;
        // 1.x calls it a wrong derivation, 2.0 properties that may not be added.
        const place = reading.unit.isTwo ? own : yaml.get('derived_from');
        if (own) report.error((place ?? own).at, 'properties-of-primitive', message);
        return undefined;
      }
      const fields = schemasOf(reading, own?.value, source.unit, what, parent?.fields);
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
  const what = `The data type ${source.name}`;
  const properties = fields.get('properties');
  if (properties?.value.is === 'map' && properties.value.entries.size === 0) {
    report.error(properties.at, 'missing-key', `${what} has properties, so it needs at least one; or leave them out`);
  }
  if (!fields.has('derived_from') && !fields.has('properties')) {
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
      ? plainSchema(new Schema({ ...bare(name, yaml.at), dataType: dataTypeOf(reading, name, source.unit, yaml.at) }))
      : float;
  });
  if (!units) {
    type.base = 'any';
    return;
  }
  scalarParts.set(type, units);
  type.scalar = units;
}

/** A definition that takes any value. */
export function anySchema(name: string, at: Position): Schema {
  return new Schema(bare(name, at));
}

function bare(name: string, at: Position) {
  return {
    name,
    dataType: anyType,
    description: undefined,
    required: true,
    metadata: emptyRecord<string>(),
    constraints: [],
    entry: undefined,
    key: undefined,
    at,
    readDefault: undefined,
  };
}

const float: DataSchema = { type: 'float', base: 'float', constraints: [] };

function isCollectionName(name: string): boolean {
  return name === 'list' || name === 'map';
}

/** 2.0 §9.3: lists and maps say what they hold, and nothing else does. */
function checkInnerSchemas(
  { report }: Reading,
  fields: ReadonlyMap<string, YamlEntry>,
  base: string,
  what: string,
  at: Position,
  isInherited: boolean,
): void {
  const isCollection = isCollectionName(base);
  const entry = fields.get('entry_schema');
  const key = fields.get('key_schema');
  if (isCollection && !entry && !isInherited) {
    report.warn(at, 'missing-key', `${what} is a ${base} and needs an entry_schema, e.g. "entry_schema: string"`);
  }
  if (base === 'any') return;
  if (entry && !isCollection)
    report.error(entry.at, 'not-a-collection', `${what} is neither a list nor a map, so it has no entry_schema`);
  if (key && base !== 'map') report.error(key.at, 'not-a-collection', `${what} is no map, so it has no key_schema`);
}

function parentDataType(reading: Reading, source: TypeSource): DataType | undefined {
  const yaml = source.yaml.is === 'map' ? source.yaml.entries.get('derived_from')?.value : undefined;
  const name = textOf(reading.report, yaml, `derived_from of ${source.name}`);
  if (yaml === undefined || name === undefined) return undefined;
  const primitive = primitiveOf(reading, name, yaml.at);
  if (primitive) return primitive;
  const parent = reading.names.find('data', name, source.unit);
  if (!parent) {
    reading.names.unknown('data', name, source.unit, yaml.at, primitiveNames(reading));
    return undefined;
  }
  // Walked first: a derivation in a circle must be found before the types are joined.
  return leadsIntoCircle(reading, source) ? undefined : readDataType(reading, parent);
}

/** As `lineage` does, which would take a primitive ancestor for an unknown type. */
function leadsIntoCircle({ report, names }: Reading, source: TypeSource): boolean {
  const line = new Set([source]);
  for (let type: TypeSource | undefined = source; type;) {
    const name: Yaml | undefined = type.yaml.is === 'map' ? type.yaml.entries.get('derived_from')?.value : undefined;
    const parent: TypeSource | undefined = name?.is === 'scalar' ? names.find('data', name.text, type.unit) : undefined;
    if (parent && line.has(parent)) {
      const message = `The type ${parent.name} is derived from itself; change its derived_from`;
      report.error(parent.at, 'circular-derivation', message);
      return true;
    }
    if (line.size > deepestDerivation) {
      const message = `${source.name} is derived over more than ${deepestDerivation} types; shorten the chain`;
      report.error(source.at, 'too-deep', message);
      return true;
    }
    if (parent) line.add(parent);
    type = parent;
  }
  return false;
}

/** What is defined; in 2.0 each has keys of its own (§9.4, §9.6, §9.8). */
export type Role = 'property' | 'attribute' | 'parameter';

const foreignKeys: Readonly<Record<Role, readonly string[]>> = {
  property: ['mapping'],
  attribute: ['mapping', 'value', 'required'],
  parameter: [],
};

/** A map of property (attribute, parameter) definitions over those inherited. */
export function schemasOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  owner: string,
  inherited: Readonly<Record<string, Schema>> | undefined,
  role: Role = 'property',
): Readonly<Record<string, Schema>> {
  const entries = entriesOf(reading.report, yaml, `properties of ${owner}`);
  if (entries.size === 0 && inherited) return inherited;
  const schemas = emptyRecord<Schema>();
  Object.assign(schemas, inherited);
  for (const [name, { value, at }] of entries) {
    const schema = schemaOf(reading, name, value, at, unit, schemas[name], role);
    if (schema) schemas[name] = schema;
  }
  return schemas;
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
  if (unit.isTwo && refined && !isDefinition(reading, yaml)) return fixedSchema(reading, name, yaml, at, refined);
  if (!unit.isTwo && refined && isPlainValue(reading, yaml, unit)) {
    const message = `${name} is defined by an ancestor and only given a value here; 1.3 §3.6.10 has it as default`;
    report.warn(yaml.at, 'value-for-definition', `${message}: { default: … }`);
    return fixedSchema(reading, name, yaml, at, refined);
  }
  if (yaml.is === 'scalar' && yaml.text !== '' && !unit.isTwo) return innerSchema(reading, yaml, unit, name);
  const entries = entriesOf(report, yaml, `The definition of ${name}`);
  checkKeys(report, entries, reading.unit.grammar.property, `The definition of ${name}`);
  if (unit.isTwo) checkKeysTwo(reading, entries, role, name);
  const type = entries.get('type')?.value;
  const typeName = textOf(report, type, `The type of ${name}`);
  if (typeName === undefined && !refined) {
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
      textOf(report, entries.get('description')?.value, `The description of ${name}`) ?? refined?.description,
    required: required ?? refined?.required ?? true,
    metadata: metadataOf(report, entries.get('metadata')?.value, reading.unit.isTwo),
    constraints: [
      ...(refined && refined.dataType === dataType ? refined.constraints.slice(dataType.constraints.length) : []),
      ...demandsOf(reading, entries, name),
    ],
    entry: innerSchemaAt(reading, entries.get('entry_schema')?.value, unit, name, refined?.entry) ?? refined?.entry,
    key: innerSchemaAt(reading, entries.get('key_schema')?.value, unit, name, refined?.key) ?? refined?.key,
    at,
    readDefault: (schema) => (given ? readValue(reading, given, schema) : refined?.defaultValue),
  });
  if (refined && unit.isTwo) checkRefinement(reading, schema, refined, at);
  return schema;
}

/** 2.0 §9.4, §9.6 and §9.8: keys that do not go with what is defined, or with one another. */
function checkKeysTwo({ report }: Reading, entries: ReadonlyMap<string, YamlEntry>, role: Role, name: string): void {
  for (const key of foreignKeys[role]) {
    const given = entries.get(key);
    if (given) report.error(given.at, 'unknown-key', `The ${role} ${name} has no key ${key}; leave it out`);
  }
  const mapping = entries.get('mapping');
  if (mapping && entries.has('value')) {
    report.error(mapping.at, 'value-and-mapping', `${name} has either a value or a mapping; leave one of them out`);
  }
  const required = entries.get('required')?.value;
  const isOptional = required?.is === 'scalar' && required.value === false;
  const given = entries.get('default');
  // The examples of 2.0 (§9.4) do it, so it is no error.
  if (given && isOptional) {
    const message = `${name} is not required, so its default is never used; leave out the default, or "required: false"`;
    report.warn(given.at, 'default-of-optional', message);
  }
}

/** Whether a refinement is written out, rather than being the value alone (2.0 §9.4). */
function isDefinition({ unit }: Reading, yaml: Yaml): boolean {
  return yaml.is === 'map' && [...yaml.entries.keys()].every((key) => unit.grammar.property.has(key));
}

/** In 1.x, where a definition may be the name of a type alone: whether what stands in its place can only be a value. */
function isPlainValue(reading: Reading, yaml: Yaml, unit: Unit): boolean {
  if (yaml.is === 'list') return true;
  const known = unit.grammar.property;
  if (yaml.is === 'map')
    return (
      yaml.entries.size > 0 && ![...yaml.entries.keys()].some((key) => known.has(key) || isSlip(key, known.keys()))
    );
  if (isNothing(yaml)) return false;
  return !primitives.has(yaml.text) && !reading.names.find('data', yaml.text, unit);
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

function refuseScalar({ report }: Reading, at: Position, name: string): void {
  report.error(at, 'abstract-scalar', `${name} cannot be a bare scalar; derive a type from scalar and give it units`);
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
  if (entries) checkKeys(report, entries, reading.unit.grammar.schema, `The schema of ${name}`);
  const type = entries ? entries.get('type')?.value : yaml;
  const typeName = textOf(report, type, `The type of ${name}`);
  const isRefining = refined !== undefined && unit.isTwo && type === undefined;
  if (!isRefining && (type === undefined || typeName === undefined)) {
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
      `The schema of ${name}`,
      yaml.at,
      isRefining || dataType.name !== dataType.base,
    );
  }
  return new Schema({
    name,
    dataType,
    description: textOf(report, entries?.get('description')?.value, 'A description'),
    required: true,
    metadata: emptyRecord<string>(),
    constraints: [
      ...(isRefining ? refined.constraints.slice(dataType.constraints.length) : []),
      ...demandsOf(reading, entries, name),
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
