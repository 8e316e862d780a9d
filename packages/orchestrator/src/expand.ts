import { because, problemAt, type ManagedKind, type Problem } from '@pileus/model';
import { planInvalid } from './plan-invalid.ts';
import {
  evaluate,
  type Capability,
  type Data,
  type Interface,
  type Node,
  type Operation,
  type Relationship,
  type Requirement,
  type Topology,
  type Value,
} from '@pileus/tosca';

/** A node of a running deployment: one of those that a node of the template stands for. */
export interface Instance extends Node {
  /** The template's node it was made of. */
  readonly template: string;
  /** Which one of them, counted from 0. */
  readonly index: number;
  readonly requirements: readonly Relation[];
  /** Nothing is made for it: other nodes stand for it, or it exists already. */
  readonly elsewhere?: 'substituted' | 'selected' | undefined;
  /** What of it there is at the cloud, for one that exists already. */
  readonly refs?: Readonly<Partial<Record<ManagedKind, string>>> | undefined;
  /** What stands before the names of the nodes of the template it is from, when that is not the main one. */
  readonly inside?: string | undefined;
  /** By `interface.operation`, the workflow that does it for a substituted node. */
  readonly calls?: Readonly<Record<string, string>> | undefined;
}

/** A relationship of one instance to another one. */
export interface Relation extends Requirement {
  /** Tells it from the others of its source, also when some of them come or go. */
  readonly id: string;
}

/** A topology whose nodes are instances: what counts and indexes say is worked out. */
export interface Graph extends Topology {
  readonly nodes: Readonly<Record<string, Instance>>;
}

/** Nodes of the template that there can be several of, all of them equally many. */
export interface ScaleGroup {
  /** The node that is counted, as it is called in the template. */
  readonly node: string;
  readonly count: number;
  readonly min: number;
  /** Absent where the template sets no limit. */
  readonly max?: number | undefined;
  /** Names of the template's nodes that come and go with it, itself among them. */
  readonly members: readonly string[];
}

export interface Expanded {
  readonly graph: Graph;
  readonly scaling: readonly ScaleGroup[];
}

/** How many there are to be of the template's nodes, where somebody has said so. */
export type Counts = Readonly<Record<string, number>>;

/**
 * Makes the instances of a template's nodes: as many as `counts` says, else as the template does (`count` of 2.0, chapter
 * 14; `default_instances` of a Scalable capability, Simple Profile 1.3, 5.5.12; a scaling policy). What is hosted on a
 * counted node, bound to it or attached to nothing else comes once with each of them; a relationship into such a set
 * from outside leads to every one of them. Throws `invalid` for counts that cannot be.
 */
export function expandTopology(
  topology: Topology,
  inputs: Readonly<Record<string, Data>>,
  counts: Counts = {},
): Expanded {
  const groups = scaleGroups(topology, inputs, counts);
  const groupOf = new Map(groups.flatMap((group) => group.members.map((member) => [member, group] as const)));
  const names = namesOf(topology, groupOf);
  const shared = { topology, inputs, groupOf, names, own: new Map<Node, boolean>() };
  const nodes: Record<string, Instance> = {};
  for (const node of Object.values(topology.nodes)) {
    for (const [index, name] of (names.get(node.name) ?? []).entries()) {
      nodes[name] =
        groups.length === 0
          ? { ...node, template: node.name, index, requirements: relations(node.requirements) }
          : new Expansion({ ...shared, template: node.name, index }).instance(node, name);
    }
  }
  const outside = new Expansion({ ...shared, template: undefined, index: 0 });
  const outputs = Object.fromEntries(
    Object.entries(topology.outputs).map(([name, output]) => [name, { ...output, value: outside.value(output.value) }]),
  );
  return { graph: { ...topology, nodes, outputs }, scaling: groups };
}

const relationTypes = {
  hosted: 'tosca.relationships.HostedOn',
  bound: 'tosca.relationships.network.BindsTo',
  attached: 'tosca.relationships.AttachesTo',
  points: 'pileus.relationships.PointsTo',
} as const;

const isOf = ({ relationship }: Requirement, ...types: string[]): boolean =>
  types.some((type) => relationship.types.includes(type));

