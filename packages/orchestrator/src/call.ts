import { because, problemAt } from '@pileus/model';
import { planInvalid } from './plan-invalid.ts';
import type { Data, Interface } from '@pileus/tosca';
import type { Graph, Instance, Relation } from './expand.ts';
import { hostFor } from './hosts.ts';
import { givenTo, inputsOf } from './operation.ts';
import { stepKey, type OperationStep } from './plan.ts';
import { undoneBy } from './removal.ts';
import { operationKey } from './structure.ts';
import type { Setting } from './values.ts';

/** One call of an operation, by a workflow or a person. */
export interface Call {
  readonly node: Instance;
  readonly relation?: Relation | undefined;
  readonly interface: string;
  readonly operation: string;
  readonly given: Readonly<Record<string, Data>>;
  /** Where it is to run, over what the operation says: SOURCE, TARGET … or a node. */
  readonly host?: string | undefined;
  readonly of: 'wanted' | 'present';
}

/** An operation by its interface's name or type: `Standard.start`, `tosca.interfaces.node.lifecycle.Standard.start`. */
export function operationNamed(
  interfaces: Readonly<Record<string, Interface>>,
  name: string,
): { readonly interface: string; readonly operation: string } | undefined {
  const dot = name.lastIndexOf('.');
  const [of, operation] = [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)];
  const found = Object.entries(interfaces).find(
    ([one, { types, operations }]) => operation in operations && (of === '' || one === of || types.includes(of)),
  );
  return found && { interface: found[0], operation };
}

/** The step of a call; undefined where nothing implements the operation, which then has nothing to do. */
export function callStep(
  setting: Setting,
  call: Call,
  key: string,
  needs: readonly string[],
): OperationStep | undefined {
  const { node, relation, operation, given, of } = call;
  const graph = setting.topology;
  const definition = (relation?.relationship ?? node).interfaces[call.interface]?.operations[operation];
  if (!definition?.implementation) return undefined;
  const implementation =
    call.host === undefined ? definition.implementation : { ...definition.implementation, host: call.host };
  const host = hostFor(
    graph,
    node,
    sideOf(graph, node, operation, relation),
    { ...definition, implementation },
    relation,
  );
  if (host === undefined) {
    const reason = because('nowhere-to-run', { operation: `${call.interface}.${operation}`, node: node.name });
    throw planInvalid([problemAt(`/nodes/${node.name}`, reason)]);
  }
  const undoes = undoneByCall(node, operation, relation);
  return {
    key,
    as: keyOf(call),
    node: node.name,
    action: 'run',
    of,
    interface: call.interface,
    operation,
    ...(relation && { relation: relation.id, target: relation.target }),
    host,
    spec: { ...inputsOf(setting, node, definition, relation), ...givenTo(setting, node, given, relation) },
    given,
    needs,
    why: 'asked',
    isCalled: true,
    ...(undoes.length > 0 && { undoes }),
  };
}

/** The key under which an operation counts as done, whoever has called it. */
function keyOf({ node, relation, interface: of, operation }: Omit<Call, 'given' | 'of'>): string {
  if (of === 'Standard' || of === 'Configure') return operationKey(node.name, operation, relation);
  return stepKey(node.name, [relation?.id, of, operation].filter((part) => part !== undefined).join('.'));
}

/** The operation that counts as done under a key, when it is none of those that make what is wanted. */
export function calledAs(
  graph: Graph,
  { node: name, step }: { readonly node: string; readonly step: string },
): Omit<Call, 'given' | 'of'> | undefined {
  const node = graph.nodes[name];
  if (!node) return undefined;
  for (const relation of [undefined, ...node.requirements]) {
    for (const [of, { operations }] of Object.entries((relation?.relationship ?? node).interfaces)) {
      for (const operation of Object.keys(operations)) {
        const call = { node, relation, interface: of, operation };
        if (keyOf(call) === step) return call;
      }
    }
  }
  return undefined;
}

/** Relationship operations that are the target's (1.3 §5.8.4). */
const atTarget = ['pre_configure_target', 'post_configure_target', 'add_source', 'remove_source', 'source_changed'];

function sideOf(graph: Graph, node: Instance, operation: string, relation: Relation | undefined): Instance | undefined {
  return relation && atTarget.includes(operation) ? graph.nodes[relation.target] : node;
}

function undoneByCall(node: Instance, operation: string, relation: Relation | undefined): string[] {
  if (relation && operation.startsWith('remove_'))
    return undoneBy(operation).map((name) => operationKey(node.name, name, relation));
  if (relation) return [];
  const undone = operation === 'stop' ? ['start'] : operation === 'delete' ? ['create', 'configure', 'start'] : [];
  return undone.map((name) => operationKey(node.name, name));
}
