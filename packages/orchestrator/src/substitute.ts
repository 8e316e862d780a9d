import {
  evaluate,
  filterProblem,
  type Data,
  type Node,
  type ServiceTemplate,
  type Substitution,
  type Topology,
} from '@pileus/tosca';

/** A template that can stand in for nodes. */
export interface Substituting extends ServiceTemplate {
  readonly topology: Topology & { readonly substitution: Substitution };
}

/** The template of the package that stands in for a node, and why each other one does not. */
export interface Substitute {
  readonly chosen?: Substituting | undefined;
  readonly others: readonly { readonly template: string; readonly reason: string }[];
}

/** Whether a node asks to be realised by another template (2.0 §15, 1.3 §3.8.3). */
export function asksForSubstitute({ directives }: Pick<Node, 'directives'>): boolean {
  return directives.some((directive) => directive.startsWith('substitut'));
}

/**
 * Finds who stands in for a node: the first template of the package made for its type (or one derived from it) whose filter
 * the node fulfils. Asked for by directive, and for nodes that nothing of their own would come of.
 */
export function substituteFor(
  { topology, substitutes = [] }: ServiceTemplate,
  node: Node,
  inputs: Readonly<Record<string, Data>>,
): Substitute {
  if (substitutes.length === 0) return { others: [] };
  if (!asksForSubstitute(node) && (node.directives.length > 0 || isConcrete(node))) return { others: [] };
  const others: { template: string; reason: string }[] = [];
  for (const one of substitutes) {
    const { substitution } = one.topology;
    if (!isSubstituting(one) || !substitution) continue;
    const reason = substitution.types.includes(node.type)
      ? filterProblem(topology, node, substitution.filter, { inputs, attribute: () => undefined })
      : `It stands in for ${substitution.node}, not for ${node.type}`;
    if (reason === undefined) return { chosen: one, others };
    others.push({ template: one.name ?? substitution.at.file, reason });
  }
  return { others };
}

function isSubstituting(template: ServiceTemplate): template is Substituting {
  return template.topology.substitution !== undefined;
}

/** Types that something is made of at a cloud. */
const real = /^(?:pileus\.nodes\.|tosca\.nodes\.(?:Compute|network\.|BlockStorage|Storage\.))/;

function isConcrete({ types, interfaces }: Node): boolean {
  const operations = Object.values(interfaces).flatMap((one) => Object.values(one.operations));
  return types.some((type) => real.test(type)) || operations.some(({ implementation }) => implementation !== undefined);
}

/** A property of a node that can be told before anything is made; undefined for others. */
export function foretold(
  topology: Topology,
  node: string,
  path: readonly string[],
  inputs: Readonly<Record<string, Data>>,
): Data | undefined {
  const at = topology.nodes[node]?.at ?? { file: '', line: 0, column: 0 };
  const literals = [node, ...path].map((value) => ({ is: 'literal' as const, value, at }));
  const call = { is: 'call' as const, name: 'get_property' as const, arguments: literals, at };
  const result = evaluate(call, { topology, node }, { inputs, attribute: () => undefined });
  return result.known && result.value !== null ? result.value : undefined;
}
