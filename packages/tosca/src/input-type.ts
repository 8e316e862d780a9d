import type { DataSchema, FieldSchema, InputDefinition, Value } from './topology.ts';

/** What is wrong with giving an input's value to something of another type. Undefined when nothing is, or nothing is known. */
export function inputProblem(
  value: Value,
  schema: FieldSchema,
  name: string,
  inputs: Readonly<Record<string, InputDefinition>>,
): { rule: string; message: string } | undefined {
  if (value.is !== 'call' || value.name !== 'get_input' || value.arguments.length !== 1) return undefined;
  const [argument] = value.arguments;
  const input = argument?.is === 'literal' ? inputs[String(argument.value)] : undefined;
  if (!input) return undefined;
  if (!fits(input, schema)) {
    return { rule: 'wrong-type', message: `${name} is a ${schema.type}; the input ${input.name} is a ${input.type}` };
  }
  if (schema.required && isOptional(input)) {
    return { rule: 'optional-input', message: `${name} is required; the input ${input.name} may stay without a value` };
  }
  return undefined;
}

/** An input that neither must be given nor has a default. */
function isOptional(input: InputDefinition): boolean {
  return !input.required && input.default === undefined;
}

/** Whether values of one schema may stand where the other is asked for, as far as their primitive types tell. */
export function fits(given: DataSchema, wanted: DataSchema): boolean {
  if (given.base === 'any' || wanted.base === 'any' || given.type === wanted.type) return true;
  if (given.base === wanted.base) return true;
  if (given.base === 'integer' && wanted.base === 'float') return true;
  // Texts that look like them are taken for times, versions and scalars, as YAML writes them the same way.
  return given.base === 'string' && textual.has(wanted.base.split(/[.\d]/)[0]?.replace(/-$/, '') ?? '');
}

const textual = new Set(['timestamp', 'version', 'scalar-unit', 'scalar', 'bytes', 'range']);
