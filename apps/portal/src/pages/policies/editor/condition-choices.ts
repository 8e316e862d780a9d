import { operators, type KeyType } from '@pileus/policy';
import type { Words } from '../vocabulary.ts';
import type { ConditionForm, StatementForm, Value } from './policy-form.ts';

/** The operators that can ask about a key: those of its type, and whether it is there at all. */
export function operatorsFor(type: string | undefined): string[] {
  return [...operators].flatMap(([name, operator]) =>
    operator.type === undefined || operator.type === type ? [name] : [],
  );
}

/** What a key's values are; a member of a family (`tag/owner`) is of its family's type. */
export function typeOf(key: string, { keys }: Words): KeyType | undefined {
  const family = `${key.slice(0, key.indexOf('/'))}/*`;
  // The server declares types of the language; one of a newer language has no operators here.
  return keys.find(({ name }) => name === key || name === family)?.type as KeyType | undefined;
}

/** A condition to begin with that does not stand in the statement yet, or undefined when there is none left. */
export function nextCondition({ conditions }: StatementForm, words: Words): ConditionForm | undefined {
  for (const { name, type } of words.keys) {
    const operator = operatorsFor(type).find((one) => !isTaken(conditions, one, name));
    if (operator === undefined || conditions.some(({ key }) => key === name)) continue;
    return { operator, key: name, values: operator === 'Bool' ? [true] : [], isList: operator !== 'Bool' };
  }
  return undefined;
}

/** Whether a condition stands there already: a second of the same operator and key would take its place. */
export function isTaken(conditions: readonly ConditionForm[], operator: string, key: string): boolean {
  return conditions.some((one) => one.operator === operator && one.key === key);
}

/** Another key, with an operator that fits it and the values that still make sense. */
export function withKey(condition: ConditionForm, key: string, others: readonly ConditionForm[], words: Words) {
  const type = typeOf(key, words);
  const fitting = operatorsFor(type).filter((operator) => !isTaken(others, operator, key));
  const operator = fitting.includes(condition.operator) ? condition.operator : (fitting[0] ?? condition.operator);
  return { operator, key, ...(isTruth(operator) ? { values: [true], isList: false } : { values: [], isList: true }) };
}

export function withOperator(condition: ConditionForm, operator: string): ConditionForm {
  if (isTruth(operator) === isTruth(condition.operator)) return { ...condition, operator };
  return {
    ...condition,
    operator,
    ...(isTruth(operator) ? { values: [true], isList: false } : { values: [], isList: true }),
  };
}

/** Whether an operator asks for true or false. */
export function isTruth(operator: string): boolean {
  return operators.get(operator)?.type === 'boolean' || operator === 'Null';
}

/** Values as they are written in a field: what stood there stays as it was, numbers become numbers. */
export function valuesOf(texts: readonly string[], before: readonly Value[], type: KeyType | undefined): Value[] {
  return texts.map((text) => {
    const kept = before.find((value) => String(value) === text);
    if (kept !== undefined) return kept;
    const number = Number(text);
    return type === 'number' && text.trim() !== '' && Number.isFinite(number) ? number : text;
  });
}
