import { withArticle } from './text.ts';
import type { DataSchema, FieldSchema, InputDefinition, Value } from './topology.ts';

type Inputs = Readonly<Record<string, InputDefinition>>;

/** What is wrong with giving an input's value to something of another type. Undefined when nothing is, or nothing is known. */
export function inputProblem(value: Value, schema: DataSchema, name: string, inputs: Inputs): string | undefined {
  const input = inputIn(value, inputs);
  if (!input || fits(input, schema)) return undefined;
  return `${name} is ${withArticle(schema.type)}; the input ${input.name} is ${withArticle(input.type)}`;
}

/** Of an input whose values a text can hold, which YAML writes the same way: what to say of giving it to a string. */
export function writtenAsText(value: Value, schema: DataSchema, name: string, inputs: Inputs): string | undefined {
  const input = inputIn(value, inputs);
  if (!input || schema.base !== 'string' || !/^(?:integer|float|boolean)$/.test(input.base)) return undefined;
  return `${name} is ${withArticle(schema.type)}; the input ${input.name} is ${withArticle(input.type)}, whose values are written as texts too; make it a string (1.3 §3.6.10)`;
}

/** What is wrong with giving what a function of the template's own yields to something of another type. */
export function resultProblem(value: Value, schema: DataSchema, name: string): string | undefined {
  if (value.is !== 'call' || !value.definition) return undefined;
  const { name: called, signatures } = value.definition;
  if (signatures.length === 0 || signatures.some(({ result }) => !result || fits(result, schema))) return undefined;
  return `${name} is ${withArticle(schema.type)}; $${called} yields ${withArticle(signatures[0]?.result?.type ?? '')}`;
}

/** A required value is not to come from an input that neither must be given nor has a default. */
export function optionalProblem(value: Value, schema: FieldSchema, name: string, inputs: Inputs): string | undefined {
  const input = inputIn(value, inputs);
  if (!input || !schema.required || input.required || input.default !== undefined) return undefined;
  return `${name} is required; the input ${input.name} may stay without a value`;
}

function inputIn(value: Value, inputs: Inputs): InputDefinition | undefined {
  if (value.is !== 'call' || value.name !== 'get_input' || value.arguments.length !== 1) return undefined;
  const [argument] = value.arguments;
  return argument?.is === 'literal' ? inputs[String(argument.value)] : undefined;
}

/** Whether values of one schema may stand where the other is asked for, as far as their primitive types tell. */
function fits(given: DataSchema, wanted: DataSchema): boolean {
  if (given.base === 'any' || wanted.base === 'any' || given.base === wanted.base) return true;
  if (given.base === 'integer' && wanted.base === 'float') return true;
  if (isStructured(given) !== isStructured(wanted)) return false;
  // Texts stand for times, versions, scalars and the like, which YAML writes the same way; and a structure may hold any other.
  return isStructured(given) || textual.test(given.base) === textual.test(wanted.base);
}

function isStructured({ base, fields }: DataSchema): boolean {
  return fields !== undefined || base === 'list' || base === 'map' || base === 'range';
}

const textual = /^(?:string|timestamp|version|scalar|bytes|null)/;
