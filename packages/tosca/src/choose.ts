import { evaluate, type State } from './evaluate.ts';
import { asValue } from './fits.ts';
import type { Inventory, InventoryCapability, InventoryNode } from './inventory.ts';
import { brokenCondition, brokenFilter, verdictOn, type Mismatch, type Verdict } from './match.ts';
import { emptyRecord } from './record.ts';
import type { Capability, DanglingRequirement, Data, Node, Schemas, Topology, Value } from './topology.ts';

/** What an inventory offers, in the order of names, and why each other node is not among it. */
export interface Choice {
  readonly matches: readonly { readonly node: InventoryNode; readonly capability: string }[];
  readonly others: readonly ({ readonly node: InventoryNode } & Mismatch)[];
}

/**
 * The existing nodes that can fulfil a requirement a template leaves open: by node and capability type, by the filters of its
 * definition and assignment, and by what is left to allocate (2.0 §8.5, §8.6). A requirement that is to be met from within
 * (`directives: [ internal ]`) has none.
 */
export function chooseTarget(
  topology: Topology,
  node: Node,
  dangling: DanglingRequirement,
  inventory: Inventory,
  state: State,
): Choice {
  const { directives = [] } = dangling;
  const isOutside = directives.length === 0 || directives.includes('external');
  const inside: Mismatch = { rule: 'directive', reason: `${dangling.name} is to be met by a node of the template` };
  return chosen(topology, inventory, state, (candidate, all, known) =>
    isOutside ? verdictOn(all, node, dangling, candidate, known, false) : inside,
  );
}

/**
 * The existing nodes that a node with the directive `select` may stand for: of its type, and fulfilling its filter, in which
 * SELF is the existing node (2.0 §7.2.1, §8.6). `capability` is empty, for none is asked for.
 */
export function chooseNode(topology: Topology, node: Node, inventory: Inventory, state: State): Choice {
  return chosen(topology, inventory, state, (candidate, all, known): Verdict => {
    if (!candidate.types.includes(node.type)) {
      return { rule: 'node-type', reason: `It is a ${candidate.type}, not a ${node.type}` };
    }
    const inCandidate = (condition: Value) => evaluate(condition, { topology: all, node: candidate.name }, known);
    return (
      brokenCondition(node.filter, inCandidate, false) ??
      brokenFilter(all, node.filter, candidate, known) ?? { capability: '' }
    );
  });
}

function chosen(
  topology: Topology,
  inventory: Inventory,
  state: State,
  judge: (candidate: Node, topology: Topology, state: State) => Verdict,
): Choice {
  const matches: { node: InventoryNode; capability: string }[] = [];
  const others: ({ node: InventoryNode } & Mismatch)[] = [];
  for (const node of [...inventory.nodes()].toSorted(byName)) {
    // A name no node of a template can have, since it holds a line break.
    const candidate = asNode(node, `${node.name}\n`);
    const all = { ...topology, nodes: { ...topology.nodes, [candidate.name]: candidate } };
    const verdict = judge(candidate, all, stateWith(state, node, candidate.name));
    if ('rule' in verdict) others.push({ node, ...verdict, reason: verdict.reason.replaceAll('\n', '') });
    else matches.push({ node, capability: verdict.capability });
  }
  return { matches, others };
}

function byName(a: InventoryNode, b: InventoryNode): number {
  const [x, y] = [`${a.name}\n${a.id}`, `${b.name}\n${b.id}`];
  return x === y ? 0 : x < y ? -1 : 1;
}

/** What is known of the node that is looked at, and of all others what was known before. */
function stateWith(state: State, node: InventoryNode, name: string): State {
  return {
    ...state,
    attribute: (of, path, index) => (of === name ? undefined : state.attribute(of, path, index)),
    allocated: (of, capability, property) =>
      of === name
        ? (node.capabilities[capability]?.allocated?.[property] ?? [])
        : (state.allocated?.(of, capability, property) ?? []),
  };
}

const none: Schemas = { properties: emptyRecord(), attributes: emptyRecord() };

/** As if a template had made it, its attributes all set. */
function asNode({ types, properties, attributes, capabilities, schemas }: InventoryNode, name: string): Node {
  const all = emptyRecord<Capability>();
  for (const [of, capability] of Object.entries(capabilities)) all[of] = asCapability(of, capability);
  return {
    name,
    type: types[0] ?? '',
    types,
    metadata: emptyRecord(),
    directives: [],
    properties: asValues(properties),
    attributes: asValues(attributes),
    capabilities: all,
    requirements: [],
    dangling: [],
    interfaces: emptyRecord(),
    artifacts: emptyRecord(),
    schemas: schemas ?? none,
    at: { file: '', line: 0, column: 0 },
  };
}

function asCapability(name: string, { types, properties, attributes, schemas }: InventoryCapability): Capability {
  return {
    name,
    type: types[0] ?? '',
    types,
    properties: asValues(properties),
    attributes: asValues(attributes),
    schemas: schemas ?? none,
  };
}

function asValues(data: Readonly<Record<string, Data>>): Readonly<Record<string, Value>> {
  const values = emptyRecord<Value>();
  for (const [name, one] of Object.entries(data)) values[name] = asValue(one);
  return values;
}
