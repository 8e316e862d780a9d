import type { Graph, Instance } from './expand.ts';
import { hostOf } from './structure.ts';

/** The server a node lives on. */
export function hostNamed(graph: Graph, node: Instance): string | undefined {
  return hostNames(graph).get(node.name);
}

const hostMaps = new WeakMap<Graph, ReadonlyMap<string, string>>();

/** The server each node lives on, its own name for a server: worked out once per graph. */
function hostNames(graph: Graph): ReadonlyMap<string, string> {
  const held = hostMaps.get(graph);
  if (held) return held;
  const names = new Map<string, string>();
  for (const node of Object.values(graph.nodes)) {
    const host = hostOf(graph, node);
    if (host) names.set(node.name, host.name);
  }
  hostMaps.set(graph, names);
  return names;
}

/** What lives on a server, itself among it. */
export function hostedOn(graph: Graph, server: string): string[] {
  return [...hostNames(graph)].filter(([, host]) => host === server).map(([node]) => node);
}