interface Range {
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

function scaleGroups(topology: Topology, inputs: Readonly<Record<string, Data>>, counts: Counts): ScaleGroup[] {
  const problems: Problem[] = [];
  const ranges = new Map<string, Range>();
  for (const node of Object.values(topology.nodes)) {
    const range = rangeOf(topology, node, inputs, problems);
    if (range) ranges.set(node.name, range);
  }
  const together = scaledTogether(topology, ranges);
  const leaders = [...ranges.keys()].filter((name) => (together.get(name) ?? name) === name);
  const groups = leaders.map((leader): ScaleGroup => {
    const roots = [...ranges.keys()].filter((name) => (together.get(name) ?? name) === leader);
    const members = membersOf(topology, roots, ranges);
    const { min, max, count } = ranges.get(leader) ?? { min: 1, max: 1, count: 1 };
    const wanted = members.map((member) => counts[member]).find((one) => one !== undefined);
    if (wanted !== undefined && (!Number.isInteger(wanted) || wanted < min || wanted > max)) {
      const facts = { min, node: leader, wanted };
      const reason = max === Infinity ? because('count-least', facts) : because('count-range', { ...facts, max });
      problems.push(problemAt(`/counts/${leader}`, reason));
    }
    return { node: leader, count: wanted ?? count, min, ...(max !== Infinity && { max }), members };
  });
  const scaled = new Set(groups.flatMap(({ members }) => members));
  for (const name of Object.keys(counts)) {
    if (scaled.has(name) || counts[name] === 1) continue;
    const which = topology.nodes[name] ? 'not-counted' : 'no-node-counted';
    const known = leaders.join(', ');
    const reason = known === '' ? because(`${which}-none`, { node: name }) : because(which, { node: name, known });
    problems.push(problemAt(`/counts/${name}`, reason));
  }
  if (problems.length > 0) throw planInvalid(problems);
  return groups;
}

/** How many of a node there may be; undefined for a node that is not counted. */
function rangeOf(
  topology: Topology,
  node: Node,
  inputs: Readonly<Record<string, Data>>,
  problems: Problem[],
): Range | undefined {
  const number = (value: Value | undefined): number | undefined => {
    if (!value) return undefined;
    const result = evaluate(value, { topology, node: node.name }, { inputs, attribute: () => undefined });
    return result.known && result.value !== null ? Number(result.value) : undefined;
  };
  if (node.count) {
    const count = number(node.count);
    if (count !== undefined && Number.isInteger(count) && count >= 0) return { min: 0, max: Infinity, count };
    problems.push(problemAt(`/nodes/${node.name}`, because('count-whole', { node: node.name })));
    return undefined;
  }
  const scalable = Object.values(node.capabilities).find(({ types }) => types.includes('tosca.capabilities.Scalable'));
  const policy = Object.values(topology.policies).find(
    ({ types, targets }) =>
      types.includes('tosca.policies.Scaling') &&
      targets.some((target) => target === node.name || topology.groups[target]?.members.includes(node.name)),
  );
  const read = (name: string) => number(policy?.properties[name]) ?? number(scalable?.properties[name]);
  const min = read('min_instances') ?? 1;
  const initial = read('default_instances');
  const max = Math.max(read('max_instances') ?? 1, initial ?? min);
  return max > 1 ? { min, max, count: initial ?? min } : undefined;
}

/** By node, the first node of the group that a scaling policy scales as one. */
function scaledTogether(topology: Topology, ranges: ReadonlyMap<string, Range>): Map<string, string> {
  const leaders = new Map<string, string>();
  for (const { types, targets } of Object.values(topology.policies)) {
    if (!types.includes('tosca.policies.Scaling')) continue;
    for (const target of targets) {
      const members = (topology.groups[target]?.members ?? []).filter((name) => ranges.has(name));
      for (const member of members) if (!leaders.has(member)) leaders.set(member, members[0] ?? member);
    }
  }
  return leaders;
}

/** Counted nodes with what belongs to each one of them. A node with a count of its own keeps to that. */
function membersOf(topology: Topology, roots: readonly string[], ranges: ReadonlyMap<string, Range>): string[] {
  const members = new Set(roots);
  const nodes = Object.values(topology.nodes);
  const attachedBy = new Map<string, string[]>();
  for (const node of nodes) {
    for (const one of node.requirements) {
      if (isOf(one, relationTypes.attached))
        attachedBy.set(one.target, [...(attachedBy.get(one.target) ?? []), node.name]);
    }
  }
  for (let before = 0; before !== members.size;) {
    before = members.size;
    for (const node of nodes) {
      if (members.has(node.name) || ranges.has(node.name)) continue;
      const { hosted, bound, points } = relationTypes;
      const belongs = node.requirements.some((one) => isOf(one, hosted, bound, points) && members.has(one.target));
      const users = attachedBy.get(node.name) ?? [];
      if (belongs || (users.length > 0 && users.every((user) => members.has(user)))) members.add(node.name);
    }
  }
  return [...members];
}

/** The instances' names: a node that is not counted keeps its own. */
function namesOf(topology: Topology, groupOf: ReadonlyMap<string, ScaleGroup>): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  const taken = new Set(Object.keys(topology.nodes));
  for (const name of Object.keys(topology.nodes)) {
    const group = groupOf.get(name);
    if (!group) names.set(name, [name]);
    else {
      const separator = ['-', '.', '--'].find((one) => !taken.has(`${name}${one}1`)) ?? '---';
      names.set(
        name,
        Array.from({ length: group.count }, (_, index) => `${name}${separator}${index + 1}`),
      );
    }
  }
  return names;
}

