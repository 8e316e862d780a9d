import { because, Failure } from '@pileus/model';
import type { Data, Group, Policy, ServiceTemplate, Workflow } from '@pileus/tosca';
import { expandTopology, relations, type Expanded, type Instance } from './expand.ts';
import type { Counts, ScaleGroup } from './scale-groups.ts';
import { Inlining, type Inlined } from './inline.ts';
import { meetWithin } from './select.ts';
import { substituteFor, type Substituting } from './substitute.ts';

/**
 * Makes the instances of a template's nodes (see {@link expandTopology}). A node that another template of the package stands
 * in for (2.0 chapter 15) stays as the place that holds it together, and that template's instances are among the others,
 * named `node.inner`; what is counted in it is counted as `node.inner` too, once for each instance of the node.
 */
export function expand(
  template: ServiceTemplate,
  inputs: Readonly<Record<string, Data>>,
  counts: Counts = {},
  depth = 0,
): Expanded {
  const chosen = new Map<string, Substituting>();
  for (const node of Object.values(template.topology.nodes)) {
    const substitute = substituteFor(template, node, inputs).chosen;
    if (substitute) chosen.set(node.name, substitute);
  }
  if (chosen.size === 0) return meetWithin(expandTopology(template.topology, inputs, counts), inputs);
  if (depth > deepest) {
    const reason = because('endless-substitution', { nodes: [...chosen.keys()].join(', ') });
    throw new Failure('invalid', { what: because('the-template'), reason });
  }
  const inside = new Map([...chosen.keys()].map((name) => [name, prefixOf(name, template)]));
  const isInside = (counted: string): boolean => [...inside.values()].some((prefix) => counted.startsWith(prefix));
  const own = Object.fromEntries(Object.entries(counts).filter(([name]) => !isInside(name)));
  const outer = expandTopology(template.topology, inputs, own);
  const inlined = Object.values(outer.graph.nodes).flatMap((node): Inlined[] => {
    const substitute = chosen.get(node.template);
    if (!substitute) return [];
    const prefix = inside.get(node.template) ?? '';
    const within = Object.entries(counts).filter(([name]) => name.startsWith(prefix));
    const innerCounts = Object.fromEntries(within.map(([name, count]) => [name.slice(prefix.length), count]));
    const whole = { ...substitute, substitutes: substitute.substitutes ?? template.substitutes };
    return [
      new Inlining(outer.graph, node, prefix, whole).inlined(inputs, (given) =>
        expand(whole, given, innerCounts, depth + 1),
      ),
    ];
  });
  return meetWithin(joined(outer, inlined), inputs);
}

/** Deeper than templates are meant to stand in for nodes of each other. */
const deepest = 10;

function prefixOf(name: string, { topology }: ServiceTemplate): string {
  const taken = Object.keys(topology.nodes);
  const separator = ['.', '..', '--'].find((one) => !taken.some((other) => other.startsWith(`${name}${one}`)));
  return `${name}${separator ?? '---'}`;
}

function joined({ graph, scaling }: Expanded, inlined: readonly Inlined[]): Expanded {
  const nodes: Record<string, Instance> = { ...graph.nodes };
  const groups: Record<string, Group> = { ...graph.groups };
  const policies: Record<string, Policy> = { ...graph.policies };
  const workflows: Record<string, Workflow> = { ...graph.workflows };
  const extra: ScaleGroup[] = [];
  const members = new Map<string, string[]>();
  for (const one of inlined) {
    Object.assign(nodes, one.nodes);
    nodes[one.place.name] = one.place;
    // All instances of a node have the same inside, so that of the first one says it for all.
    if (members.has(one.place.template)) continue;
    Object.assign(groups, one.groups);
    Object.assign(policies, one.policies);
    Object.assign(workflows, one.workflows);
    extra.push(...one.scaling);
    members.set(one.place.template, one.single);
  }
  for (const [name, node] of Object.entries(nodes)) {
    if (!node.requirements.some(({ target }) => nodes[target]?.elsewhere === 'substituted')) continue;
    const leading = node.requirements.flatMap((one) => {
      const place = inlined.find(({ place: of }) => of.name === one.target);
      return place && !place.nodes[name] ? place.leadInside(one) : [one];
    });
    nodes[name] = { ...node, requirements: relations(leading) };
  }
  const wider = scaling.map((group) => ({
    ...group,
    members: [...group.members, ...group.members.flatMap((member) => members.get(member) ?? [])],
  }));
  return { graph: { ...graph, nodes, groups, policies, workflows }, scaling: [...wider, ...extra] };
}
