import { patternOf } from './pattern.ts';
import { amountOf, inUnits, type Amount } from './scalar-unit.ts';
import { textOf } from './text.ts';
import type { ComputedName, Data, ScalarUnits } from './topology.ts';

/** What a value is for comparing: scalars with units as numbers. Undefined for what cannot be compared. */
export type Comparable = (data: Data) => number | string | undefined;

/**
 * The functions of 2.0 that need nothing but their arguments, §10.2.2–§10.2.5. Undefined where the arguments do not fit the
 * function, e.g. an addition of texts.
 */
export function compute(
  name: ComputedName,
  given: readonly Data[],
  comparable: Comparable = plainly,
  scalar?: ScalarUnits,
): Data | undefined {
  const [a = null, b = null] = given;
  const isSame = (x: Data, y: Data) => equal(x, y, comparable);
  switch (name) {
    case 'and':
      return given.every((one) => one === true);
    case 'or':
      return given.some((one) => one === true);
    case 'not':
      return typeof a === 'boolean' ? !a : undefined;
    case 'xor':
      return typeof a === 'boolean' && typeof b === 'boolean' ? a !== b : undefined;
    case 'equal':
      return isSame(a, b);
    case 'greater_than':
      return compared(a, b, comparable, (order) => order > 0);
    case 'greater_or_equal':
      return compared(a, b, comparable, (order) => order >= 0);
    case 'less_than':
      return compared(a, b, comparable, (order) => order < 0);
    case 'less_or_equal':
      return compared(a, b, comparable, (order) => order <= 0);
    case 'valid_values':
      return listOf(b)?.some((one) => isSame(a, one));
    case 'matches':
      return typeof a === 'string' && typeof b === 'string' ? patternOf(anywhere(b))?.matches(a) : undefined;
    case 'has_suffix':
      return within(
        a,
        b,
        (text, part) => text.endsWith(part),
        (length, of) => [length - of],
      );
    case 'has_prefix':
      return within(
        a,
        b,
        (text, part) => text.startsWith(part),
        () => [0],
      );
    case 'contains':
      return within(
        a,
        b,
        (text, part) => text.includes(part),
        (length, of) => Array.from({ length: Math.max(0, length - of + 1) }, (_, index) => index),
      );
    case 'has_entry':
      return entriesIn(a)?.some((one) => isSame(one, b));
    case 'has_all_entries':
      return listOf(b)?.every((wanted) => entriesIn(a)?.some((one) => isSame(one, wanted)));
    case 'has_any_entry':
      return listOf(b)?.some((wanted) => entriesIn(a)?.some((one) => isSame(one, wanted)));
    case 'has_key':
      return keysIn(a)?.includes(textOf(b));
    case 'has_all_keys':
      return listOf(b)?.every((wanted) => keysIn(a)?.includes(textOf(wanted)));
    case 'has_any_key':
      return listOf(b)?.some((wanted) => keysIn(a)?.includes(textOf(wanted)));
    case 'length':
      return typeof a === 'string' ? Array.from(a).length : entriesIn(a)?.length;
    case 'union':
      return distinct(given.flatMap((one) => listOf(one) ?? []));
    case 'intersection':
      return distinct(listOf(a) ?? []).filter((one) =>
        given.every((list) => listOf(list)?.some((other) => equal(one, other))),
      );
    case 'sum':
      return reckon(given, scalar, 'alike', (numbers) => numbers.reduce((sum, one) => sum + one, 0));
    case 'difference':
      return reckon(given, scalar, 'alike', ([x = 0, y = 0]) => x - y);
    case 'product':
      return reckon(given, scalar, 'scaled', (numbers) => numbers.reduce((all, one) => all * one, 1));
    case 'quotient':
      return reckon(given, scalar, 'scaled', ([x = 0, y = 1]) => (y === 0 ? undefined : x / y));
    case 'remainder':
      return reckon(given, scalar, 'scaled', ([x = 0, y = 1]) => (y === 0 ? undefined : x % y));
    case 'round':
      // Halves are rounded down, §10.2.5.6.
      return typeof a === 'number' ? Math.ceil(a - 0.5) + 0 : undefined;
    case 'floor':
      return typeof a === 'number' ? Math.floor(a) + 0 : undefined;
    case 'ceil':
      return typeof a === 'number' ? Math.ceil(a) + 0 : undefined;
  }
}

