import type { Position } from './position.ts';
import { primitiveTypes, primitiveTypesTwo } from './primitive-types.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { Report } from './report.ts';
import { DataType, Schema } from './schema.ts';

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
export function builtInOf({ unit, report }: Reading, name: string, at: Position): DataType | undefined {
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

export function isBuiltInAnywhere(name: string): boolean {
  return primitives.has(name) || primitivesTwo.has(name);
}

/** Whether 1.x has a type of that name built in. */
export function isBuiltIn(name: string): boolean {
  return primitives.has(name);
}

export function builtInNames({ unit }: Reading): readonly string[] {
  return unit.isTwo ? primitiveTypesTwo : primitiveTypes;
}

/** Stands for a type that is not known; nothing is checked against it. */
export const anyType = new DataType('any', ['any'], 'any');

/** A definition that takes any value. */
export function anySchema(name: string, at: Position): Schema {
  return new Schema(bareSchema(name, at));
}

/** What a definition refines that stands in a type which is not known; it demands nothing. */
export function unknownSchema(name: string, at: Position): Schema {
  return new Schema({ ...bareSchema(name, at), required: false });
}

/** The parts of such a definition. */
export function bareSchema(name: string, at: Position) {
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
