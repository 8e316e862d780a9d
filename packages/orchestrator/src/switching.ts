import type { ManagedKind } from '@pileus/model';
import type { Present } from './difference.ts';
import { hostFor } from './hosts.ts';
import { sorted } from './order.ts';
import { stepKey, type OperationStep, type PlanStep, type VerbStep } from './plan.ts';
import { implementedOperation, operationKey, structureOf } from './structure.ts';

/** The steps of stopping or starting everything there is: software first when stopping, servers first when starting. */
export function switching(
  verb: 'start' | 'stop',
  { graph, survey }: Present,
  can: (kind: ManagedKind) => boolean,
): PlanStep[] {
  const { order, before } = structureOf(graph);
  const operations = new Map(survey.operations.map((one) => [one.step, one]));
  const steps: PlanStep[] = [];
  const lasts = new Map<string, readonly string[]>();
  const followers = new Map<string, string[]>();
  for (const [node, firsts] of before)
    for (const first of firsts) followers.set(first, [...(followers.get(first) ?? []), node]);
  for (const node of verb === 'start' ? order : order.toReversed()) {
    const around = verb === 'start' ? before.get(node.name) : followers.get(node.name);
    let needs: readonly string[] = [...new Set((around ?? []).flatMap((name) => lasts.get(name) ?? []))];
    const add = (step: VerbStep | OperationStep): void => {
      steps.push(step);
      needs = [step.key];
    };
    const server = survey.resources.findLast(
      ({ step, ref }) => ref !== undefined && step.split(':')[0] === stepKey(node.name, 'server'),
    );
    const found = implementedOperation(node.interfaces, verb);
    const host = found && hostFor(graph, node, node, found.definition);
    const begun = operations.has(operationKey(node.name, 'start')) || operations.has(operationKey(node.name, 'create'));
    if (found && host && begun) {
      add({
        key: operationKey(node.name, verb),
        node: node.name,
        action: 'run',
        of: 'present',
        interface: found.interface,
        operation: verb,
        host,
        spec: {},
        needs,
        why: 'asked',
        ...(verb === 'stop' && { undoes: [operationKey(node.name, 'start')] }),
      });
    }
    if (server && can('server')) {
      const { step, kind, name } = server;
      add({
        key: `${stepKey(node.name, 'server')}:${verb}`,
        node: node.name,
        action: 'verb',
        verb,
        kind,
        name,
        resource: step,
        needs,
        why: 'asked',
      });
    }
    lasts.set(node.name, needs);
  }
  return sorted(steps);
}
