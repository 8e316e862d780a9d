import { dataOf, isNothing, itemsOf, shown } from './fields.ts';
import { constraintMismatch } from './constraint-fits.ts';
import { patternOf } from './pattern.ts';
import type { Reading } from './reading.ts';
import { didYouMean } from './suggest.ts';
import type { ConstraintClause, ConstraintOperator } from './topology.ts';
import { validationOf } from './validation.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

/** What a definition demands of its values, which are made of the type `base`: `constraints` of 1.x, or `validation` of 2.0. */
export function demandsOf(
  reading: Reading,
  fields: ReadonlyMap<string, YamlEntry> | undefined,
  what: string,
  base: string,
): ConstraintClause[] {
  const validation = fields?.get('validation')?.value;
  return [
    ...constraintsOf(reading, fields?.get('constraints')?.value, what, base),
    ...(validation && !isNothing(validation) ? validationOf(reading, validation, what) : []),
  ];
}

const operators = new Set<string>([
  'equal',
  'greater_than',
  'greater_or_equal',
  'less_than',
  'less_or_equal',
  'in_range',
  'valid_values',
  'length',
  'min_length',
  'max_length',
  'pattern',
  'schema',
] satisfies ConstraintOperator[]);

/** §3.6.3: a list of `{ operator: argument }`. */
export function constraintsOf(
  reading: Reading,
  yaml: Yaml | undefined,
  what: string,
  base: string,
): ConstraintClause[] {
  const { report } = reading;
  if (yaml === undefined || isNothing(yaml)) return [];
  const items = yaml.is === 'map' ? [yaml] : itemsOf(report, yaml, `constraints of ${what}`);
  const clauses: ConstraintClause[] = [];
  for (const item of items) {
    if (item.is !== 'map') {
      report.error(item.at, 'bad-constraint', `A constraint is written "operator: value"; here stands ${shown(item)}`);
      continue;
    }
    for (const [operator, { value, at }] of item.entries) {
      if (isOperator(operator)) {
        const problem = argumentProblem(operator, value);
        const mismatch = problem === undefined ? constraintMismatch(operator, value, base) : undefined;
        if (mismatch) report.error(mismatch.yaml.at, 'bad-constraint', mismatch.message);
        else if (problem !== undefined) report.error(value.at, 'bad-constraint', problem);
        else if (operator === 'pattern' && isTooMuch(value)) {
          const message = `${shown(value)} has look-around or back-references, for which values are not checked here (1.3 §3.6.3); write a pattern without`;
          report.warn(value.at, 'unchecked-pattern', message);
        } else clauses.push({ operator, argument: dataOf(value) });
      } else
        report.error(at, 'unknown-constraint', `There is no constraint ${operator}${didYouMean(operator, operators)}`);
    }
  }
  return clauses;
}

function isOperator(name: string): name is ConstraintOperator {
  return operators.has(name);
}

/** What is wrong with the argument of a constraint, whatever the type of the property. */
function argumentProblem(operator: ConstraintOperator, argument: Yaml): string | undefined {
  switch (operator) {
    case 'in_range':
      return argument.is === 'list' && argument.items.length === 2
        ? undefined
        : 'in_range takes a list of two bounds, e.g. [ 1, 65535 ]';
    case 'valid_values':
      return argument.is === 'list' ? undefined : 'valid_values takes a list';
    case 'length':
    case 'min_length':
    case 'max_length':
      return argument.is === 'scalar' && Number.isInteger(Number(argument.text)) && Number(argument.text) >= 0
        ? undefined
        : `${operator} takes a whole number, not ${shown(argument)}`;
    case 'pattern':
      return argument.is === 'scalar' && (patternOf(argument.text) || isTooMuch(argument))
        ? undefined
        : `${shown(argument)} is not a regular expression that can be matched here; look whether all brackets are closed and it is not too long`;
    default:
      return undefined;
  }
}

/** Whether a pattern is right, but cannot be matched in time proportional to the text. */
function isTooMuch(yaml: Yaml): boolean {
  if (yaml.is !== 'scalar' || yaml.text.length > 2000 || patternOf(yaml.text)) return false;
  if (!/\(\?<?[=!]|\\[1-9]/.test(yaml.text)) return false;
  try {
    RegExp(yaml.text, 'u');
    return true;
  } catch {
    return false;
  }
}
