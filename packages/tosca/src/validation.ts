import { dataOf, isNothing } from './fields.ts';
import { callIn } from './call-in.ts';
import { conditionOf } from './condition.ts';
import { patternOf } from './pattern.ts';
import type { Reading } from './reading.ts';
import type { ConstraintClause, ConstraintOperator, Data } from './topology.ts';
import type { Yaml } from './yaml-tree.ts';

/**
 * A validation clause of 2.0 (§9.11). What 1.x can say too (`{ $greater_or_equal: [ $value, 1 ] }`) becomes the same clause, so
 * that forms know it; all else stays an expression.
 */
export function validationOf(reading: Reading, yaml: Yaml, what: string): ConstraintClause[] {
  if (isNothing(yaml) || !conditionOf(reading, yaml, `the validation of ${what}`)) return [];
  return clausesOf(dataOf(yaml));
}

function clausesOf(data: Data): ConstraintClause[] {
  const call = callIn(data);
  if (!call) return [{ operator: 'validation', argument: data }];
  const [name, given] = call;
  if (name === '$and') return given.flatMap(clausesOf);
  const operator = operators.get(name);
  const [subject, argument = null] = given;
  const isLength = lengthOperators.get(name);
  if (operator && given.length === 2 && isValue(subject) && isPlain(argument)) {
    if (operator !== 'pattern' || isWholePattern(argument)) return [{ operator, argument }];
  }
  const inner = subject === undefined ? undefined : callIn(subject);
  if (isLength && inner?.[0] === '$length' && isValue(inner[1][0]) && typeof argument === 'number') {
    return [{ operator: isLength, argument }];
  }
  return [{ operator: 'validation', argument: data }];
}

const operators = new Map<string, ConstraintOperator>([
  ['$equal', 'equal'],
  ['$greater_than', 'greater_than'],
  ['$greater_or_equal', 'greater_or_equal'],
  ['$less_than', 'less_than'],
  ['$less_or_equal', 'less_or_equal'],
  ['$valid_values', 'valid_values'],
  ['$matches', 'pattern'],
]);
const lengthOperators = new Map<string, ConstraintOperator>([
  ['$equal', 'length'],
  ['$greater_or_equal', 'min_length'],
  ['$less_or_equal', 'max_length'],
]);

/** A pattern of 1.x matches the whole text, one of 2.0 only where it says so. */
function isWholePattern(data: Data): boolean {
  return typeof data === 'string' && /^\^[^|]*\$$/.test(data) && patternOf(data) !== undefined;
}

function isValue(data: Data | undefined): boolean {
  const call = data === undefined ? undefined : callIn(data);
  return call?.[0] === '$value' && call[1].length === 0;
}

function isPlain(data: Data): boolean {
  if (callIn(data)) return false;
  return typeof data !== 'object' || data === null || Object.values(data).every(isPlain);
}
