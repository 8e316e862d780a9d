import { checkValue } from './check-value.ts';
import { amountOf } from './scalar-unit.ts';
import type { Data, DataSchema, FunctionDefinition, FunctionSignature, Value } from './topology.ts';

const nowhere = { file: '', line: 0, column: 0 };

/** What is wrong with data of a type; undefined when nothing is. `name` is used in the sentence. */
export function dataProblem(data: Data, schema: DataSchema, name: string): string | undefined {
  let problem: string | undefined;
  checkValue(asValue(data), schema, name, (_value, _rule, message) => (problem ??= message));
  return problem;
}

/** The first signature of a function that takes these arguments (2.0 §10.4). */
export function signatureFor(
  { signatures }: FunctionDefinition,
  given: readonly Data[],
): FunctionSignature | undefined {
  return signatures.find(
    (signature) => takes(signature, given.length) && given.every((one, index) => isFor(signature, one, index)),
  );
}

/** Whether a signature takes that many arguments. */
export function takes({ arguments: needed, optional, isVariadic }: FunctionSignature, count: number): boolean {
  return count >= needed.length && (isVariadic || count <= needed.length + optional.length);
}

function isFor(signature: FunctionSignature, data: Data, index: number): boolean {
  const schema = argumentSchema(signature, index);
  return !schema || dataProblem(data, schema, 'argument') === undefined;
}

/** What the argument with that number, counted from 0, must look like; undefined for anything. */
export function argumentSchema(signature: FunctionSignature, index: number): DataSchema | undefined {
  const all = [...signature.arguments, ...signature.optional];
  return all[index] ?? (signature.isVariadic ? all.at(-1) : undefined);
}

/** What data of no known type looks like: enough to compare it. */
export function guessedSchema(data: Data): DataSchema {
  const kind = typeof data === 'string' ? (amountOf(data)?.kind ?? '') : '';
  const type =
    typeof data === 'number'
      ? 'float'
      : kind.startsWith('scalar-unit')
        ? kind
        : typeof data === 'string'
          ? 'string'
          : 'any';
  return { type, base: type, constraints: [] };
}

/** Plain data as a value that stands nowhere. */
export function asValue(data: Data): Value {
  if (Array.isArray(data)) return { is: 'list', items: (data as readonly Data[]).map(asValue), at: nowhere }; // isArray forgets readonly arrays.
  if (typeof data !== 'object' || data === null) return { is: 'literal', value: data, at: nowhere };
  const entries = Object.entries(data as Readonly<Record<string, Data>>).map(
    ([key, one]) => [key, asValue(one)] as const,
  ); // No list.
  return { is: 'map', entries: Object.fromEntries(entries), at: nowhere };
}
