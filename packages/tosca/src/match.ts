import { numberIn, numberLike } from './allocation.ts';
import { checkValue } from './check-value.ts';
import { evaluate, type State } from './evaluate.ts';
import { guessedSchema } from './fits.ts';
import { listing } from './suggest.ts';
import { textOf } from './text.ts';
import type {
  Capability,
  ConstraintClause,
  DanglingRequirement,
  Data,
  Node,
  NodeFilter,
  Schemas,
  Topology,
  Value,
} from './topology.ts';

/** Why a node cannot be chosen: what it is, what it offers, what is asked of it, what is left of it, or what is not known yet. */
export interface Mismatch {
  readonly rule: 'directive' | 'node-type' | 'capability' | 'filter' | 'allocation' | 'not-known';
  /** A sentence about the node. */
  readonly reason: string;
}

export type Verdict = { readonly capability: string } | Mismatch;

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
    if (candidate === node) return [];
    const verdict = verdictOn(topology, node, dangling, candidate, state, true);
    return 'rule' in verdict ? [] : [{ node: candidate, capability: verdict.capability }];
  });
}

/** The capability by which a node of the topology can fulfil a requirement (2.0 §8.5), or why it cannot. */
export function verdictOn(
  topology: Topology,
  node: Node,
  dangling: DanglingRequirement,
  candidate: Node,
  state: State,
  isUnknownFine: boolean,
): Verdict {
  if (dangling.node !== undefined && !candidate.types.includes(dangling.node)) {
    return { rule: 'node-type', reason: `It is a ${candidate.type}, not a ${dangling.node}` };
  }
  const offered = Object.values(candidate.capabilities).filter(
    ({ name, types }) => name === dangling.capability || types.includes(dangling.capability),
  );
  let first: Mismatch | undefined;
  for (const capability of offered) {
    const wrong = mismatch(topology, node, dangling, candidate, capability, state, isUnknownFine);
    if (!wrong) return { capability: capability.name };
    first ??= wrong;
  }
  const has = Object.keys(candidate.capabilities);
  const reason = `It has no capability ${dangling.capability}${has.length > 0 ? `; it has ${listing(has)}` : ''}`;
  return first ?? { rule: 'capability', reason };
}

function mismatch(
  topology: Topology,
  node: Node,
  dangling: DanglingRequirement,
  candidate: Node,
  capability: Capability,
  state: State,
  isUnknownFine: boolean,
): Mismatch | undefined {
  const { filter, name, relationship, at } = dangling;
  const requirement = { name, relationship, at, target: candidate.name, capability: capability.name };
  const place = { topology, node: node.name, requirement };
  const broken =
    brokenCondition(filter, (condition) => evaluate(condition, place, state), isUnknownFine) ??
    brokenFilter(topology, filter, candidate, state);
  if (broken) return broken;
  for (const [property, wanted] of Object.entries(dangling.allocation ?? {})) {
    const amount = evaluate(wanted, place, state);
    const left = evaluate(available(candidate.name, capability.name, property, at), place, state);
    if (!amount.known || !left.known) {
      if (isUnknownFine) continue;
      return { rule: 'not-known', reason: `How much is left of ${property} is not known` };
    }
    const schema = capability.schemas.properties[property] ?? guessedSchema(left.value);
    const [needed, free] = [numberIn(amount.value, schema), numberIn(left.value, schema)];
    if (needed !== undefined && free !== undefined && needed <= free) continue;
    const shown = free === undefined ? 'nothing' : textOf(numberLike(free, left.value, schema));
    return { rule: 'allocation', reason: `${textOf(amount.value)} of ${property} is needed; ${shown} is left` };
  }
  return undefined;
}

/** `{ $available_allocation: [ node, CAPABILITY, capability, property ] }`. */
function available(node: string, capability: string, property: string, at: Value['at']): Value {
  const steps = [node, 'CAPABILITY', capability, property];
  return {
    is: 'call',
    name: 'available_allocation',
    arguments: steps.map((value) => ({ is: 'literal', value, at })),
    at,
  };
}

/** Why a node does not fulfil a filter, in which SELF is the node itself; undefined when it does, as far as that is known. */
export function filterProblem(
  topology: Topology,
  node: Node,
  filter: NodeFilter | undefined,
  state: State,
): string | undefined {
  const inNode = (condition: Value) => evaluate(condition, { topology, node: node.name }, state);
  return (brokenCondition(filter, inNode, true) ?? brokenFilter(topology, filter, node, state))?.reason;
}

/** The first condition of 2.0 that does not hold. */
export function brokenCondition(
  filter: NodeFilter | undefined,
  evaluated: (condition: Value) => ReturnType<typeof evaluate>,
  isUnknownFine: boolean,
): Mismatch | undefined {
  for (const condition of filter?.conditions ?? []) {
    const holds = evaluated(condition);
    const where = `the condition in ${condition.at.file} line ${condition.at.line}`;
    if (holds.known && holds.value !== true) return { rule: 'filter', reason: `It does not fulfil ${where}` };
    if (!holds.known && !isUnknownFine) {
      return { rule: 'not-known', reason: `Whether it fulfils ${where} depends on ${listing(holds.waitsFor)}` };
    }
  }
  return undefined;
}

/** The first property that does not fulfil a filter of 1.x. */
export function brokenFilter(
  topology: Topology,
  filter: NodeFilter | undefined,
  candidate: Node,
  state: State,
): Mismatch | undefined {
  if (!filter) return undefined;
  const inCandidate = (value: Value | undefined): Data | undefined => {
    const evaluated = value && evaluate(value, { topology, node: candidate.name }, state);
    return evaluated?.known ? evaluated.value : undefined;
  };
  const broken = unfulfilled(filter.properties, candidate.schemas, (one) => inCandidate(candidate.properties[one]));
  if (broken !== undefined) return { rule: 'filter', reason: broken };
  for (const [wanted, clauses] of Object.entries(filter.capabilities)) {
    const offered = Object.values(candidate.capabilities).filter(
      (one) => one.name === wanted || one.types.includes(wanted),
    );
    const all = offered.map((one) =>
      unfulfilled(clauses, one.schemas, (property) => inCandidate(one.properties[property])),
    );
    if (all.includes(undefined)) continue;
    return { rule: 'filter', reason: all[0] ?? `It has no capability ${wanted}` };
  }
  return undefined;
}

function unfulfilled(
  filter: Readonly<Record<string, readonly ConstraintClause[]>>,
  { properties }: Schemas,
  valueOf: (name: string) => Data | undefined,
): string | undefined {
  for (const [name, constraints] of Object.entries(filter)) {
    const data = valueOf(name);
    const schema = properties[name] ?? (data === undefined ? undefined : guessedSchema(data));
    if (!schema) return `It has no property ${name}`;
    if (data === undefined || (typeof data === 'object' && data !== null)) continue;
    let problem: string | undefined;
    checkValue(
      { is: 'literal', value: data, at: nowhere },
      { ...plain(schema), constraints },
      name,
      (_value, _rule, message) => (problem ??= message),
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The accessors of a schema as plain keys, which a spread would leave behind. */
function plain({ type, base, scalar, entry, key, fields }: ReturnType<typeof guessedSchema>) {
  return { type, base, scalar, entry, key, fields };
}

const nowhere = { file: '', line: 0, column: 0 };
