import { inUnits, scalarUnit, amountOf } from './scalar-unit.ts';
import type { Data, DataSchema, Node, Requirement, Topology, Value } from './topology.ts';

/** Evaluates a value at a node, or in one of its relationships; undefined while it is not known. */
type Known = (value: Value, node: string, requirement?: Requirement) => Data | undefined;

/**
 * 2.0 §8.5.5: what the relationships of a topology take up of a property of a capability, in the property's base unit. Undefined
 * while some of it is not known.
 */
export function allocatedWithin(
  topology: Topology,
  target: string,
  capability: string,
  property: string,
  schema: DataSchema | undefined,
  known: Known,
): number | undefined {
  let sum = 0;
  for (const node of Object.values(topology.nodes)) {
    for (const requirement of node.requirements) {
      const value = requirement.allocation?.[property];
      if (!value || requirement.target !== target || requirement.capability !== capability) continue;
      const amount = numberIn(known(value, node.name, requirement) ?? null, schema);
      const times = timesOf(node, requirement, known);
      if (amount === undefined || times === undefined) return undefined;
      sum += amount * times;
    }
  }
  return sum;
}

/** How many relationships a requirement makes, over all nodes that its node's template makes. */
function timesOf(node: Node, requirement: Requirement, known: Known): number | undefined {
  const nodes = node.count ? known(node.count, node.name) : 1;
  const relationships = requirement.count ? known(requirement.count, node.name, requirement) : 1;
  return typeof nodes === 'number' && typeof relationships === 'number' ? nodes * relationships : undefined;
}

/** 2.0 §8.5.5: whether there can be amounts of a property. */
export function isCountable({ base }: DataSchema): boolean {
  return /^(?:integer|float|any|scalar)/.test(base);
}

/** A number, or a scalar in its base unit. */
export function numberIn(data: Data, schema: DataSchema | undefined): number | undefined {
  if (typeof data === 'number') return data;
  if (typeof data !== 'string') return undefined;
  if (schema?.scalar) return inUnits(schema.scalar, data)?.value;
  return schema?.base.startsWith('scalar-unit') ? scalarUnit(schema.base, data) : amountOf(data)?.value;
}

/** A number of the base unit, written as `like` is. */
export function numberLike(number: number, like: Data, schema: DataSchema | undefined): Data {
  if (typeof like !== 'string') return number;
  if (schema?.scalar) return `${number} ${schema.scalar.canonical}`;
  const amount = amountOf(like);
  return amount ? `${number / amount.factor} ${amount.unit}` : number;
}
