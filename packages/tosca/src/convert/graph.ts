import type { Position } from '../position.ts';
import type { TemplateProblem } from '../problem.ts';
import { reach, type Place } from '../reach.ts';
import type {
  ConstraintClause,
  DataSchema,
  Interface,
  Node,
  NodeFilter,
  Relationship,
  ServiceTemplate,
  Substitution,
  Topology,
  Value,
} from '../topology.ts';

/** What a template means, without where it is written and how its version spells it: to compare two that mean the same. */
export function graphOf(template: ServiceTemplate): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const { inputs, topology } = template;
  const outside = { topology };
  return {
    inputs: mapped(inputs, (input) => ({ ...schemaOf(input), required: input.required, usual: input.default })),
    nodes: mapped(topology.nodes, (node) => nodeOf(topology, node)),
    outputs: mapped(topology.outputs, ({ value }) => valueOf(value, outside)),
    groups: mapped(topology.groups, ({ type, members, properties }) => ({
      type,
      members,
      properties: valuesOf(properties, outside),
    })),
    policies: mapped(topology.policies, ({ type, targets, properties, triggers }) => ({
      type,
      targets,
      properties: valuesOf(properties, outside),
      triggers: Object.keys(triggers).toSorted(),
    })),
    workflows: mapped(topology.workflows, ({ inputs: given, preconditions, steps }) => ({
      inputs: mapped(given, schemaOf),
      isConditional: preconditions.length > 0,
      steps: mapped(steps, (step) => pick(step, ['target', 'target_relationship'])),
    })),
    substitution: { of: substitutionOf(topology.substitution) },
  };
}

/** What of two templates that should mean the same does not, each told at its place in the first. */
export function differences(before: ServiceTemplate, after: ServiceTemplate, entry: string): TemplateProblem[] {
  const [was, is] = [graphOf(before), graphOf(after)];
  return Object.entries(was).flatMap(([section, parts]) =>
    [...new Set([...Object.keys(parts), ...Object.keys(is[section] ?? {})])].flatMap((name) => {
      const way = differenceOf(parts[name], is[section]?.[name]);
      if (way === undefined) return [];
      const reason = before.toscaVersion.includes('1_3') ? '' : ', whose Simple Profile has the types of 1.3';
      const message = `${[section, name, ...way].join('.')} would mean something else in 2.0${reason}; write it in other words, or convert the rest without it`;
      const { file, line, column } = placeOf(before, section, name) ?? { file: entry, line: 1, column: 1 };
      return { file, line, column, severity: 'error', rule: 'not-convertible', message } as const;
    }),
  );
}

function placeOf({ topology }: ServiceTemplate, section: string, name: string): Position | undefined {
  switch (section) {
    case 'nodes':
    case 'outputs':
    case 'groups':
    case 'policies':
    case 'workflows':
      return topology[section][name]?.at;
    case 'substitution':
      return topology.substitution?.at;
    default:
      return undefined;
  }
}

/** The keys that lead to what is not the same; undefined when all is. */
function differenceOf(one: unknown, other: unknown): string[] | undefined {
  if (Object.is(one, other)) return undefined;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return [];
  const [left, right] = [Object.entries(one), new Map(Object.entries(other))];
  for (const [key, value] of left) {
    const way = differenceOf(value, right.get(key));
    if (way) return [key, ...way];
    right.delete(key);
  }
  const [more] = [...right].filter(([, value]) => value !== undefined);
  return more ? [more[0]] : undefined;
}

function nodeOf(topology: Topology, node: Node) {
  const place = { topology, node: node.name };
  return {
    type: node.type,
    directives: node.directives.map((directive) => oldDirectives.get(directive) ?? directive),
    properties: valuesOf(node.properties, place),
    attributes: valuesOf(node.attributes, place),
    capabilities: mapped(node.capabilities, ({ type, properties, attributes }) => ({
      type: container(type),
      properties: valuesOf(properties, place),
      attributes: valuesOf(attributes, place),
    })),
    requirements: node.requirements.map((requirement) => ({
      name: requirement.name,
      target: requirement.target,
      capability: requirement.capability,
      relationship: relationshipOf(requirement.relationship, { ...place, requirement }),
    })),
    dangling: node.dangling.map(({ name, node: type, capability, relationship, filter }) => ({
      name,
      type,
      capability: container(capability),
      relationship: relationshipOf(relationship, place),
      isFiltered: isFiltering(filter),
    })),
    interfaces: interfacesOf(node.interfaces, place),
    artifacts: mapped(node.artifacts, ({ type, file, deployPath, repository }) => ({
      type,
      file,
      deployPath,
      repository: repository?.url,
    })),
    isFiltered: isFiltering(node.filter),
  };
}

/** 2.0 §7.2.1 has one word for each. */
const oldDirectives = new Map([
  ['selectable', 'select'],
  ['substitutable', 'substitute'],
]);

/** They stand for one another, as they change places between 1.2 and 1.3. */
function container(type: string): string {
  return type === 'tosca.capabilities.Container' ? 'tosca.capabilities.Compute' : type;
}

function relationshipOf({ name, type, properties, attributes, interfaces }: Relationship, place: Place) {
  return {
    name,
    type,
    properties: valuesOf(properties, place),
    attributes: valuesOf(attributes, place),
    interfaces: interfacesOf(interfaces, place),
  };
}

