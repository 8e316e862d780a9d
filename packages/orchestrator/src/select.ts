import type { Problem } from '@pileus/model';
import {
  asValue,
  chooseNode,
  chooseTarget,
  matchesWithin,
  type Data,
  type DanglingRequirement,
  type Inventory,
  type Value,
} from '@pileus/tosca';
import type { Existing } from './existing.ts';
import { mapped, relations, type Expanded, type Instance } from './expand.ts';
import type { Choice, Choices } from './plan.ts';

/** The node that is used for one of a template, and why it is this one. */
export interface Selected extends Existing {
  /** The capability that a requirement leads to; empty for a node that was to be selected as such. */
  readonly capability: string;
  /** The requirement that it fulfils, for one that the template leaves open. */
  readonly meets?: { readonly node: string; readonly requirement: string } | undefined;
  readonly others: readonly { readonly name: string; readonly reason: string }[];
}

/** Whether a node is one that exists already (`select` of 2.0 §7.2.1, `selectable` of 1.2). */
export function asksToSelect({ directives }: Pick<Instance, 'directives'>): boolean {
  return directives.some((directive) => directive.startsWith('select'));
}

/** What is to be found among what there is, for an instance or for a requirement that it leaves open. */
interface Sought {
  readonly key: string;
  readonly node: Instance;
  readonly dangling?: DanglingRequirement | undefined;
}

function soughtIn({ graph }: Expanded): Sought[] {
  return Object.values(graph.nodes).flatMap((node): Sought[] => {
    if (asksToSelect(node)) return [{ key: node.name, node }];
    return node.dangling
      .filter(({ optional }) => !optional)
      .map((dangling) => ({ key: `${node.name}.${dangling.name}`, node, dangling }));
  });
}

/** The types that something is sought of. */
export function typesSought(expanded: Expanded): string[] {
  return soughtIn(expanded).flatMap(({ node, dangling }) =>
    dangling ? [dangling.node ?? dangling.capability] : [node.type],
  );
}

/** Leads requirements that are left open to nodes of the template that can fulfil them (2.0 §8.5: from within first). */
export function meetWithin(expanded: Expanded, inputs: Readonly<Record<string, Data>>): Expanded {
  const { graph } = expanded;
  const state = { inputs, attribute: () => undefined };
  const changed: Record<string, Instance> = {};
  for (const node of Object.values(graph.nodes)) {
    if (!node.dangling.some(({ optional }) => !optional)) continue;
    const met = node.dangling.flatMap((dangling) => {
      const [first] = dangling.optional ? [] : matchesWithin(graph, node, dangling, state);
      return first ? [{ dangling, first }] : [];
    });
    if (met.length === 0) continue;
    const more = met.map(({ dangling: { name, relationship, filter, at }, first: { node: to, capability } }) => ({
      name,
      target: to.name,
      capability,
      relationship,
      filter,
      at,
    }));
    const dangling = node.dangling.filter((one) => !met.some((done) => done.dangling === one));
    changed[node.name] = { ...node, dangling, requirements: relations([...node.requirements, ...more]) };
  }
  if (Object.keys(changed).length === 0) return expanded;
  return { ...expanded, graph: { ...graph, nodes: { ...graph.nodes, ...changed } } };
}

/**
 * Chooses from what there is, for every node that is to be selected and every requirement that nothing in the template
 * fulfils. What was chosen before stays chosen while it can be; without an inventory nothing else can be.
 */
export function select(
  expanded: Expanded,
  inputs: Readonly<Record<string, Data>>,
  existing: readonly Existing[] | undefined,
  before: Choices,
): { choices: Choices; problems: Problem[] } {
  const choices: Record<string, Choice> = {};
  const problems: Problem[] = [];
  const state = { inputs, attribute: () => undefined };
  const inventory: Inventory = { nodes: () => existing ?? [] };
  const byId = new Map(existing?.map((one) => [one.id, one]));
  for (const { key, node, dangling } of soughtIn(expanded)) {
    const earlier = before[key];
    const asked = JSON.stringify(
      dangling ? [dangling.name, dangling.capability, dangling.filter] : [node.type, node.filter],
    );
    if (!existing) {
      if (earlier?.selected) choices[key] = earlier;
      continue;
    }
    const name = nameAskedFor(node, dangling);
    const { matches, others } = dangling
      ? chooseTarget(expanded.graph, node, dangling, inventory, state)
      : chooseNode(expanded.graph, node, inventory, state);
    const named = name === undefined ? matches : matches.filter((one) => one.node.name === name);
    const chosen = named.find((one) => one.node.id === earlier?.selected?.id) ?? named[0];
    const found = chosen && byId.get(chosen.node.id);
    const losers = [
      ...matches.flatMap((one) =>
        one === chosen ? [] : [{ name: shown(byId.get(one.node.id)), reason: reasonFor(one.node.name, name) }],
      ),
      ...others.map((one) => ({ name: shown(byId.get(one.node.id)), reason: one.reason })),
    ].slice(0, mostReasons);
    if (!found) {
      problems.push({ at: `/nodes/${node.name}`, message: nothingFor(node, dangling, losers) });
      continue;
    }
    const meets = dangling && { node: node.name, requirement: dangling.name };
    const { schemas: _, ...rest } = found;
    choices[key] = { asked, selected: { ...rest, capability: chosen.capability, meets, others: losers } };
  }
  return { choices, problems };
}