/** Requirements with what tells them apart. */
export function relations(requirements: readonly Requirement[]): Relation[] {
  const seen = new Map<string, number>();
  return requirements.map((requirement) => {
    const plain = `${requirement.name}.${requirement.target}`;
    const number = (seen.get(plain) ?? 0) + 1;
    seen.set(plain, number);
    return { ...requirement, id: number === 1 ? plain : `${plain}.${number}` };
  });
}

/** Functions whose first argument may name a node. */
export const graphFunctions: ReadonlySet<string> = new Set([
  'get_property',
  'get_attribute',
  'get_operation_output',
  'get_artifact',
]);

/** Rewrites what one instance says about nodes of the template so that it speaks of instances. */
class Expansion {
  readonly topology: Topology;
  readonly inputs: Readonly<Record<string, Data>>;
  readonly groupOf: ReadonlyMap<string, ScaleGroup>;
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** The template's node it is made of; undefined outside all nodes. */
  readonly template: string | undefined;
  readonly index: number;
  /** By node of the template, whether its instances differ; worked out once for all of them. */
  readonly own: Map<Node, boolean>;

  constructor(given: Pick<Expansion, 'topology' | 'inputs' | 'groupOf' | 'names' | 'template' | 'index' | 'own'>) {
    this.topology = given.topology;
    this.inputs = given.inputs;
    this.groupOf = given.groupOf;
    this.names = given.names;
    this.template = given.template;
    this.index = given.index;
    this.own = given.own;
  }

