import { dataProblem, type ConstraintOperator, type Data } from '@pileus/tosca';
import type { Instance } from './expand.ts';
import { isHole } from './plan.ts';
import { valueOf, type Setting } from './values.ts';
import { isRecord, written } from './written.ts';

/** Whether all conditions of a workflow hold, with the node as SELF: clauses of 1.3 (§3.6.25), expressions of 2.0. */
export function hold(setting: Setting, conditions: readonly Data[], node: Instance | undefined): boolean {
  return conditions.every((one) => holds(setting, one, node));
}

function holds(setting: Setting, condition: Data, node: Instance | undefined): boolean {
  if (!isRecord(condition)) return condition === true;
  return Object.entries(condition).every(([key, given]) => {
    const all: readonly Data[] = Array.isArray(given) ? (given as readonly Data[]) : [given]; // isArray forgets readonly arrays.
    switch (key) {
      case 'and':
      case 'assert':
        return hold(setting, all, node);
      case 'or':
        return all.some((one) => holds(setting, one, node));
      case 'not':
        return !hold(setting, all, node);
      default:
        return key.startsWith('$')
          ? valueOf(setting, written({ [key]: given }), node) === true
          : fulfils(setting, key, all, node);
    }
  });
}

/** `attribute: [ constraints ]` */
function fulfils(
  setting: Setting,
  attribute: string,
  constraints: readonly Data[],
  node: Instance | undefined,
): boolean {
  const { open } = setting.secrets;
  const found = valueOf(setting, written({ get_attribute: ['SELF', ...attribute.split('.')] }), node);
  if (isHole(found)) return false;
  const value = open(found);
  const clauses = open(constraints).flatMap((one) =>
    isRecord(one)
      ? Object.entries(one).map(([operator, argument]) => ({ operator: operator as ConstraintOperator, argument }))
      : [{ operator: 'equal' as const, argument: one }],
  );
  const type = typeof value === 'number' ? 'float' : typeof value === 'boolean' ? 'boolean' : 'string';
  return dataProblem(value, { type, base: type, constraints: clauses }, attribute) === undefined;
}