/** Reasons are for people. */
const mostReasons = 20;

/** A property `name` of a node that is to be selected says which one. */
function nameAskedFor(node: Instance, dangling: DanglingRequirement | undefined): string | undefined {
  const value = dangling ? undefined : node.properties['name'];
  return value?.is === 'literal' && typeof value.value === 'string' && value.value !== '' ? value.value : undefined;
}

const reasonFor = (name: string, asked: string | undefined): string =>
  asked === undefined || asked === name ? 'Another one was chosen first' : `Its name is ${name}, not ${asked}`;

const shown = (one: Existing | undefined): string =>
  one?.from ? `${one.name} of ${one.from.name}` : (one?.name ?? '');

function nothingFor(
  { name, type }: Instance,
  dangling: DanglingRequirement | undefined,
  others: readonly { readonly name: string; readonly reason: string }[],
): string {
  const what = dangling
    ? `The requirement ${dangling.name} of ${name} leads to no node, and nothing there is fulfils it`
    : `There is no ${type} that ${name} could be`;
  const near = others.filter(({ reason }) => !reason.startsWith('It is a '));
  const said = near.slice(0, 5).map((one) => `${one.name}: ${one.reason}`);
  return said.length > 0 ? `${what}. ${said.join('; ')}` : `${what}; nothing of the kind is running in this account`;
}

/** The graph with what was chosen in it: nodes that are there already, which nothing is made for. */
export function withSelected(expanded: Expanded, choices: Choices): Expanded {
  const chosen = Object.entries(choices).flatMap(([key, { selected }]) => (selected ? [{ key, selected }] : []));
  if (chosen.length === 0) return expanded;
  const nodes: Record<string, Instance> = { ...expanded.graph.nodes };
  for (const { key, selected } of chosen) {
    const source = selected.meets && nodes[selected.meets.node];
    const at = source?.at ?? nodes[key]?.at ?? { file: '', line: 0, column: 0 };
    if (selected.meets) {
      const open = source?.dangling.find(({ name }) => name === selected.meets?.requirement);
      if (!source || !open) continue;
      const { name, relationship, filter } = open;
      const more = { name, target: key, capability: selected.capability, relationship, filter, at };
      nodes[source.name] = {
        ...source,
        dangling: source.dangling.filter((one) => one !== open),
        requirements: relations([...source.requirements, more]),
      };
    } else if (!nodes[key]) continue;
    nodes[key] = asInstance(key, selected, nodes[key], at);
  }
  return { ...expanded, graph: { ...expanded.graph, nodes } };
}

function asInstance(name: string, selected: Selected, node: Instance | undefined, at: Value['at']): Instance {
  const none = { properties: {}, attributes: {} };
  const values = (data: Readonly<Record<string, Data>>) => mapped(data, asValue);
  return {
    description: node?.description,
    metadata: {},
    artifacts: {},
    type: selected.types[0] ?? '',
    types: selected.types,
    schemas: node?.schemas ?? none,
    template: node?.template ?? name,
    index: node?.index ?? 0,
    at,
    name,
    elsewhere: 'selected',
    refs: selected.refs,
    directives: [],
    properties: { ...node?.properties, ...values(selected.properties) },
    attributes: values(selected.attributes),
    capabilities: Object.fromEntries(
      Object.entries(selected.capabilities).map(([of, { types, properties, attributes }]) => [
        of,
        {
          name: of,
          type: types[0] ?? '',
          types,
          properties: values(properties),
          attributes: values(attributes),
          schemas: node?.capabilities[of]?.schemas ?? none,
        },
      ]),
    ),
    requirements: [],
    dangling: [],
    interfaces: {},
  };
}
