import { all, type Condition } from './document.ts';
import { isWithin, readAddress, readBlock, type Block } from './ip.ts';
import { operators, type Operator } from './operators.ts';
import { bind, literalOf, matcher, readWritten, type Written } from './pattern.ts';
import { readBoolean, readNumber, readTime, type Written as WrittenValue } from './value.ts';
import { keyInfo, type Keys, type KeyValue, type Vocabulary } from './vocabulary.ts';

/** What the value of a key is compared with: one of these will do. */
export type Wanted =
  | { readonly are: 'texts'; readonly texts: readonly Written[] }
  | { readonly are: 'numbers'; readonly numbers: readonly number[] }
  | { readonly are: 'booleans'; readonly booleans: readonly boolean[] }
  | { readonly are: 'blocks'; readonly blocks: readonly Block[] };

/** One key of one operator of a condition. */
export interface Test {
  readonly of: 'resource' | 'request';
  readonly key: string;
  readonly operator: Operator;
  readonly wanted: Wanted;
  /** As it stands in the document. */
  readonly written: { readonly operator: string; readonly values: readonly WrittenValue[] };
  /** Whether a value that is there compares; the operator's negation is not in it yet. */
  readonly compares: (value: KeyValue, request: Keys) => boolean;
}

/**
 * The tests of a condition; all have to hold. Documents come from `readPolicy`, so an operator, key or value that cannot be
 * read is a bug, and nothing is decided by half a condition.
 */
export function compileCondition(condition: Condition | undefined, vocabulary: Vocabulary): Test[] {
  return Object.entries(condition ?? {}).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, values]) => compileTest(name, key, all(values), vocabulary)),
  );
}

/**
 * As AWS has it: a missing key fulfils no operator, except negated ones and those that end with IfExists. A value that is not of
 * the operator's type compares with nothing.
 */
export function holds(test: Test, keys: Keys, request: Keys): boolean {
  const value = keys[test.key];
  const { comparison, negated, ifExists } = test.operator;
  if (comparison === 'missing') return test.compares(value === undefined, request);
  if (value === undefined) return negated || ifExists;
  return test.compares(value, request) !== negated;
}

function compileTest(name: string, key: string, values: readonly WrittenValue[], vocabulary: Vocabulary): Test {
  const operator = operators.get(name) ?? unreadable(name, key);
  const { of } = keyInfo(vocabulary, key) ?? unreadable(name, key);
  const wanted = wantedOf(operator, values) ?? unreadable(name, key);
  return { of, key, operator, wanted, written: { operator: name, values }, compares: comparing(operator, wanted) };
}

function unreadable(operator: string, key: string): never {
  throw new Error(`The condition ${operator} on ${key} cannot be read; documents have to pass readPolicy first`);
}

function wantedOf({ type, comparison }: Operator, values: readonly WrittenValue[]): Wanted | undefined {
  switch (type) {
    case 'string': {
      const texts = each(values, (value) => {
        const written = readWritten(String(value), comparison === 'like');
        return 'unreadable' in written ? undefined : written;
      });
      return texts && { are: 'texts', texts };
    }
    case 'number':
    case 'date': {
      const numbers = each(values, type === 'date' ? readTime : readNumber);
      return numbers && { are: 'numbers', numbers };
    }
    case 'ip': {
      const blocks = each(values, (value) => readBlock(String(value)));
      return blocks && { are: 'blocks', blocks };
    }
    case 'boolean':
    case undefined: {
      const booleans = each(values, readBoolean);
      return booleans && { are: 'booleans', booleans };
    }
  }
}

/** All of them read, or undefined when one cannot be. */
function each<T>(values: readonly WrittenValue[], read: (value: WrittenValue) => T | undefined): T[] | undefined {
  const found: T[] = [];
  for (const value of values) {
    const one = read(value);
    if (one === undefined) return undefined;
    found.push(one);
  }
  return found;
}

function comparing({ comparison }: Operator, wanted: Wanted): Test['compares'] {
  switch (wanted.are) {
    case 'texts':
      return comparingTexts(wanted.texts);
    case 'numbers':
      return (value) => {
        const found = value instanceof Date ? value.getTime() : value;
        return typeof found === 'number' && wanted.numbers.some((number) => compareNumbers(comparison, found, number));
      };
    case 'booleans':
      return (value) => typeof value === 'boolean' && wanted.booleans.includes(value);
    case 'blocks':
      return (value) => {
        const address = typeof value === 'string' ? readAddress(value) : undefined;
        return address !== undefined && wanted.blocks.some((block) => isWithin(address, block));
      };
  }
}

function comparingTexts(texts: readonly Written[]): Test['compares'] {
  const ready = texts.map((text) => bind(text, {}));
  if (ready.every((pattern) => pattern !== undefined)) {
    const literals = ready.map(literalOf);
    if (literals.every((literal) => literal !== undefined)) {
      const one = literals.length === 1 ? literals[0] : undefined;
      const several = new Set<KeyValue>(literals);
      return one === undefined ? (value) => several.has(value) : (value) => value === one;
    }
    const matchers = ready.map(matcher);
    return (value) => typeof value === 'string' && matchers.some((matches) => matches(value));
  }
  return (value, request) =>
    typeof value === 'string' &&
    texts.some((text) => {
      const pattern = bind(text, request);
      return pattern !== undefined && matcher(pattern)(value);
    });
}

export function compareNumbers(comparison: Operator['comparison'], found: number, wanted: number): boolean {
  switch (comparison) {
    case 'number-equals':
      return found === wanted;
    case 'less-than':
      return found < wanted;
    case 'at-most':
      return found <= wanted;
    case 'greater-than':
      return found > wanted;
    case 'at-least':
      return found >= wanted;
    default:
      return false;
  }
}