  instance(node: Node, name: string): Instance {
    const { properties, attributes, capabilities, interfaces, requirements } = node;
    const made = { ...node, name, template: node.name, index: this.index };
    if (!this.#isOwn(node)) {
      const targets = requirements.flatMap((one) =>
        this.#targets(one, this.names.get(one.target) ?? []).map((target) => ({ ...one, target })),
      );
      return { ...made, requirements: relations(targets) };
    }
    return {
      ...made,
      properties: this.#values(properties),
      attributes: this.#values(attributes),
      capabilities: mapped(capabilities, (one): Capability => ({
        ...one,
        properties: this.#values(one.properties),
        attributes: this.#values(one.attributes),
      })),
      interfaces: mapped(interfaces, (one) => this.#interface(one)),
      requirements: relations(requirements.flatMap((one) => this.#requirement(one))),
    };
  }

  value(value: Value): Value {
    switch (value.is) {
      case 'literal':
        return value;
      case 'list':
        return { ...value, items: value.items.map((item) => this.value(item)) };
      case 'map':
        return { ...value, entries: this.#values(value.entries) };
      case 'call': {
        if (value.name === 'node_index') return { is: 'literal', value: this.index, at: value.at };
        const given = value.arguments.map((argument) => this.value(argument));
        const call = { ...value, arguments: given };
        const [first, second, ...rest] = given;
        const group =
          graphFunctions.has(value.name) && first?.is === 'literal' ? this.groupOf.get(String(first.value)) : undefined;
        if (!group || first?.is !== 'literal') return call;
        const names = this.names.get(String(first.value)) ?? [];
        const of = (name: string, ...path: readonly Value[]): Value => ({
          ...call,
          arguments: [{ ...first, value: name }, ...path],
        });
        const path = second ? [second, ...rest] : [];
        if (second?.is === 'literal' && /^\d+$/.test(String(second.value))) {
          return of(names[Number(second.value)] ?? String(first.value), ...rest);
        }
        const isOwn = this.template !== undefined && group.members.includes(this.template);
        if (isOwn) return of(names[this.index] ?? String(first.value), ...path);
        if (value.name === 'get_property') return of(names[0] ?? String(first.value), ...path);
        const each = second?.is === 'literal' && second.value === 'ALL' ? rest : path;
        return { is: 'list', items: names.map((name) => of(name, ...each)), at: value.at };
      }
    }
  }

  #values(values: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
    return mapped(values, (value) => this.value(value));
  }

  /** Whether anything in it is different from instance to instance; what is not is shared by all of them. */
  #isOwn(node: Node): boolean {
    const known = this.own.get(node);
    if (known !== undefined) return known;
    const parts = [
      node.properties,
      node.attributes,
      ...Object.values(node.capabilities).flatMap(({ properties, attributes }) => [properties, attributes]),
      ...inputsOf(node.interfaces),
      ...node.requirements.flatMap(({ relationship: { properties, attributes, interfaces } }) => [
        properties,
        attributes,
        ...inputsOf(interfaces),
      ]),
    ];
    const isOwn = parts.some((values) => Object.values(values).some((value) => this.#isCounted(value)));
    this.own.set(node, isOwn);
    return isOwn;
  }

  /** Whether a value speaks of its own index or of nodes that there are several of. */
  #isCounted(value: Value): boolean {
    switch (value.is) {
      case 'literal':
        return false;
      case 'list':
        return value.items.some((item) => this.#isCounted(item));
      case 'map':
        return Object.values(value.entries).some((one) => this.#isCounted(one));
      case 'call': {
        const [first] = value.arguments;
        const isGraph = graphFunctions.has(value.name) && first?.is === 'literal';
        if (value.name === 'node_index' || (isGraph && this.groupOf.has(String(first.value)))) return true;
        return value.arguments.some((argument) => this.#isCounted(argument));
      }
    }
  }

  #interface(one: Interface): Interface {
    const operation = (given: Operation): Operation => ({ ...given, inputs: this.#values(given.inputs) });
    return {
      ...one,
      operations: mapped(one.operations, operation),
      ...(one.notifications && { notifications: mapped(one.notifications, operation) }),
    };
  }

  /** One relationship for each instance that the requirement leads to. */
  #requirement(requirement: Requirement): Requirement[] {
    const names = this.names.get(requirement.target) ?? [];
    const relationship: Relationship = {
      ...requirement.relationship,
      properties: this.#values(requirement.relationship.properties),
      attributes: this.#values(requirement.relationship.attributes),
      interfaces: mapped(requirement.relationship.interfaces, (one) => this.#interface(one)),
    };
    return this.#targets(requirement, names).map((target) => ({ ...requirement, target, relationship }));
  }

  #targets(requirement: Requirement, names: readonly string[]): readonly string[] {
    const group = this.groupOf.get(requirement.target);
    if (!group) return names;
    const index = this.#number(requirement.index);
    if (index !== undefined) return names.slice(index, index + 1);
    const isOwn = this.template !== undefined && group.members.includes(this.template);
    if (isOwn) return names.slice(this.index, this.index + 1);
    const { hosted, bound, attached } = relationTypes;
    if (isOf(requirement, hosted, bound, attached)) {
      const one = names[this.index % Math.max(1, names.length)];
      return one === undefined ? [] : [one];
    }
    return names.slice(0, this.#number(requirement.count) ?? names.length);
  }

  #number(value: Value | undefined): number | undefined {
    if (!value) return undefined;
    const place = { topology: this.topology, node: this.template, index: this.index };
    const result = evaluate(this.value(value), place, { inputs: this.inputs, attribute: () => undefined });
    return result.known && result.value !== null && Number.isInteger(Number(result.value))
      ? Number(result.value)
      : undefined;
  }
}

export function mapped<T, U>(record: Readonly<Record<string, T>>, change: (one: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, change(one)]));
}

function inputsOf(interfaces: Readonly<Record<string, Interface>>): Readonly<Record<string, Value>>[] {
  return Object.values(interfaces).flatMap(({ operations, notifications }) =>
    [...Object.values(operations), ...Object.values(notifications ?? {})].map(({ inputs }) => inputs),
  );
}
