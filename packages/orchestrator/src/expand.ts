import type { ManagedKind } from '@pileus/model';
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
import { isOf, relationTypes, scaleGroups, type Counts, type ScaleGroup } from './scale-groups.ts';

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

export interface Expanded {
  readonly graph: Graph;
  readonly scaling: readonly ScaleGroup[];
}

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

export function mapped<T, U>(
  record: Readonly<Record<string, T>>,
  change: (one: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, change(one, name)]));
}

function inputsOf(interfaces: Readonly<Record<string, Interface>>): Readonly<Record<string, Value>>[] {
  return Object.values(interfaces).flatMap(({ operations, notifications }) =>
    [...Object.values(operations), ...Object.values(notifications ?? {})].map(({ inputs }) => inputs),
  );
}
