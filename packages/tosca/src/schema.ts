import { booleanOf, checkKeys, dataOf, entriesOf, itemsOf, isNothing, metadataOf, shown, textOf } from './fields.ts';
import { dataTypeKeys, propertyKeys, schemaKeys } from './grammar.ts';
import { patternOf } from './pattern.ts';
import { deepestDerivation } from './names.ts';
import type { Position } from './position.ts';
import { profileReading } from './profile.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { didYouMean } from './suggest.ts';
import type { ConstraintClause, ConstraintOperator, Data, FieldSchema, Value } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import { readValue } from './value.ts';
import type { Yaml } from './yaml-tree.ts';

/** A property, parameter or entry definition with its type resolved. Fields are made when first looked at, so a data
 *  type may contain itself. */
export class Schema implements FieldSchema {
  readonly name: string;
  readonly dataType: DataType;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly defaultValue: Value | undefined;
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
    readDefault: ((schema: Schema) => Value | undefined) | undefined;
  }) {
    this.name = parts.name;
    this.dataType = parts.dataType;
    this.description = parts.description;
    this.required = parts.required;
    this.metadata = parts.metadata;
    this.at = parts.at;
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
  };
}

/** The data of a value that calls no function. */
export function plainData(value: Value): Data | undefined {
  if (value.is === 'literal') return value.value;
  if (value.is === 'call') return undefined;
  if (value.is === 'list') {
    const items: Data[] = [];
    for (const item of value.items) {
      const data = plainData(item);
      if (data === undefined) return undefined;
      items.push(data);
    }
    return items;
  }
  const record = emptyRecord<Data>();
  for (const name in value.entries) {
    const entry = value.entries[name];
    const data = entry && plainData(entry);
    if (data === undefined) return undefined;
    record[name] = data;
  }
  return record;
}

export const primitiveTypes = [
  'string',
  'integer',
  'float',
  'boolean',
  'timestamp',
  'null',
  'version',
  'range',
  'list',
  'map',
  'scalar-unit.size',
  'scalar-unit.time',
  'scalar-unit.frequency',
  'scalar-unit.bitrate',
] as const;

