import {
  asValue,
  isSecretInput,
  type Capability,
  type Data,
  type Group,
  type Interface,
  type Operation,
  type Policy,
  type Requirement,
  type Value,
  type Workflow,
} from '@pileus/tosca';
import {
  graphFunctions,
  mapped,
  relations,
  type Expanded,
  type Graph,
  type Instance,
  type Relation,
} from './expand.ts';
import type { ScaleGroup } from './scale-groups.ts';
import { foretold, type Substituting } from './substitute.ts';
import { isRecord, textOf } from './written.ts';

/** One node with the template that stands in for it. */
export interface Inlined {
  /** The node itself, which nothing is made for. */
  readonly place: Instance;
  readonly nodes: Readonly<Record<string, Instance>>;
  readonly groups: Readonly<Record<string, Group>>;
  readonly policies: Readonly<Record<string, Policy>>;
  readonly workflows: Readonly<Record<string, Workflow>>;
  readonly scaling: readonly ScaleGroup[];
  /** The template's nodes that there is one of for each instance of the node. */
  readonly single: string[];
  /** What a relationship to the node leads to: the capability's own node inside, once all of it is there. */
  leadInside(relation: Relation): Requirement[];
}

/** Puts the instances of a template in the place of one that it stands in for. */
export class Inlining {
  readonly #outer: Graph;
  readonly #node: Instance;
  /** What stands before the names of the template's nodes, and of their instances. */
  readonly #prefix: string;
  readonly #before: string;
  readonly #inner: Substituting;
  /** By input: the path of the node's property that gives it. */
  readonly #given: ReadonlyMap<string, readonly string[]>;
  #names: ReadonlySet<string> = new Set();

  constructor(outer: Graph, node: Instance, prefix: string, inner: Substituting) {
    this.#outer = outer;
    this.#node = node;
    this.#prefix = prefix;
    this.#before = `${node.name}${prefix.slice(node.template.length)}`;
    this.#inner = inner;
    const { properties } = inner.topology.substitution;
    type Path = readonly [input: string, path: readonly string[]];
    const mappings = Object.entries(properties).map(([path, input]): Path => [input, path.split('.')]);
    // Without mappings, inputs get the properties that bear their names (1.0 §3.8.7).
    const named = Object.keys(inner.inputs).flatMap((name): Path[] =>
      name in node.properties ? [[name, [name]]] : [],
    );
    this.#given = new Map(mappings.length > 0 ? mappings : named);
  }

