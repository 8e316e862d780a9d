import type { Position } from './position.ts';
import { plainData } from './plain-data.ts';
import { emptyRecord } from './record.ts';
import type { ConstraintClause, Data, FieldSchema, ScalarUnits, Value } from './topology.ts';

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
    return plainWithin(this, [], { left: mostInSchema });
  }
}

/** How many schemas may still be written out. Data types that lead to others in several fields make very many. */
interface Budget {
  left: number;
}

const mostInReading = 100_000;
const mostInSchema = 2_000;
let inReading: Budget = { left: mostInReading };

/** To be called when a reading begins. */
export function renewPlainSchemas(): void {
  inReading = { left: mostInReading };
}

/** A schema as plain data; a data type inside itself is left without its fields, and so are those that are too many. */
export function plainSchema(schema: Schema): FieldSchema {
  return plainWithin(schema, [], inReading);
}

function plainWithin(schema: Schema, within: readonly DataType[], budget: Budget): FieldSchema {
  budget.left -= 1;
  const inner = [...within, schema.dataType];
  const isTooMuch = budget.left < 0 || within.includes(schema.dataType);
  const fields = isTooMuch ? undefined : schema.fields;
  const plainFields = emptyRecord<FieldSchema>();
  for (const name in fields) {
    const field = fields[name];
    if (field) plainFields[name] = plainWithin(field, inner, budget);
  }
  const part = (one: Schema | undefined) =>
    one && within.length < 8 && budget.left >= 0 ? plainWithin(one, inner, budget) : undefined;
  return {
    type: schema.type,
    base: schema.base,
    description: schema.description,
    constraints: schema.constraints,
    required: schema.required,
    default: schema.default,
    entry: part(schema.entry),
    key: part(schema.key),
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
