import type { ManagedKind } from '@pileus/model';
import type { Interface, Operation } from '@pileus/tosca';
import type { Graph, Instance, Relation } from './expand.ts';
import { placesOf } from './attributes.ts';
import { hostFor } from './hosts.ts';
import { stepKey } from './plan.ts';

/** A step before its spec and needs are worked out. */
export interface Outline {
  readonly key: string;
  readonly node: Instance;
  readonly does:
    | { readonly action: 'create'; readonly kind: ManagedKind; readonly part?: Relation | undefined }
    | {
        readonly action: 'run';
        readonly interface: string;
        readonly operation: string;
        readonly relation?: Relation | undefined;
        readonly definition: Operation;
        readonly host: string;
        /** Not part of making anything: it runs when what the relationship leads to (or comes from) has changed. */
        readonly isNotice?: true;
      };
  /** Steps that come first because of the topology's shape; what values need is added later. */
  readonly after: readonly string[];
}

/** What the topology says must be done, and in which order; `stuck` names the nodes that wait for each other. */
export interface Structure {
  /** The nodes, each after all it needs. */
  readonly order: readonly Instance[];
  /** Which nodes must be there before a node begins, by name. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly outlines: readonly Outline[];
  /** The steps after which a node's attributes are set. */
  readonly settledBy: ReadonlyMap<string, readonly string[]>;
  /** The steps that set just this: `node.attribute`, `node.part.attribute`, or the output of `node.interface.operation`. */
  readonly setBy: ReadonlyMap<string, readonly string[]>;
  /** Who leads to each node by relationships that have interfaces. */
  readonly incoming: ReadonlyMap<string, readonly Incoming[]>;
  readonly stuck: readonly string[];
  readonly hostless: readonly Hostless[];
}

export interface Incoming {
  readonly source: Instance;
  readonly relation: Relation;
}

/** An operation that there is no server for; `said` is where its implementation wants to run. */
export interface Hostless {
  readonly node: Instance;
  readonly operation: string;
  readonly said?: string | undefined;
}

/** What tells one end of a relationship that the other one has changed, and what has introduced that (1.3 §5.8.4). */
export const notices = { target_changed: 'add_target', source_changed: 'add_source' } as const;

export const isA = (node: { readonly types: readonly string[] }, type: string): boolean => node.types.includes(type);

/** The kinds of resources a node stands for, in the order they are made. */
export function resourcesOf(node: Instance): { readonly kind: ManagedKind; readonly part?: Relation }[] {
  if (node.elsewhere) return [];
  if (isA(node, 'tosca.nodes.Compute')) {
    const volumes = node.requirements.filter((requirement) =>
      isA(requirement.relationship, 'tosca.relationships.AttachesTo'),
    );
    return [{ kind: 'server' }, ...volumes.map((part) => ({ kind: 'attachment' as const, part }))];
  }
  if (isA(node, 'tosca.nodes.network.Network')) return [{ kind: 'network' }, { kind: 'subnet' }];
  const kind = kindByType.find(([type]) => isA(node, type))?.[1];
  return kind ? [{ kind }] : [];
}

const kindByType: readonly (readonly [string, ManagedKind])[] = [
  ['tosca.nodes.network.Port', 'port'],
  ['tosca.nodes.Storage.BlockStorage', 'volume'],
  ['tosca.nodes.BlockStorage', 'volume'],
  ['pileus.nodes.Router', 'router'],
  ['pileus.nodes.SecurityGroup', 'security-group'],
  ['pileus.nodes.Address', 'address'],
  ['pileus.nodes.KeyPair', 'key-pair'],
];

/**
 * The normative lifecycle (TOSCA Simple Profile 1.3, 5.8.5 and 5.8.6): a node begins once everything it requires is
 * started; its own operations follow each other, with those of its relationships woven in between.
 */
export function structureOf(topology: Graph): Structure {
  const known = structures.get(topology);
  if (known) return known;
  const structure = workOut(topology);
  structures.set(topology, structure);
  return structure;
}

