import { because, problemAt, type Problem } from '@pileus/model';
import { evaluate, type Data, type Node, type Requirement, type Topology, type Value } from '@pileus/tosca';
import { planInvalid } from './plan-invalid.ts';

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

/** How many there are to be of the template's nodes, where somebody has said so. */
export type Counts = Readonly<Record<string, number>>;

interface Range {
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** The groups of a template, each as large as is asked for, else as the template says. Throws `invalid` for counts that cannot be. */
export function scaleGroups(topology: Topology, inputs: Readonly<Record<string, Data>>, counts: Counts): ScaleGroup[] {
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

/** Relationships that tie a node to one other node. */
export const relationTypes = {
  hosted: 'tosca.relationships.HostedOn',
  bound: 'tosca.relationships.network.BindsTo',
  attached: 'tosca.relationships.AttachesTo',
  points: 'pileus.relationships.PointsTo',
} as const;

export const isOf = ({ relationship }: Requirement, ...types: string[]): boolean =>
  types.some((type) => relationship.types.includes(type));
