import type { Position } from './position.ts';
import type { DataSchema, Implementation } from './topology.ts';

/** What is left when all functions are evaluated. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/** A value as the template states it, with the place where it stands. */
export type Value = Literal | ListValue | MapValue | FunctionCall;

export interface Literal {
  readonly is: 'literal';
  readonly value: string | number | boolean | null;
  readonly at: Position;
}

export interface ListValue {
  readonly is: 'list';
  readonly items: readonly Value[];
  readonly at: Position;
}

export interface MapValue {
  readonly is: 'map';
  readonly entries: Readonly<Record<string, Value>>;
  /** Where the keys stand that its data type does not define. */
  readonly strays?: Readonly<Record<string, Position>>;
  readonly at: Position;
}

/** A function of §4, its arguments always a list: `{ get_input: port }` calls `get_input` with one argument. */
export interface FunctionCall {
  readonly is: 'call';
  readonly name: FunctionName;
  readonly arguments: readonly Value[];
  /** Of a function the template defines itself. */
  readonly definition?: FunctionDefinition | undefined;
  readonly at: Position;
}

/** A function a template defines (2.0 §10.4). */
export interface FunctionDefinition {
  /** Without the `$`. */
  readonly name: string;
  /** The first one whose arguments fit is the one that is called. */
  readonly signatures: readonly FunctionSignature[];
}

export interface FunctionSignature {
  readonly arguments: readonly DataSchema[];
  readonly optional: readonly DataSchema[];
  /** The last argument may be given any number of times; any arguments at all where none is defined. */
  readonly isVariadic: boolean;
  /** What it yields; anything where it does not say. */
  readonly result?: DataSchema | undefined;
  /** What computes it; without one it is something the orchestrator knows. */
  readonly implementation?: Implementation | undefined;
}

/** Of 1.x, §4; the graph and text functions are those of 2.0 too. */
export const functionNames = [
  'get_input',
  'get_property',
  'get_attribute',
  'get_artifact',
  'get_operation_output',
  'get_nodes_of_type',
  'concat',
  'join',
  'token',
] as const;
export type FunctionName =
  | (typeof functionNames)[number]
  | 'value'
  | 'node_index'
  | 'relationship_index'
  | 'available_allocation'
  /** Seals what it is given, as a secret. No template calls it. */
  | 'sealed'
  | ComputedName
  /** A function the template defines itself (2.0 §10.4), under the name it is called by. */
  | `$${string}`;

/** The functions of 2.0 that are true or false, §10.2.2. */
export const booleanNames = [
  'and',
  'or',
  'not',
  'xor',
  'equal',
  'greater_than',
  'greater_or_equal',
  'less_than',
  'less_or_equal',
  'valid_values',
  'matches',
  'has_suffix',
  'has_prefix',
  'contains',
  'has_entry',
  'has_key',
  'has_all_entries',
  'has_all_keys',
  'has_any_entry',
  'has_any_key',
] as const;

/** Functions of 2.0 that need nothing but their arguments, §10.2.2–§10.2.5. */
export const computedNames = [
  ...booleanNames,
  'length',
  'union',
  'intersection',
  'sum',
  'difference',
  'product',
  'quotient',
  'remainder',
  'round',
  'floor',
  'ceil',
] as const;
export type ComputedName = (typeof computedNames)[number];
