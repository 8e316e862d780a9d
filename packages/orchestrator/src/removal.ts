import type { Operation } from '@pileus/tosca';
import type { Graph, Instance, Relation } from './expand.ts';
import { stepKey } from './plan.ts';
import { hostFor } from './hosts.ts';
import { implementedOperation, operationKey, resourcesOf, structureOf } from './structure.ts';

/** A step of taking instances down. */
export type Removal = {
  readonly key: string;
  readonly node: Instance;
  readonly needs: readonly string[];
} & (
  | {
      readonly action: 'run';
      readonly interface: string;
      readonly operation: string;
      readonly relation?: Relation | undefined;
      readonly definition: Operation;
      readonly host: string;
      /** The operations it takes back, by step key. */
      readonly undoes: readonly string[];
      /** Worth doing only when one of these operations has begun. */
      readonly after: readonly string[];
    }
  /** Removes what this step made, and what was made again in its place. */
  | { readonly action: 'delete'; readonly made: string }
);

/** The way back for all of a graph: a node goes once everything that required it is gone; its software goes first. */
export function removalOf(graph: Graph): readonly Removal[] {
  const { order, before } = structureOf(graph);
  const removals: Removal[] = [];
  const waits = new Map<string, string[]>();

  for (const node of order.toReversed()) {
    let needs: readonly string[] = waits.get(node.name) ?? [];
    const stage = (steps: readonly (Removal | undefined)[]): void => {
      const real = steps.filter((step) => step !== undefined);
      removals.push(...real);
      if (real.length > 0) needs = real.map(({ key }) => key);
    };

    const parted = node.requirements.flatMap((one) => [
      relationRemoval(graph, node, one, 'remove_target', needs),
      relationRemoval(graph, node, one, 'remove_source', needs),
    ]);
    // A target that goes while its source stays needs to be left by that source only.
    node.requirements.forEach(({ target }, index) => {
      const keys = parted.slice(2 * index, 2 * index + 2).flatMap((step) => step?.key ?? []);
      if (keys.length > 0) waits.set(target, [...(waits.get(target) ?? []), ...keys]);
    });
    stage(parted);
    stage([ownRemoval(graph, node, 'stop', needs)]);
    stage([ownRemoval(graph, node, 'delete', needs)]);
    for (const { kind, part } of resourcesOf(node).toReversed()) {
      const made = stepKey(node.name, part ? `attach.${part.target}` : kind);
      stage([{ key: made, node, needs, action: 'delete', made }]);
    }
    for (const first of before.get(node.name) ?? []) {
      const list = waits.get(first);
      if (list) list.push(...needs);
      else waits.set(first, [...needs]);
    }
  }
  return removals;
}

/** What makes a relationship, TOSCA Simple Profile 1.3, 5.8.5. */
const relationOperations = [
  'pre_configure_source',
  'pre_configure_target',
  'post_configure_source',
  'post_configure_target',
  'add_target',
  'add_source',
];

function ownRemoval(graph: Graph, node: Instance, operation: string, needs: readonly string[]): Removal | undefined {
  const found = implementedOperation(node.interfaces, operation);
  const host = found && hostFor(graph, node, node, found.definition);
  if (!found || host === undefined) return undefined;
  const own = (...names: readonly string[]) => names.map((name) => operationKey(node.name, name));
  return {
    key: operationKey(node.name, operation),
    node,
    needs,
    action: 'run',
    ...found,
    operation,
    host,
    undoes: operation === 'stop' ? own('start') : own('create', 'configure', 'start'),
    after: own('create', 'configure', 'start'),
  };
}

/** What is to be done again once a relationship has been taken back. */
export function undoneBy(operation: string): string[] {
  return operation === 'remove_target' ? ['add_target', 'target_changed'] : ['add_source', 'source_changed'];
}

function relationRemoval(
  graph: Graph,
  node: Instance,
  one: Relation,
  operation: string,
  needs: readonly string[],
): Removal | undefined {
  const found = implementedOperation(one.relationship.interfaces, operation);
  const side = operation === 'remove_source' ? graph.nodes[one.target] : node;
  const host = found && hostFor(graph, node, side, found.definition, one);
  if (!found || host === undefined) return undefined;
  return {
    key: operationKey(node.name, operation, one),
    node,
    needs,
    action: 'run',
    ...found,
    operation,
    relation: one,
    host,
    undoes: undoneBy(operation).map((name) => operationKey(node.name, name, one)),
    after: [...relationOperations.map((name) => operationKey(node.name, name, one)), operationKey(node.name, 'start')],
  };
}