function isFiltering(filter: NodeFilter | undefined): boolean {
  if (!filter) return false;
  const clauses = [filter.properties, ...Object.values(filter.capabilities)].flatMap((one) =>
    Object.values(one).flat(),
  );
  return clauses.length > 0 || (filter.conditions ?? []).length > 0;
}

function interfacesOf(interfaces: Readonly<Record<string, Interface>>, place: Place) {
  return mapped(interfaces, ({ type, operations, notifications }) => ({
    type,
    operations: operationsOf(operations, place),
    notifications: operationsOf(notifications ?? {}, place),
  }));
}

function operationsOf(operations: Interface['operations'], place: Place) {
  return mapped(operations, ({ implementation, inputs, outputs }) => ({
    primary: implementation?.primary.file,
    dependencies: implementation?.dependencies.map(({ file }) => file),
    timeoutSeconds: implementation?.timeoutSeconds,
    host: implementation?.host,
    inputs: valuesOf(inputs, place),
    outputs: mapped(outputs, ({ entity, path }) => [entity, ...path.filter((step) => step !== 'CAPABILITY')]),
  }));
}

function substitutionOf(substitution: Substitution | undefined) {
  if (!substitution) return undefined;
  const { node, capabilities, requirements, attributes, interfaces } = substitution;
  return { node, capabilities, requirements, attributes, interfaces };
}

/** A range is a list of two whole numbers in 2.0. */
function schemaOf({ base, entry, key, constraints }: DataSchema): Readonly<Record<string, unknown>> {
  if (base === 'range') return { base: 'list', entry: { base: 'integer', constraints: [] } };
  const isPair = base === 'list' && constraints.some(({ operator }) => operator === 'validation');
  return {
    // 2.0 (§9.1.2.1, §9.1.2.3) knows fewer ways to write times and versions, which mean the same.
    base: base.replace(/^(timestamp|version)-.*/, '$1'),
    entry: entry && schemaOf(entry),
    key: key && schemaOf(key),
    constraints: isPair ? undefined : constraints.flatMap(demandsOf),
  };
}

function demandsOf({ operator, argument }: ConstraintClause): string[] {
  if (operator === 'in_range' && Array.isArray(argument)) {
    const [least, most]: readonly unknown[] = argument;
    return [
      ...(least === 'UNBOUNDED' ? [] : [`greater_or_equal ${JSON.stringify(least)}`]),
      ...(most === 'UNBOUNDED' ? [] : [`less_or_equal ${JSON.stringify(most)}`]),
    ];
  }
  if (operator === 'pattern' && typeof argument === 'string') return [`pattern ${inner(argument)}`];
  if (operator === 'validation' && typeof argument === 'object' && argument !== null && '$matches' in argument) {
    const [, pattern] = argument['$matches'] as readonly unknown[]; // What validates is read with two arguments.
    return [`pattern ${inner(String(pattern))}`];
  }
  return [`${operator} ${JSON.stringify(argument)}`];
}

/** A pattern of 2.0 says itself that it is about the whole text. */
function inner(pattern: string): string {
  return /^\^\(\?:(.*)\)\$$/.exec(pattern)?.[1] ?? pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
}

function valuesOf(values: Readonly<Record<string, Value>>, place: Place) {
  return mapped(values, (value) => valueOf(value, place));
}

function valueOf(value: Value, place: Place): unknown {
  switch (value.is) {
    case 'literal':
      return value.value;
    case 'list':
      return value.items.map((item) => valueOf(item, place));
    case 'map':
      return mapped(value.entries, (entry) => valueOf(entry, place));
    case 'call': {
      const given = value.arguments.map((argument) => valueOf(argument, place));
      const isPath = value.name === 'get_property' || value.name === 'get_attribute';
      return { [value.name]: isPath && given.every(isText) ? goalOf(value.name, given, place) : given };
    }
  }
}

function isText(given: unknown): given is string {
  return typeof given === 'string';
}

/** What a path leads to, whichever way. */
function goalOf(name: 'get_property' | 'get_attribute', path: readonly string[], place: Place): unknown {
  const reached = reach(place, path, name === 'get_property' ? 'property' : 'attribute');
  switch (reached.is) {
    case 'found': {
      const { node, capability, requirement } = reached.holder;
      return [node.name, capability ?? null, requirement?.name ?? null, reached.name, ...reached.rest];
    }
    case 'open':
      return [reached.node, reached.requirement, path.at(-1)];
    case 'wrong':
      return plainSteps(path);
  }
}

/** A path over something that is still to be matched, without the steps that only 2.0 writes. */
function plainSteps([entity = '', ...rest]: readonly string[]): readonly string[] {
  const [first = '', ...more] =
    entity === 'SELF' && (rest[0] === 'TARGET' || rest[0] === 'SOURCE') ? rest : [entity, ...rest];
  return [first, ...more.filter((step) => !/^(?:CAPABILITY|RELATIONSHIP|TARGET)$/.test(step))];
}

function pick(data: unknown, keys: readonly string[]): unknown {
  const map = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>; // Not a list: a step.
  return Object.fromEntries(keys.map((key) => [key, map[key]]));
}

function mapped<T>(record: Readonly<Record<string, T>>, make: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record)
      .map(([key, value]) => [key, make(value)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