/** A pattern found anywhere in a text, as 2.0 means it; patterns of 1.x match all of it. */
function anywhere(pattern: string): string {
  return `[\\s\\S]*(?:${pattern})[\\s\\S]*`;
}

function plainly(data: Data): number | string | undefined {
  if (typeof data === 'number') return data;
  if (typeof data !== 'string') return undefined;
  const amount = amountOf(data);
  return amount?.kind.startsWith('scalar-unit') ? amount.value : data;
}

/** Maps are equal whatever the order of their keys. */
export function equal(a: Data, b: Data, comparable: Comparable = plainly): boolean {
  if (a === b) return true;
  const [x, y] = [listOf(a), listOf(b)];
  if (x || y)
    return !!x && !!y && x.length === y.length && x.every((one, index) => equal(one, y[index] ?? null, comparable));
  if (isMap(a) || isMap(b)) {
    if (!isMap(a) || !isMap(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && equal(a[key] ?? null, b[key] ?? null, comparable))
    );
  }
  const left = comparable(a);
  return left !== undefined && left === comparable(b);
}

function isMap(data: Data): data is Readonly<Record<string, Data>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function compared(a: Data, b: Data, comparable: Comparable, holds: (order: number) => boolean): boolean | undefined {
  const left = comparable(a);
  const right = comparable(b);
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right);
  if (typeof left === 'string' && typeof right === 'string') return holds(left === right ? 0 : left < right ? -1 : 1);
  return undefined;
}

/** Whether a text or list holds another at one of the places. */
function within(
  a: Data,
  b: Data,
  inText: (text: string, part: string) => boolean,
  starts: (length: number, of: number) => readonly number[],
): boolean | undefined {
  if (typeof a === 'string' && typeof b === 'string') return inText(a, b);
  const list = listOf(a);
  const part = listOf(b);
  if (!list || !part) return undefined;
  return starts(list.length, part.length).some(
    (start) =>
      start >= 0 &&
      start + part.length <= list.length &&
      part.every((one, index) => equal(one, list[start + index] ?? null)),
  );
}

function listOf(data: Data): readonly Data[] | undefined {
  return Array.isArray(data) ? (data as readonly Data[]) : undefined; // isArray forgets readonly arrays.
}

function entriesIn(data: Data): readonly Data[] | undefined {
  return typeof data === 'object' && data !== null ? Object.values(data) : undefined;
}

function keysIn(data: Data): readonly string[] | undefined {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data) : undefined;
}

function distinct(list: readonly Data[]): Data[] {
  return list.filter((one, index) => list.findIndex((other) => equal(one, other)) === index);
}

/** Arithmetic on numbers alone, on scalars of one kind, or on a scalar and numbers; the result has the unit of the first scalar. */
function reckon(
  given: readonly Data[],
  scalar: ScalarUnits | undefined,
  allowed: 'alike' | 'scaled',
  result: (numbers: readonly number[]) => number | undefined,
): Data | undefined {
  const numbers: number[] = [];
  const amounts: Amount[] = [];
  for (const [index, one] of given.entries()) {
    const amount = typeof one === 'string' ? amountIn(one, scalar) : undefined;
    if (typeof one !== 'number' && !amount) return undefined;
    // Only what is measured first may have a unit where it is multiplied or divided.
    if (amount && allowed === 'scaled' && index > 0) return undefined;
    if (amount) amounts.push(amount);
    numbers.push(!amount ? Number(one) : allowed === 'alike' ? amount.value : amount.value / amount.factor);
  }
  const [first, ...others] = amounts;
  if (allowed === 'alike' && first && amounts.length < given.length) return undefined;
  if (others.some(({ kind }) => kind !== first?.kind)) return undefined;
  const number = result(numbers);
  if (number === undefined || !Number.isFinite(number)) return undefined;
  if (!first) return number + 0; // No -0.
  return `${allowed === 'alike' ? number / first.factor : number} ${first.unit}`;
}

/** In units that a template defines, the canonical one is computed in (2.0 §9.1.2.2). */
function amountIn(text: string, scalar: ScalarUnits | undefined): Amount | undefined {
  if (!scalar) return amountOf(text);
  const value = inUnits(scalar, text)?.value;
  return value === undefined ? undefined : { kind: '', unit: scalar.canonical, factor: 1, value };
}
