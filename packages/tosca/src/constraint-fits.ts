import { comparable } from './comparable.ts';
import { dataOf, shown, versionText } from './fields.ts';
import { primitiveTypes } from './primitive-types.ts';
import { withArticle } from './text.ts';
import type { ConstraintOperator } from './topology.ts';
import type { Yaml } from './yaml-tree.ts';

const primitive = new Set<string>(primitiveTypes);

/** 1.3 §3.6.3.1: types whose values have an order. */
const ordered = primitiveTypes.filter((name) => !['boolean', 'null', 'range', 'list', 'map'].includes(name));
const withLength = ['string', 'list', 'map'];

const typesOf: Readonly<Partial<Record<ConstraintOperator, readonly string[]>>> = {
  greater_than: ordered,
  greater_or_equal: ordered,
  less_than: ordered,
  less_or_equal: ordered,
  in_range: [...ordered, 'range'],
  length: withLength,
  min_length: withLength,
  max_length: withLength,
  pattern: ['string'],
};

/** Why a constraint of 1.x says nothing about values of a primitive type, and where (1.3 §3.6.3.1). */
export function constraintMismatch(
  operator: ConstraintOperator,
  argument: Yaml,
  base: string,
): { yaml: Yaml; message: string } | undefined {
  if (!primitive.has(base)) return undefined;
  if (typesOf[operator] && !typesOf[operator].includes(base)) {
    const message = `${operator} is no constraint of ${withArticle(base)} (1.3 §3.6.3.1); take it out, or give the definition another type`;
    return { yaml: argument, message };
  }
  const wrong = operandsOf(operator, argument).find((one) => !isOf(base, one, operator === 'in_range'));
  if (!wrong) return undefined;
  return { yaml: wrong, message: `${operator} compares with values of the type ${base}; ${shown(wrong)} is none` };
}

/** What values are compared with. */
function operandsOf(operator: ConstraintOperator, argument: Yaml): readonly Yaml[] {
  switch (operator) {
    case 'in_range':
    case 'valid_values':
      return argument.is === 'list' ? argument.items : [];
    case 'equal':
    case 'greater_than':
    case 'greater_or_equal':
    case 'less_than':
    case 'less_or_equal':
      return [argument];
    default:
      return [];
  }
}

/** Numbers and booleans are taken in quotes too, and what has no order as it is. */
function isOf(base: string, yaml: Yaml, isBound: boolean): boolean {
  if (base === 'list' || base === 'map' || base === 'null' || base === 'range') return true;
  if (yaml.is !== 'scalar') return false;
  const { text } = yaml;
  if (base === 'string' || (isBound && text === 'UNBOUNDED')) return true;
  if (base === 'boolean') return /^(?:true|false|yes|no|on|off)$/i.test(text);
  if (base === 'version') return versionText.test(text);
  const order = comparable(dataOf(yaml), { base, scalar: undefined });
  return typeof order === 'number' && !Number.isNaN(order);
}
