import { graphlib, layout } from '@dagrejs/dagre';
import type { IconName } from '../Icon.tsx';
import type { State } from '../state.ts';

/** A node to draw: of a template, of a plan, or a running instance. */
export interface DrawnNode {
  /** Unique in the picture. */
  readonly id: string;
  /** What the card says; the id unless told. */
  readonly title?: string | undefined;
  /** The node of the template. */
  readonly node: string;
  readonly type: string;
  readonly state?: State | undefined;
  /** Drawn as a stack of instances: how many are in each state. */
  readonly stack?: readonly (readonly [State, number])[] | undefined;
  /** A short remark on the card, e.g. how many steps a plan has for it. */
  readonly remark?: string | undefined;
  readonly requires: readonly { readonly name: string; readonly target: string; readonly relationship: string }[];
}

export interface DrawnEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly relationship: string;
  /** The first runs on the second. */
  readonly hosting: boolean;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export const cardSize = { width: 184, height: 54 };

/** A requirement leads to a node instance, or to every instance of a node. */
export function edgesOf(nodes: readonly DrawnNode[]): DrawnEdge[] {
  return nodes.flatMap((node) =>
    node.requires.flatMap((requirement) => {
      const exact = nodes.filter((other) => other.id === requirement.target);
      const targets = exact.length > 0 ? exact : nodes.filter((other) => other.node === requirement.target);
      return targets.map((target) => ({
        id: `${node.id}/${requirement.name}/${target.id}`,
        from: node.id,
        to: target.id,
        relationship: requirement.relationship,
        hosting: requirement.relationship.endsWith('HostedOn'),
      }));
    }),
  );
}

export interface Arrangement {
  /** Left to right, or top to bottom. */
  readonly direction: 'LR' | 'TB';
  readonly places: ReadonlyMap<string, Place>;
  /** The lines by their edges, as SVG paths that go round the cards between their ends. */
  readonly paths: ReadonlyMap<string, string>;
  readonly width: number;
  readonly height: number;
}

/** Where each card stands: what needs others first, then what it stands on; in the direction that the frame shows larger. */
export function arrange(
  nodes: readonly DrawnNode[],
  edges: readonly DrawnEdge[],
  frame: { width: number; height: number },
): Arrangement {
  const across = arrangeIn('LR', nodes, edges);
  const down = arrangeIn('TB', nodes, edges);
  return scaleIn(frame, down) > scaleIn(frame, across) * 1.05 ? down : across;
}

function scaleIn(frame: { width: number; height: number }, { width, height }: Arrangement): number {
  return Math.min(frame.width / width, frame.height / height, 1);
}

function arrangeIn(direction: 'LR' | 'TB', nodes: readonly DrawnNode[], edges: readonly DrawnEdge[]): Arrangement {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: direction,
    nodesep: direction === 'LR' ? 16 : 20,
    ranksep: direction === 'LR' ? 48 : 40,
    ranker: 'network-simplex',
  });
  for (const node of nodes) graph.setNode(node.id, { ...cardSize });
  for (const edge of edges) if (edge.from !== edge.to) graph.setEdge(edge.from, edge.to, {}, edge.id);
  layout(graph);
  const places = new Map<string, Place>();
  const along = direction === 'LR' ? { x: 1, y: 0 } : { x: 0, y: 1 };
  const border = ({ x, y }: Place, side: 1 | -1): Place => ({
    x: x + (along.x * side * cardSize.width) / 2,
    y: y + (along.y * side * cardSize.height) / 2,
  });
  /** Every piece leaves and arrives in the direction of the picture, so that the whole is smooth. */
  const pathThrough = (points: readonly Place[]): string => {
    const [first, ...rest] = points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
    if (!first) return '';
    let from = first;
    let path = `M ${from.x} ${from.y}`;
    for (const to of rest) {
      const half = { x: ((to.x - from.x) / 2) * along.x, y: ((to.y - from.y) / 2) * along.y };
      path += ` C ${from.x + half.x} ${from.y + half.y} ${to.x - half.x} ${to.y - half.y} ${to.x} ${to.y}`;
      from = to;
    }
    return path;
  };
  for (const node of nodes) {
    const { x, y } = graph.node(node.id) as Place;
    places.set(node.id, { x: x - cardSize.width / 2, y: y - cardSize.height / 2 });
  }
  const paths = new Map<string, string>();
  for (const edge of edges) {
    if (edge.from === edge.to) continue;
    const { points } = graph.edge(edge.from, edge.to, edge.id) as { points: Place[] };
    // Between neighbours the one point in the middle says nothing; a longer line is led round what stands between.
    const between = points.length > 3 ? points.slice(1, -1) : [];
    paths.set(
      edge.id,
      pathThrough([border(graph.node(edge.from) as Place, 1), ...between, border(graph.node(edge.to) as Place, -1)]),
    );
  }
  const all = [...places.values()];
  return {
    direction,
    places,
    paths,
    width: Math.max(0, ...all.map(({ x }) => x)) + cardSize.width,
    height: Math.max(0, ...all.map(({ y }) => y)) + cardSize.height,
  };
}

/** Whether two pictures have the same cards and lines, so that one layout serves both; states may differ. */
export function shapeOf(nodes: readonly DrawnNode[]): string {
  return nodes
    .map((node) => `${node.id}>${node.requires.map((requirement) => requirement.target).join(',')}`)
    .join(';');
}

const icons: readonly (readonly [RegExp, IconName])[] = [
  [/balancer/i, 'balance'],
  [/database|dbms|redis|mysql|postgres/i, 'database'],
  [/storage|volume/i, 'volume'],
  [/router/i, 'router'],
  [/address|floating|domain/i, 'globe'],
  [/security|firewall/i, 'shield'],
  [/key/i, 'key'],
  [/network|subnet|port/i, 'network'],
  [/compute|host|server$/i, 'server'],
  [/web|application|app/i, 'app'],
];

export function iconOf(type: string): IconName {
  const short = type.slice(type.lastIndexOf('.') + 1);
  if (/WebServer/.test(short)) return 'app';
  return icons.find(([pattern]) => pattern.test(short))?.[1] ?? 'component';
}
