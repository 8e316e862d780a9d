import { checkValue } from './check-value.ts';
import { isNothing, textsOf } from './fields.ts';
import { positionOf } from './names-given.ts';
import type { Reading } from './reading.ts';
import { hintAt } from './suggest.ts';
import type { FieldSchema, Value } from './topology.ts';
import { readValue } from './value.ts';
import type { Yaml } from './yaml-tree.ts';

export const placeDirectives = ['internal', 'external'];

/** 2.0 §7.2.1 and §8.5.2 name the directives there are; 1.x leaves them to whoever reads them. */
export function directivesOf(
  reading: Reading,
  yaml: Yaml | undefined,
  known: readonly string[],
  what: string,
): string[] {
  const { report, unit } = reading;
  const directives = textsOf(report, yaml, 'directives');
  for (const [index, name] of directives.entries()) {
    if (!unit.isTwo || known.includes(name) || !yaml) continue;
    const message = `There is no directive ${name} for ${what}${hintAt(name, known, 'there are')}`;
    report.error(positionOf(yaml, index, yaml.at), 'unknown-directive', message);
  }
  // What a processor does without a directive.
  return directives.filter((name) => name !== 'create');
}

const wholeNumber: FieldSchema = {
  type: 'integer',
  base: 'integer',
  constraints: [{ operator: 'greater_or_equal', argument: 0 }],
  required: true,
};

/** 2.0 chapter 14: how many of something there are to be; mostly an input says it. */
export function countOf(reading: Reading, yaml: Yaml | undefined, what: string): Value | undefined {
  if (!yaml || isNothing(yaml)) return undefined;
  const count = readValue(reading, yaml, wholeNumber);
  checkValue(count, wholeNumber, what, (wrong, rule, message) => reading.report.error(wrong.at, rule, message));
  return count;
}