  inlined(
    inputs: Readonly<Record<string, Data>>,
    expand: (inputs: Readonly<Record<string, Data>>) => Expanded,
  ): Inlined {
    const { graph, scaling } = expand(this.#foretold(inputs));
    this.#names = new Set(Object.keys(graph.nodes));
    const met = this.#metRequirements(graph);
    const nodes = Object.fromEntries(
      Object.values(graph.nodes).map((one) => [this.#name(one.name), this.#instance(one, graph, met)]),
    );
    const counted = new Set(scaling.flatMap(({ members }) => members));
    const all = new Set(Object.values(graph.nodes).map(({ template }) => template));
    const inner = (name: string): string => `${this.#prefix}${name}`;
    return {
      place: this.#place(graph, met),
      nodes,
      groups: prefixed(graph.groups, inner, (one) => ({ ...one, members: one.members.map(inner) })),
      policies: prefixed(graph.policies, inner, (one) => ({
        ...one,
        properties: mapped(one.properties, (value) => this.#value(value)),
        targets: one.targets.map(inner),
      })),
      workflows: prefixed(graph.workflows, inner, (one) => this.#workflow(one, inner)),
      scaling: scaling.map((one) => ({ ...one, node: inner(one.node), members: one.members.map(inner) })),
      single: [...all].filter((name) => !counted.has(name)).map(inner),
      leadInside: (relation) => this.#leadInside(graph, relation),
    };
  }

  /** The template's inputs as far as they can be told before anything is made: counts may depend on them. */
  #foretold(inputs: Readonly<Record<string, Data>>): Record<string, Data> {
    const known: Record<string, Data> = {};
    for (const [name, input] of Object.entries(this.#inner.inputs)) {
      const path = this.#given.get(name);
      const value = path ? foretold(this.#outer, this.#node.name, path, inputs) : undefined;
      const settled = value ?? input.default;
      if (settled !== undefined) known[name] = settled;
    }
    return known;
  }

  #name(inner: string): string {
    return `${this.#before}${inner}`;
  }

  #instance(one: Instance, graph: Graph, met: readonly Met[]): Instance {
    const same = Object.values(graph.nodes).filter(({ template }) => template === one.template);
    const own = met.filter(({ node }) => node === one.name);
    const names = new Set(own.map(({ requirement }) => requirement));
    return {
      ...one,
      name: this.#name(one.name),
      template: `${this.#prefix}${one.template}`,
      index: this.#node.index * same.length + one.index,
      inside: `${this.#before}${one.inside ?? ''}`,
      properties: mapped(one.properties, (value) => this.#value(value)),
      attributes: mapped(one.attributes, (value) => this.#value(value)),
      capabilities: mapped(one.capabilities, (capability) => this.#capability(capability)),
      interfaces: mapped(one.interfaces, (of) => this.#interface(of)),
      ...(one.calls && { calls: mapped(one.calls, (workflow) => `${this.#prefix}${workflow}`) }),
      dangling: one.dangling.filter(({ name }) => !names.has(name)),
      requirements: relations([
        ...one.requirements.map((requirement) => this.#relation(requirement)),
        ...own.map(({ relation, requirement }) => this.#taken(one, relation, requirement)),
        // What the node waits for is waited for by all of it.
        ...this.#unmet(met).map(({ target }) => dependency(target, one)),
      ]),
    };
  }

  #relation(requirement: Relation): Requirement {
    return {
      ...requirement,
      target: this.#name(requirement.target),
      relationship: {
        ...requirement.relationship,
        properties: mapped(requirement.relationship.properties, (value) => this.#value(value)),
        attributes: mapped(requirement.relationship.attributes, (value) => this.#value(value)),
        interfaces: mapped(requirement.relationship.interfaces, (of) => this.#interface(of)),
      },
    };
  }

  /** What the node requires as a requirement of a node inside, with the relationship that one has for it. */
  #taken(one: Instance, relation: Relation, name: string): Requirement {
    const own = one.dangling.find((dangling) => dangling.name === name);
    return { ...relation, name, ...(own && { relationship: own.relationship }) };
  }

  /** Which of the node's requirements are those of nodes inside (2.0 §15.5). */
  #metRequirements(graph: Graph): Met[] {
    const { requirements } = this.#inner.topology.substitution;
    return [...new Set(this.#node.requirements.map(({ name }) => name))].flatMap((name) => {
      const mappings = requirements.filter((one) => one.name === name);
      const slots = mappings.flatMap(({ count, to }) =>
        Array<typeof to>(
          Math.min(count ?? (mappings.length === 1 ? Infinity : 1), this.#node.requirements.length),
        ).fill(to),
      );
      return this.#node.requirements
        .filter((one) => one.name === name)
        .flatMap((relation, index) =>
          (slots[index] ?? []).flatMap(({ node, requirement }) =>
            Object.values(graph.nodes)
              .filter(({ template }) => template === node && requirement !== undefined)
              .map((one): Met => ({ relation, node: one.name, requirement: requirement ?? '' })),
          ),
        );
    });
  }

  #unmet(met: readonly Met[]): Relation[] {
    return this.#node.requirements.filter((one) => !met.some(({ relation }) => relation === one));
  }

  /** The node without what would make it: it is there when all inside is, and its attributes are outputs. */
  #place(graph: Graph, met: readonly Met[]): Instance {
    const { substitution } = this.#inner.topology;
    const { attributes, capabilities } = this.#node;
    const outputs =
      Object.keys(substitution.attributes).length > 0 ? substitution.attributes : this.#namedOutputs(graph);
    const values: Record<string, Value> = { ...attributes };
    const inCapabilities: Record<string, Record<string, Value>> = {};
    for (const [path, output] of Object.entries(outputs)) {
      const value = graph.outputs[output]?.value;
      const [first = '', capability = '', attribute = ''] = path.split('.');
      if (!value) continue;
      if (first === 'CAPABILITY') (inCapabilities[capability] ??= {})[attribute] = this.#value(value);
      else values[first] = this.#value(value);
    }
    const calls = Object.entries(substitution.interfaces).flatMap(([name, operations]) =>
      Object.entries(operations).map(([operation, workflow]) => [`${name}.${operation}`, `${this.#prefix}${workflow}`]),
    );
    return {
      ...this.#node,
      elsewhere: 'substituted',
      directives: [],
      properties: this.#properties(),
      attributes: values,
      capabilities: mapped(capabilities, (one) => ({
        ...one,
        attributes: { ...this.#reflected(graph, one), ...one.attributes, ...inCapabilities[one.name] },
      })),
      interfaces: {},
      calls: Object.fromEntries(calls) as Record<string, string>,
      requirements: relations([
        ...this.#unmet(met),
        ...Object.values(graph.nodes).map((one) => dependency(this.#name(one.name), this.#node)),
      ]),
    };
  }

  /** 1.0 §3.8.7: outputs that bear the names of attributes. */
  #namedOutputs({ outputs }: Graph): Record<string, string> {
    const names = Object.keys(outputs).filter((name) => name in this.#node.schemas.attributes);
    return Object.fromEntries(names.map((name) => [name, name]));
  }

  /** Attributes of a capability are those of the one inside that it is. */
  #reflected(graph: Graph, { name }: Capability): Record<string, Value> {
    const [inside] = this.#capabilitiesInside(graph, name);
    const capability = inside && graph.nodes[inside.node]?.capabilities[inside.capability];
    if (!inside || !capability) return {};
    const { at } = this.#node;
    const literal = (value: string): Value => ({ is: 'literal', value, at });
    return Object.fromEntries(
      Object.keys({ ...capability.schemas.attributes, ...capability.attributes }).map((attribute): [string, Value] => [
        attribute,
        {
          is: 'call',
          name: 'get_attribute',
          arguments: [this.#name(inside.node), 'CAPABILITY', inside.capability, attribute].map(literal),
          at,
        },
      ]),
    );
  }

  #capabilitiesInside(graph: Graph, capability: string): { node: string; capability: string }[] {
    const inside = this.#inner.topology.substitution.capabilities[capability];
    if (!inside) return [];
    return Object.values(graph.nodes)
      .filter(({ template }) => template === inside.node)
      .map(({ name }) => ({ node: name, capability: inside.capability }));
  }

  #leadInside(graph: Graph, relation: Relation): Requirement[] {
    const inside = this.#capabilitiesInside(graph, relation.capability);
    if (inside.length === 0) return [relation];
    const isOne = ['tosca.relationships.HostedOn', 'tosca.relationships.AttachesTo'].some((type) =>
      relation.relationship.types.includes(type),
    );
    const targets = isOne ? inside.slice(0, 1) : inside;
    return [
      ...targets.map(({ node, capability }) => ({ ...relation, target: this.#name(node), capability })),
      dependency(this.#node.name, this.#node),
    ];
  }

  #capability(one: Capability): Capability {
    return {
      ...one,
      properties: mapped(one.properties, (value) => this.#value(value)),
      attributes: mapped(one.attributes, (value) => this.#value(value)),
    };
  }

  #interface(one: Interface): Interface {
    const operation = (given: Operation): Operation => ({
      ...given,
      inputs: mapped(given.inputs, (value) => this.#value(value)),
    });
    return {
      ...one,
      operations: mapped(one.operations, operation),
      ...(one.notifications && { notifications: mapped(one.notifications, operation) }),
    };
  }

  #value(value: Value): Value {
    switch (value.is) {
      case 'literal':
        return value;
      case 'list':
        return { ...value, items: value.items.map((item) => this.#value(item)) };
      case 'map':
        return { ...value, entries: mapped(value.entries, (entry) => this.#value(entry)) };
      case 'call': {
        const [first, ...rest] = value.arguments.map((argument) => this.#value(argument));
        if (!first) return value;
        const name = first.is === 'literal' ? String(first.value) : undefined;
        if (value.name === 'get_input' && name !== undefined) {
          const path = this.#given.get(name);
          const secret = this.#isSecret(name) ? sealed : (given: Value) => given;
          if (!path) return secret(asValue(inside(this.#inner.inputs[name]?.default ?? null, rest)));
          const steps = [this.#node.name, ...path].map((step): Value => ({ is: 'literal', value: step, at: value.at }));
          return secret({ ...value, name: 'get_property', arguments: [...steps, ...rest] });
        }
        const isNode = graphFunctions.has(value.name) && name !== undefined && this.#names.has(name);
        const renamed = isNode && first.is === 'literal' ? { ...first, value: this.#name(name) } : first;
        return { ...value, arguments: [renamed, ...rest] };
      }
    }
  }

  #isSecret(input: string): boolean {
    const definition = this.#inner.inputs[input];
    return definition !== undefined && isSecretInput(definition);
  }

  /** The node's own: one that gives a secret input is a secret wherever it is read. */
  #properties(): Record<string, Value> {
    const properties: Record<string, Value> = { ...this.#node.properties };
    for (const [input, [name = '', ...path]] of this.#given) {
      const value = properties[name];
      if (value && this.#isSecret(input)) properties[name] = sealedAt(value, path);
    }
    return properties;
  }

  /** A workflow as one of the main template: its steps act on the nodes inside. */
  #workflow(workflow: Workflow, inner: (name: string) => string): Workflow {
    const renamed = (step: Data): Data => {
      if (!isRecord(step)) return step;
      const activities = Array.isArray(step['activities']) ? (step['activities'] as readonly Data[]) : [];
      return {
        ...step,
        ...(typeof step['target'] === 'string' && { target: inner(step['target']) }),
        activities: activities.map((activity) => {
          const inline = isRecord(activity) ? activity['inline'] : undefined;
          if (typeof inline === 'string') return { inline: inner(inline) };
          return isRecord(inline) ? { inline: { ...inline, workflow: inner(textOf(inline['workflow'])) } } : activity;
        }),
      };
    };
    return { ...workflow, steps: mapped(workflow.steps, renamed) };
  }
}

/** A requirement of the node that is one of a node inside. */
interface Met {
  readonly relation: Relation;
  readonly node: string;
  readonly requirement: string;
}

/** That one node waits for another one. */
function dependency(target: string, { at, schemas }: Instance): Requirement {
  const none = {
    properties: {},
    attributes: {},
    interfaces: {},
    schemas: { ...schemas, properties: {}, attributes: {} },
  };
  const types = ['tosca.relationships.DependsOn', 'tosca.relationships.Root'];
  return {
    name: 'dependency',
    target,
    capability: 'feature',
    relationship: { type: 'tosca.relationships.DependsOn', types, ...none },
    at,
  };
}

function prefixed<T>(
  record: Readonly<Record<string, T>>,
  name: (name: string) => string,
  change: (one: T) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, one]) => [name(key), change(one)]));
}

function inside(data: Data, path: readonly Value[]): Data {
  let at: Data = data;
  for (const step of path) at = isRecord(at) && step.is === 'literal' ? (at[String(step.value)] ?? null) : null;
  return at;
}

const sealed = (value: Value): Value => ({ is: 'call', name: 'sealed', arguments: [value], at: value.at });

/** The same, with what a path into it leads to sealed; all of it where that is only known later. */
function sealedAt(value: Value, [step, ...rest]: readonly string[]): Value {
  if (step === undefined || value.is !== 'map') return sealed(value);
  const entry = value.entries[step];
  return entry ? { ...value, entries: { ...value.entries, [step]: sealedAt(entry, rest) } } : value;
}
