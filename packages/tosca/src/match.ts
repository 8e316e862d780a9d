import { checkValue } from './check-value.ts';
import { evaluate, type State } from './evaluate.ts';
import type { ConstraintClause, DanglingRequirement, Data, Node, Schemas, Topology, Value } from './topology.ts';

/**
 * The nodes of a template that can fulfil a requirement it leaves open, each with the capability that does: by the types asked
 * for and by the filter (1.3 §3.6.5, 2.0 §8.6). What only a deployment knows counts as fulfilled. A requirement that is to be
 * met from outside (`directives: [ external ]`) has none.
 */
export function matchesWithin(
  topology: Topology,
  node: Node,
  dangling: DanglingRequirement,
  state: State,
): { readonly node: Node; readonly capability: string }[] {
  const { directives = [] } = dangling;
  if (directives.length > 0 && !directives.includes('internal')) return [];
  return Object.values(topology.nodes).flatMap((candidate) => {
    if (candidate === node || (dangling.node !== undefined && !candidate.types.includes(dangling.node))) return [];
    const capability = Object.values(candidate.capabilities).find(
      ({ name, types }) => name === dangling.capability || types.includes(dangling.capability),
    );
    if (!capability || !passes(topology, node, dangling, candidate, capability.name, state)) return [];
    return [{ node: candidate, capability: capability.name }];
  });
}

function passes(
  topology: Topology,
  node: Node,
  dangling: DanglingRequirement,
  candidate: Node,
  capability: string,
  state: State,
): boolean {
  const { filter, name, relationship, at } = dangling;
  if (!filter) return true;
  const requirement = { name, relationship, at, target: candidate.name, capability };
  const place = { topology, node: node.name, requirement };
  for (const condition of filter.conditions ?? []) {
    const holds = evaluate(condition, place, state);
    if (holds.known && holds.value !== true) return false;
  }
  const inCandidate = (value: Value | undefined): Data | undefined => {
    const evaluated = value && evaluate(value, { topology, node: candidate.name }, state);
    return evaluated?.known ? evaluated.value : undefined;
  };
  if (!fulfils(filter.properties, candidate.schemas, (one) => inCandidate(candidate.properties[one]))) return false;
  return Object.entries(filter.capabilities).every(([wanted, clauses]) => {
    const offered = Object.values(candidate.capabilities).filter(
      (one) => one.name === wanted || one.types.includes(wanted),
    );
    return offered.some((one) => fulfils(clauses, one.schemas, (property) => inCandidate(one.properties[property])));
  });
}

function fulfils(
  filter: Readonly<Record<string, readonly ConstraintClause[]>>,
  { properties }: Schemas,
  valueOf: (name: string) => Data | undefined,
): boolean {
  return Object.entries(filter).every(([name, constraints]) => {
    const schema = properties[name];
    const data = valueOf(name);
    if (!schema) return false;
    if (data === undefined || (typeof data === 'object' && data !== null)) return true;
    let isFine = true;
    checkValue(
      { is: 'literal', value: data, at: nowhere },
      { ...plain(schema), constraints },
      name,
      () => (isFine = false),
    );
    return isFine;
  });
}

/** The accessors of a schema as plain keys, which a spread would leave behind. */
function plain({ type, base, scalar, entry, key, fields }: Schemas['properties'][string]) {
  return { type, base, scalar, entry, key, fields };
}

const nowhere = { file: '', line: 0, column: 0 };
