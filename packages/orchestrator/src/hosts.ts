import { hostsOf, type Operation } from '@pileus/tosca';
import type { Graph, Instance, Relation } from './expand.ts';

/** The server a node's scripts run on: itself, or the first one that it is hosted on, however far down. */
export function hostNamed(graph: Graph, node: Instance | string): string | undefined {
  return hostNames(graph).get(typeof node === 'string' ? node : node.name);
}

/** The server an operation runs on: where its implementation says (`operation_host`, 1.3 §3.6.17), else that of `side`. */
export function hostFor(
  graph: Graph,
  node: Instance,
  side: Instance | undefined,
  { implementation }: Operation,
  relation?: Relation,
): string | undefined {
  const of = placeNamed(graph, node, side, implementation?.host, relation);
  return of && hostNamed(graph, of);
}

function placeNamed(
  graph: Graph,
  node: Instance,
  side: Instance | undefined,
  host: string | undefined,
  relation: Relation | undefined,
): Instance | undefined {
  switch (host) {
    case undefined:
    case 'SELF':
    case 'HOST':
      return side;
    case 'SOURCE':
      return node;
    case 'TARGET':
      return relation && graph.nodes[relation.target];
    default:
      return graph.nodes[host];
  }
}

const hostMaps = new WeakMap<Graph, ReadonlyMap<string, string>>();

/** The server each node lives on, its own name for a server: worked out once per graph. */
function hostNames(graph: Graph): ReadonlyMap<string, string> {
  const held = hostMaps.get(graph);
  if (held) return held;
  const names = new Map<string, string>();
  for (const node of Object.values(graph.nodes)) {
    // What a graph of instances leads to are instances.
    const host = [node, ...(hostsOf(graph, node) as Instance[])].find(
      ({ types, elsewhere }) => types.includes('tosca.nodes.Compute') && elsewhere !== 'substituted',
    );
    if (host) names.set(node.name, host.name);
  }
  hostMaps.set(graph, names);
  return names;
}

/** What lives on a server, itself among it. */
export function hostedOn(graph: Graph, server: string): string[] {
  return [...hostNames(graph)].filter(([, host]) => host === server).map(([node]) => node);
}