/** A graph never changes, and several ask about the same one. */
const structures = new WeakMap<Graph, Structure>();

function workOut(topology: Graph): Structure {
  const before = dependencies(topology);
  const { order, stuck } = sort(topology, before);
  const incoming = incomingRelations(topology);
  const outlines: Outline[] = [];
  const lasts = new Map<string, readonly string[]>();
  const settledBy = new Map<string, readonly string[]>();
  const hostless: Hostless[] = [];

  for (const node of order) {
    let after: readonly string[] = unique((before.get(node.name) ?? []).flatMap((name) => lasts.get(name) ?? []));
    const resources = resourcesOf(node);
    for (const { kind, part } of resources) {
      const key = stepKey(node.name, part ? `attach.${part.target}` : kind);
      outlines.push({ key, node, does: { action: 'create', kind, part }, after });
      after = [key];
    }
    if (resources.length > 0) settledBy.set(node.name, after);

    /** A script of `source` or of one of its relationships, on the host of `side`, when there is one. */
    const script = (
      source: Instance,
      side: Instance,
      interfaces: Readonly<Record<string, Interface>>,
      operation: string,
      relation?: Relation,
    ): string | undefined => {
      const found = implementedOperation(interfaces, operation);
      if (!found) return undefined;
      const host = hostFor(topology, source, side, found.definition, relation);
      if (host === undefined) {
        hostless.push({ node: side, operation, said: found.definition.implementation?.host });
        return undefined;
      }
      const key = operationKey(source.name, operation, relation);
      const isNotice = operation in notices && { isNotice: true as const };
      const does = { action: 'run' as const, ...found, operation, relation, host, ...isNotice };
      outlines.push({ key, node: source, does, after });
      return key;
    };
    const own = (operation: string): (string | undefined)[] => [script(node, node, node.interfaces, operation)];
    const runAll = (keys: readonly (string | undefined)[]): void => {
      const added = keys.filter((key) => key !== undefined);
      if (added.length > 0) after = added;
    };
    const asSource = (operation: string): (string | undefined)[] =>
      node.requirements.map((one) => script(node, node, one.relationship.interfaces, operation, one));
    const asTarget = (operation: string): (string | undefined)[] =>
      (incoming.get(node.name) ?? []).map(({ source, relation }) =>
        script(source, node, relation.relationship.interfaces, operation, relation),
      );
    const atTargets = (operation: string): (string | undefined)[] =>
      node.requirements.map((one) => {
        const target = topology.nodes[one.target];
        return target && script(node, target, one.relationship.interfaces, operation, one);
      });

    runAll(own('create'));
    runAll([...asSource('pre_configure_source'), ...asTarget('pre_configure_target')]);
    runAll(own('configure'));
    runAll([...asSource('post_configure_source'), ...asTarget('post_configure_target')]);
    runAll(own('start'));
    // The source is new to its target, so only now its targets hear of it.
    runAll([...asSource('add_target'), ...atTargets('add_source')]);
    if (!settledBy.has(node.name)) settledBy.set(node.name, after);
    lasts.set(node.name, after);
    asSource('target_changed');
    atTargets('source_changed');
  }
  const setBy = settersIn(topology, outlines, settledBy);
  return { order, before, outlines, settledBy, setBy, incoming, stuck, hostless };
}

function settersIn(
  topology: Graph,
  outlines: readonly Outline[],
  settledBy: ReadonlyMap<string, readonly string[]>,
): Map<string, string[]> {
  const setters = new Map<string, string[]>();
  const put = (name: string, keys: readonly string[]): void => {
    const list = setters.get(name);
    if (list) list.push(...keys);
    else setters.set(name, [...keys]);
  };
  for (const { key, node, does } of outlines) {
    if (does.action === 'create' && does.kind === 'address') {
      for (const server of serversBehind(topology, node))
        put(`${server}.public_address`, [...(settledBy.get(server) ?? []), key]);
    }
    if (does.action !== 'run') continue;
    put(`${node.name}.${does.interface}.${does.operation}`, [key]);
    for (const { node: of, path } of placesOf(topology, node, does.definition, does.relation)) {
      const [first = '', second = '', third = ''] = path;
      if (first === 'RELATIONSHIP') put(`${of}.${does.relation?.name ?? second}.${third}`, [key]);
      else put(first === 'CAPABILITY' ? `${of}.${second}.${third}` : `${of}.${first}`, [key]);
    }
  }
  return setters;
}

