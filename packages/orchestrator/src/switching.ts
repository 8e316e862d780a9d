import type { ManagedKind } from '@pileus/model';
import type { Present } from './comparison.ts';
import { hostFor } from './hosts.ts';
import { sorted } from './order.ts';
import { keyOfMaking, stepKey, type OperationStep, type PlanStep, type VerbStep } from './plan.ts';
import { implementedOperation, operationKey, structureOf } from './structure.ts';

/**
 * The steps of stopping or starting everything there is: software first when stopping, servers first when starting. What is
 * stopped already is not stopped again, and what runs is not started again.
 */
export function switching(
  verb: 'start' | 'stop',
  { graph, survey }: Present,
  can: (kind: ManagedKind) => boolean,
): PlanStep[] {
  const { order, before } = structureOf(graph);
  const operations = new Map(survey.operations.map((one) => [one.step, one]));
  const servers = new Map(
    survey.resources.flatMap((one) => (one.ref === undefined ? [] : [[keyOfMaking(one.step), one] as const])),
  );
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
    const script = (): void => {
      const found = implementedOperation(node.interfaces, verb);
      const host = found && hostFor(graph, node, node, found.definition);
      const started = operations.get(operationKey(node.name, 'start'));
      const isDue = verb === 'stop' ? started !== undefined : started?.digest === undefined;
      if (!found || !host || !isDue) return;
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
    };
    const switchServer = (): void => {
      const server = servers.get(stepKey(node.name, 'server'));
      if (!server || !can('server') || server.state === (verb === 'stop' ? 'stopped' : 'running')) return;
      const { step, kind, name } = server;
      const key = `${stepKey(node.name, 'server')}:${verb}`;
      add({ key, node: node.name, action: 'verb', verb, kind, name, resource: step, needs, why: 'asked' });
    };
    if (verb === 'stop') script();
    switchServer();
    if (verb === 'start') script();
    lasts.set(node.name, needs);
  }
  return sorted(steps);
}