/** A data type joined with its ancestors. */
export class DataType {
  readonly name: string;
  /** The type, then its ancestors. */
  readonly types: readonly string[];
  /** The primitive type it is derived from, or its own name when it has fields. */
  readonly base: string;
  readonly constraints: readonly ConstraintClause[];
  readonly #readFields: (() => Readonly<Record<string, Schema>> | undefined) | undefined;
  readonly #readEntry: ((key: 'entry_schema' | 'key_schema') => Schema | undefined) | undefined;
  #fields: Readonly<Record<string, Schema>> | undefined;
  #entry: Schema | undefined;
  #key: Schema | undefined;
  #isRead = false;

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
/** Stands for a type that is not known; nothing is checked against it. */
export const anyType = new DataType('any', ['any'], 'any');

/** The data type a name means in a file; an unknown one is reported once and then accepts everything. */
export function dataTypeOf(reading: Reading, name: string, unit: Unit, at: Position): DataType {
  const primitive = primitives.get(name) ?? primitives.get(name.replace(/^tosca[:.]/, ''));
  if (primitive) return primitive;
  const source = reading.names.find('data', name, unit);
  if (source) return readDataType(reading, source);
  reading.names.unknown('data', name, unit, at, primitiveTypes);
  return anyType;
}

const dataTypes = new WeakMap<TypeSource, DataType>();

export function readDataType(given: Reading, source: TypeSource): DataType {
  const known = dataTypes.get(source);
  if (known) return known;
  const reading = source.unit.isProfile ? profileReading() : given;
  const { report } = reading;
  const yaml = entriesOf(report, source.yaml, `The data type ${source.name}`);
  checkKeys(report, yaml, dataTypeKeys, `The data type ${source.name}`);
  const parent = parentDataType(reading, source);
  const what = `The data type ${source.name}`;
  const type: DataType = new DataType(
    source.name,
    [source.name, ...(parent?.types ?? [])],
    parent && parent.base !== parent.name
      ? parent.base
      : parent && primitives.has(parent.name)
        ? parent.name
        : source.name,
    [...(parent?.constraints ?? []), ...constraintsOf(report, yaml.get('constraints')?.value, what)],
    () => {
      const own = yaml.get('properties');
      if (parent && primitives.has(parent.base)) {
        const message = `${source.name} is a ${parent.base} and cannot have properties; derive it from tosca.datatypes.Root`;
        if (own) report.error(own.at, 'properties-of-primitive', message);
        return undefined;
      }
      return schemasOf(reading, own?.value, source.unit, `The data type ${source.name}`, parent?.fields);
    },
    (key) => {
      const own = yaml.get(key)?.value;
      const inherited = key === 'entry_schema' ? parent?.entry : parent?.key;
      return own ? innerSchema(reading, own, source.unit, key) : inherited;
    },
  );
  dataTypes.set(source, type);
  return type;
}

function parentDataType(reading: Reading, source: TypeSource): DataType | undefined {
  const yaml = source.yaml.is === 'map' ? source.yaml.entries.get('derived_from')?.value : undefined;
  const name = textOf(reading.report, yaml, `derived_from of ${source.name}`);
  if (yaml === undefined || name === undefined) return undefined;
  const primitive = primitives.get(name) ?? primitives.get(name.replace(/^tosca[:.]/, ''));
  if (primitive) return primitive;
  const parent = reading.names.find('data', name, source.unit);
  if (!parent) {
    reading.names.unknown('data', name, source.unit, yaml.at, primitiveTypes);
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

/** A map of property (attribute, parameter) definitions over those inherited. */
export function schemasOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  owner: string,
  inherited: Readonly<Record<string, Schema>> | undefined,
): Readonly<Record<string, Schema>> {
  const entries = entriesOf(reading.report, yaml, `properties of ${owner}`);
  if (entries.size === 0 && inherited) return inherited;
  const schemas = emptyRecord<Schema>();
  Object.assign(schemas, inherited);
  for (const [name, { value, at }] of entries) {
    const schema = schemaOf(reading, name, value, at, unit, schemas[name]);
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
): Schema | undefined {
  const { report } = reading;
  if (yaml.is === 'scalar' && yaml.text !== '') return innerSchema(reading, yaml, unit, name);
  const entries = entriesOf(report, yaml, `The definition of ${name}`);
  checkKeys(report, entries, propertyKeys, `The definition of ${name}`);
  const type = entries.get('type')?.value;
  const typeName = textOf(report, type, `The type of ${name}`);
  if (typeName === undefined && !refined) {
    report.error(at, 'missing-key', `${name} needs a type, e.g. "type: string"`);
    return undefined;
  }
  const dataType =
    type && typeName !== undefined ? dataTypeOf(reading, typeName, unit, type.at) : (refined?.dataType ?? anyType);
  const given = entries.get('default')?.value ?? entries.get('value')?.value;
  const required = booleanOf(report, entries.get('required')?.value, `required of ${name}`);
  return new Schema({
    name,
    dataType,
    description:
      textOf(report, entries.get('description')?.value, `The description of ${name}`) ?? refined?.description,
    required: required ?? refined?.required ?? true,
    metadata: metadataOf(report, entries.get('metadata')?.value),
    constraints: [
      ...(refined && refined.dataType === dataType ? refined.constraints.slice(dataType.constraints.length) : []),
      ...constraintsOf(report, entries.get('constraints')?.value, name),
    ],
    entry: innerSchemaAt(reading, entries.get('entry_schema')?.value, unit, name) ?? refined?.entry,
    key: innerSchemaAt(reading, entries.get('key_schema')?.value, unit, name) ?? refined?.key,
    at,
    readDefault: (schema) => (given ? readValue(report, given, schema) : refined?.defaultValue),
  });
}

function innerSchemaAt(reading: Reading, yaml: Yaml | undefined, unit: Unit, name: string): Schema | undefined {
  return yaml && !isNothing(yaml) ? innerSchema(reading, yaml, unit, name) : undefined;
}

/** `entry_schema`, `key_schema`: a type's name or a map with `type`, §3.6.10. */
function innerSchema(reading: Reading, yaml: Yaml, unit: Unit, name: string): Schema | undefined {
  const { report } = reading;
  if (yaml.is === 'list') {
    report.error(yaml.at, 'expected-map', `The schema of ${name} is a type name or a map with the key type`);
    return undefined;
  }
  const entries = yaml.is === 'map' ? yaml.entries : undefined;
  if (entries) checkKeys(report, entries, schemaKeys, `The schema of ${name}`);
  const type = entries ? entries.get('type')?.value : yaml;
  const typeName = textOf(report, type, `The type of ${name}`);
  if (type === undefined || typeName === undefined) {
    report.error(yaml.at, 'missing-key', `The schema of ${name} needs a type`);
    return undefined;
  }
  return new Schema({
    name,
    dataType: dataTypeOf(reading, typeName, unit, type.at),
    description: textOf(report, entries?.get('description')?.value, 'A description'),
    required: true,
    metadata: emptyRecord<string>(),
    constraints: constraintsOf(report, entries?.get('constraints')?.value, name),
    entry: innerSchemaAt(reading, entries?.get('entry_schema')?.value, unit, name),
    key: innerSchemaAt(reading, entries?.get('key_schema')?.value, unit, name),
    at: yaml.at,
    readDefault: undefined,
  });
}

const operators = new Set<string>([
  'equal',
  'greater_than',
  'greater_or_equal',
  'less_than',
  'less_or_equal',
  'in_range',
  'valid_values',
  'length',
  'min_length',
  'max_length',
  'pattern',
  'schema',
] satisfies ConstraintOperator[]);

/** §3.6.3: a list of `{ operator: argument }`. */
export function constraintsOf(report: Reading['report'], yaml: Yaml | undefined, what: string): ConstraintClause[] {
  if (yaml === undefined || isNothing(yaml)) return [];
  const items = yaml.is === 'map' ? [yaml] : itemsOf(report, yaml, `constraints of ${what}`);
  const clauses: ConstraintClause[] = [];
  for (const item of items) {
    if (item.is !== 'map') {
      report.error(item.at, 'bad-constraint', `A constraint is written "operator: value"; here stands ${shown(item)}`);
      continue;
    }
    for (const [operator, { value, at }] of item.entries) {
      if (isOperator(operator)) {
        const problem = argumentProblem(operator, value);
        if (problem) report.error(value.at, 'bad-constraint', problem);
        else clauses.push({ operator, argument: dataOf(value) });
      } else
        report.error(at, 'unknown-constraint', `There is no constraint ${operator}${didYouMean(operator, operators)}`);
    }
  }
  return clauses;
}

function isOperator(name: string): name is ConstraintOperator {
  return operators.has(name);
}

/** What is wrong with the argument of a constraint, whatever the type of the property. */
function argumentProblem(operator: ConstraintOperator, argument: Yaml): string | undefined {
  switch (operator) {
    case 'in_range':
      return argument.is === 'list' && argument.items.length === 2
        ? undefined
        : 'in_range takes a list of two bounds, e.g. [ 1, 65535 ]';
    case 'valid_values':
      return argument.is === 'list' ? undefined : 'valid_values takes a list';
    case 'length':
    case 'min_length':
    case 'max_length':
      return argument.is === 'scalar' && Number.isInteger(Number(argument.text)) && Number(argument.text) >= 0
        ? undefined
        : `${operator} takes a whole number, not ${shown(argument)}`;
    case 'pattern':
      return argument.is === 'scalar' && patternOf(argument.text)
        ? undefined
        : `${shown(argument)} is not a regular expression that can be matched here; write one without look-around and back-references`;
    default:
      return undefined;
  }
}
