import { sealedIn } from '@pileus/model';
import { guessedSchema } from './fits.ts';
import { isSecretInput } from './inputs.ts';
import { unitsOf } from './scalar-unit.ts';
import { plainSchema, Schema } from './schema.ts';
import { textOf } from './text.ts';
import type {
  ConstraintClause,
  Data,
  DataSchema,
  FieldSchema,
  InputDefinition,
  Operation,
  ServiceTemplate,
} from './topology.ts';

/** JSON Schema 2020-12, as far as inputs need it. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * The schema of a template's inputs, to draw a form from. Titles and descriptions in Chinese come from the metadata
 * `title_zh` and `description_zh` of an input and stand in `x-zh`; `secret: true` there makes a password field.
 */
export function inputsSchema(template: Pick<ServiceTemplate, 'inputs'>): JsonSchema {
  const inputs = Object.values(template.inputs);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(inputs.map((input) => [input.name, inputSchema(input)])),
    required: inputs.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

/**
 * The same of what an operation is called with. `now` is what the template gives it, which stands as the default; of what
 * the template gives and is not known yet there is none, and what is secret is asked for as such.
 */
export function operationInputsSchema(
  { inputs, inputSchemas = {} }: Pick<Operation, 'inputs' | 'inputSchemas'>,
  now: Readonly<Record<string, Data>>,
): JsonSchema {
  const names = new Set([...Object.keys(inputSchemas), ...Object.keys(inputs)]);
  const definitions = Array.from(names, (name): InputDefinition => {
    const [declared, value] = [inputSchemas[name], now[name] ?? undefined];
    const { default: _, ...schema } = plain(declared ?? { ...guessedSchema(value ?? ''), required: false });
    const required = schema.required && !(name in inputs);
    if (holdsSealed(value)) return { ...schema, name, required, metadata: { secret: 'true' } };
    return { ...schema, name, required, metadata: {}, ...(value !== undefined && { default: value }) };
  });
  return inputsSchema({ inputs: Object.fromEntries(definitions.map((one) => [one.name, one])) });
}

function holdsSealed(value: Data | undefined): boolean {
  return value !== undefined && sealedIn(JSON.stringify(value)).size > 0;
}

/** What is read from a template is worked out only when it is looked at. */
function plain(schema: FieldSchema): FieldSchema {
  return schema instanceof Schema ? plainSchema(schema) : schema;
}

function inputSchema(input: InputDefinition): JsonSchema {
  const { metadata } = input;
  const zh = { title: metadata['title_zh'], description: metadata['description_zh'] };
  return {
    ...(metadata['title'] !== undefined && { title: metadata['title'] }),
    ...valueSchema(input),
    ...(input.default !== undefined && !isSecretInput(input) && { default: input.default }),
    ...((zh.title !== undefined || zh.description !== undefined) && { 'x-zh': zh }),
    ...(isSecretInput(input) && { format: 'password', writeOnly: true }),
  };
}

function valueSchema(schema: DataSchema): JsonSchema {
  let described: Record<string, unknown> = {
    ...typeSchema(schema),
    ...(schema.description !== undefined && { description: schema.description }),
  };
  for (const clause of schema.constraints) described = { ...described, ...constraintSchema(clause, schema) };
  return described;
}

function typeSchema(schema: DataSchema): JsonSchema {
  if (schema.fields) return fieldsSchema(schema.fields);
  switch (schema.base) {
    case 'string':
    case 'integer':
    case 'boolean':
    case 'null':
      return { type: schema.base };
    case 'float':
      return { type: 'number' };
    case 'list':
      return { type: 'array', ...(schema.entry && { items: valueSchema(schema.entry) }) };
    case 'map':
      return {
        type: 'object',
        ...(schema.key && { propertyNames: valueSchema(schema.key) }),
        ...(schema.entry && { additionalProperties: valueSchema(schema.entry) }),
      };
    case 'range':
      return {
        type: 'array',
        items: { anyOf: [{ type: 'integer' }, { const: 'UNBOUNDED' }] },
        minItems: 2,
        maxItems: 2,
        'x-tosca-type': 'range',
      };
    case 'timestamp':
    case 'timestamp-3339':
      return { type: 'string', 'x-tosca-type': 'timestamp' };
    case 'version':
    case 'version-2':
      return { type: 'string', 'x-tosca-type': 'version' };
    default: {
      const units = unitsOf(schema.base);
      if (units.length === 0) return {};
      const pattern = `^\\s*-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?\\s*(${units.join('|')})\\s*$`;
      return { type: 'string', pattern, 'x-tosca-type': schema.base, 'x-units': units };
    }
  }
}

function fieldsSchema(fields: Readonly<Record<string, FieldSchema>>): JsonSchema {
  const names = Object.keys(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        { ...valueSchema(field), ...(field.default !== undefined && { default: field.default }) },
      ]),
    ),
    required: names.filter((name) => fields[name]?.required && fields[name].default === undefined),
    additionalProperties: false,
  };
}

/** Keywords of JSON Schema for a constraint; those it cannot express are left to `readInputs`. */
function constraintSchema({ operator, argument }: ConstraintClause, { base }: DataSchema): JsonSchema {
  const isNumber = base === 'integer' || base === 'float';
  const size = base === 'list' ? 'Items' : base === 'map' ? 'Properties' : 'Length';
  switch (operator) {
    case 'equal':
      return { const: argument };
    case 'valid_values':
      return { enum: argument };
    case 'in_range':
      return isNumber ? rangeSchema(argument) : {};
    case 'greater_or_equal':
      return isNumber ? { minimum: argument } : {};
    case 'greater_than':
      return isNumber ? { exclusiveMinimum: argument } : {};
    case 'less_or_equal':
      return isNumber ? { maximum: argument } : {};
    case 'less_than':
      return isNumber ? { exclusiveMaximum: argument } : {};
    case 'length':
      return { [`min${size}`]: argument, [`max${size}`]: argument };
    case 'min_length':
      return { [`min${size}`]: argument };
    case 'max_length':
      return { [`max${size}`]: argument };
    case 'pattern':
      return { pattern: `^(?:${textOf(argument)})$` };
    case 'schema':
    case 'validation':
      return {};
  }
}

function rangeSchema(argument: Data): JsonSchema {
  if (!Array.isArray(argument)) return {};
  const [low, high]: readonly Data[] = argument;
  return {
    ...(typeof low === 'number' && { minimum: low }),
    ...(typeof high === 'number' && { maximum: high }),
  };
}
