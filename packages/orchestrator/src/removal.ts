import type { Node, Operation, Requirement, Topology } from '@pileus/tosca';
import { stepKey } from './plan.ts';
import { hostOf, implementedOperation, resourcesOf, structureOf } from './structure.ts';

/** A step of taking a deployment down. */
export type Removal = {
  readonly key: string;
  readonly node: Node;
  readonly needs: readonly string[];
} & (
  | {
      readonly action: 'run';
      readonly interface: string;
      readonly operation: string;
      readonly requirement?: number | undefined;
      readonly definition: Operation;
      readonly host: string;
      /** Worth doing only when one of these steps of the deployment has begun; empty: when the node has. */
      readonly undoes: readonly string[];
    }
  /** Removes what this step of the plan made, and what was made again in its place. */
  | { readonly action: 'delete'; readonly made: string }
);

/** The way back: a node goes once everything that required it is gone; first its software, then its resources. */
export function removalOf(topology: Topology): readonly Removal[] {
  const { order, before } = structureOf(topology);
  const removals: Removal[] = [];
  const waits = new Map<string, string[]>();

  for (const node of order.toReversed()) {
    let needs: readonly string[] = waits.get(node.name) ?? [];
    const stage = (steps: readonly (Removal | undefined)[]): void => {
      const real = steps.filter((step) => step !== undefined);
      removals.push(...real);
      if (real.length > 0) needs = real.map(({ key }) => key);
    };

    stage(
      node.requirements.flatMap((one, index) => [
        relation(topology, node, one, index, 'remove_target', needs),
        relation(topology, node, one, index, 'remove_source', needs),
      ]),
    );
    stage([own(topology, node, 'stop', needs)]);
    stage([own(topology, node, 'delete', needs)]);
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

function own(topology: Topology, node: Node, operation: string, needs: readonly string[]): Removal | undefined {
  const found = implementedOperation(node.interfaces, operation);
  const host = hostOf(topology, node);
  if (!found || !host) return undefined;
  const begun = ['create', 'configure', 'start'].map((name) => stepKey(node.name, name));
  return {
    key: stepKey(node.name, operation),
    node,
    needs,
    action: 'run',
    ...found,
    operation,
    host: host.name,
    undoes: begun,
  };
}

function relation(
  topology: Topology,
  node: Node,
  one: Requirement,
  index: number,
  operation: string,
  needs: readonly string[],
): Removal | undefined {
  const found = implementedOperation(one.relationship.interfaces, operation);
  const side = operation === 'remove_source' ? topology.nodes[one.target] : node;
  const host = side && hostOf(topology, side);
  if (!found || !host) return undefined;
  const undoes = [stepKey(node.name, `${index}.${operation.replace('remove', 'add')}`), stepKey(node.name, 'start')];
  return {
    key: stepKey(node.name, `${index}.${operation}`),
    node,
    needs,
    action: 'run',
    ...found,
    operation,
    requirement: index,
    host: host.name,
    undoes,
  };
}