/** The servers that an address leads to: those its ports are bound to. */
function serversBehind(topology: Graph, address: Instance): string[] {
  return address.requirements.flatMap(({ target }) =>
    (topology.nodes[target]?.requirements ?? []).flatMap((one) =>
      isA(one.relationship, 'tosca.relationships.network.BindsTo') ? [one.target] : [],
    ),
  );
}

/** The key of running an operation of a node, or of one of its relationships. */
export function operationKey(node: string, operation: string, relation?: Pick<Relation, 'id'>): string {
  return stepKey(node, relation ? `${relation.id}.${operation}` : operation);
}

/** A script with the interface it belongs to. */
interface Implemented {
  readonly interface: string;
  readonly definition: Operation;
}

/** A script of some interfaces by operation name. */
export function implementedOperation(
  interfaces: Readonly<Record<string, Interface>>,
  operation: string,
): Implemented | undefined {
  let known = implemented.get(interfaces);
  if (!known) {
    known = new Map();
    for (const [name, { operations }] of Object.entries(interfaces)) {
      for (const [each, definition] of Object.entries(operations)) {
        if (definition.implementation && !known.has(each)) known.set(each, { interface: name, definition });
      }
    }
    implemented.set(interfaces, known);
  }
  return known.get(operation);
}

/** Interfaces never change, and the instances of a node share them. */
const implemented = new WeakMap<Readonly<Record<string, Interface>>, Map<string, Implemented>>();

/** Which nodes come before a node. A port is made before the server it is bound to, against the arrow. */
function dependencies(topology: Graph): Map<string, string[]> {
  const before = new Map<string, string[]>();
  const put = (node: string, first: string): void => {
    const list = before.get(node);
    if (list) list.push(first);
    else before.set(node, [first]);
  };
  for (const node of Object.values(topology.nodes)) {
    for (const { target, relationship } of node.requirements) {
      if (isA(relationship, 'tosca.relationships.network.BindsTo')) put(target, node.name);
      else put(node.name, target);
    }
  }
  return before;
}

function incomingRelations(topology: Graph): Map<string, Incoming[]> {
  const incoming = new Map<string, Incoming[]>();
  for (const source of Object.values(topology.nodes)) {
    for (const relation of source.requirements) {
      if (Object.keys(relation.relationship.interfaces).length === 0) continue;
      const list = incoming.get(relation.target);
      if (list) list.push({ source, relation });
      else incoming.set(relation.target, [{ source, relation }]);
    }
  }
  return incoming;
}

/** Kahn's algorithm: linear, and what is left over waits for itself. */
function sort(topology: Graph, before: ReadonlyMap<string, readonly string[]>): { order: Instance[]; stuck: string[] } {
  const waiting = new Map<string, number>();
  const followers = new Map<string, string[]>();
  for (const name of Object.keys(topology.nodes)) {
    const firsts = new Set(before.get(name));
    waiting.set(name, firsts.size);
    for (const first of firsts) {
      const list = followers.get(first);
      if (list) list.push(name);
      else followers.set(first, [name]);
    }
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  const order: Instance[] = [];
  for (let next = 0; next < ready.length; next++) {
    const name = ready[next] ?? '';
    const node = topology.nodes[name];
    if (node) order.push(node);
    for (const follower of followers.get(name) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  const done = new Set(ready);
  return { order, stuck: Object.keys(topology.nodes).filter((name) => !done.has(name)) };
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}
