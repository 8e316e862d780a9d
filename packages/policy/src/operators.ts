import type { KeyType } from './vocabulary.ts';

/** How the value of a key is held against the values of a condition; a negated operator asks for the opposite. */
export type Comparison =
  | 'equals'
  | 'like'
  | 'number-equals'
  | 'less-than'
  | 'at-most'
  | 'greater-than'
  | 'at-least'
  | 'is'
  | 'within'
  | 'missing';

export interface Operator {
  /** What a key must be to be asked with it; undefined for any. */
  readonly type: KeyType | undefined;
  readonly comparison: Comparison;
  readonly negated: boolean;
  /** Whether a missing key fulfils it. */
  readonly ifExists: boolean;
}

const plain = {
  StringEquals: { type: 'string', comparison: 'equals' },
  StringNotEquals: { type: 'string', comparison: 'equals', negated: true },
  StringLike: { type: 'string', comparison: 'like' },
  StringNotLike: { type: 'string', comparison: 'like', negated: true },
  NumericEquals: { type: 'number', comparison: 'number-equals' },
  NumericNotEquals: { type: 'number', comparison: 'number-equals', negated: true },
  NumericLessThan: { type: 'number', comparison: 'less-than' },
  NumericLessThanEquals: { type: 'number', comparison: 'at-most' },
  NumericGreaterThan: { type: 'number', comparison: 'greater-than' },
  NumericGreaterThanEquals: { type: 'number', comparison: 'at-least' },
  DateLessThan: { type: 'date', comparison: 'less-than' },
  DateLessThanEquals: { type: 'date', comparison: 'at-most' },
  DateGreaterThan: { type: 'date', comparison: 'greater-than' },
  DateGreaterThanEquals: { type: 'date', comparison: 'at-least' },
  Bool: { type: 'boolean', comparison: 'is' },
  IpAddress: { type: 'ip', comparison: 'within' },
  NotIpAddress: { type: 'ip', comparison: 'within', negated: true },
  Null: { type: undefined, comparison: 'missing' },
} as const satisfies Record<string, { type: KeyType | undefined; comparison: Comparison; negated?: true }>;

/** Every operator as conditions write it, `StringEqualsIfExists` among them. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries(plain).flatMap(([name, { type, comparison, ...rest }]): (readonly [string, Operator])[] => {
    const operator = { type, comparison, negated: 'negated' in rest, ifExists: false };
    // Whether a key is there cannot be asked "if it is there".
    if (comparison === 'missing') return [[name, operator]];
    return [
      [name, operator],
      [`${name}IfExists`, { ...operator, ifExists: true }],
    ];
  }),
);
