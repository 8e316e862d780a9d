import { deletionKey, type Comparison } from './comparison.ts';
import type { Instance } from './expand.ts';
import { hostedOn, hostNamed } from './hosts.ts';
import { keyOfMaking, stepKey, type DeleteStep, type OperationStep, type PlanStep } from './plan.ts';
import { removalOf, type Removal } from './removal.ts';

/** The way down: what is no longer wanted, and what is replaced, with what has to be undone before it goes. */
export function takeDown(comparison: Comparison): PlanStep[] {
  const { graph, survey } = comparison.present;
  const going = new Set(survey.nodes.map(({ node }) => node).filter((node) => !comparison.wanted?.graph.nodes[node]));
  for (const { step, node } of survey.resources) {
    // A part of a node that stays may go by itself: a volume that is no longer attached.
    const isWanted = !going.has(node) && comparison.wantedKeys.has(keyOfMaking(step));
    if (!isWanted) comparison.deleted.set(step, comparison.deleted.get(step) ?? 'unwanted');
  }
  if (going.size === 0 && comparison.made.size === 0 && comparison.deleted.size === 0) return [];
  const leaving = (node: Instance): boolean => {
    const host = hostNamed(graph, node);
    return going.has(node.name) || (host !== undefined && comparison.made.has(stepKey(host, 'server')));
  };
  const partings = new Set<string>();
  const replaced = new Map<string, readonly string[]>();
  const steps: PlanStep[] = [];
  const all = removalOf(graph);
  for (const removal of all) {
    const needs = [...new Set(removal.needs.flatMap((need) => replaced.get(need) ?? [need]))];
    const target = removal.action === 'run' && removal.relation ? graph.nodes[removal.relation.target] : undefined;
    const isLeaving = leaving(removal.node);
    const added =
      removal.action === 'delete'
        ? deletions(comparison, removal, needs, going)
        : isLeaving || (target && leaving(target))
          ? undoing(comparison, removal, needs, going)
          : [];
    steps.push(...added);
    if (removal.action === 'run' && removal.relation) for (const { key } of added) partings.add(key);
    if (added.length > 0)
      replaced.set(
        removal.key,
        added.map(({ key }) => key),
      );
    // What stays has nothing to wait for but what it loses itself.
    else replaced.set(removal.key, isLeaving ? needs : needs.filter((need) => !partings.has(need)));
  }
  return [...steps, ...forgotten(comparison, steps)];
}

/** Nothing that was made is passed over because its node cannot be found in any revision any more. */
function forgotten(comparison: Comparison, steps: readonly PlanStep[]): DeleteStep[] {
  const found = new Set(steps.map(({ key }) => key));
  return comparison.present.survey.resources.flatMap(({ step, node, kind, name }) => {
    const why = comparison.deleted.get(step);
    const key = deletionKey(step);
    if (!why || found.has(key)) return [];
    return [{ key, node, action: 'delete', kind, name, resource: step, needs: [], why, clears: [node] }];
  });
}

function deletions(
  comparison: Comparison,
  removal: Extract<Removal, { action: 'delete' }>,
  needs: readonly string[],
  going: ReadonlySet<string>,
): DeleteStep[] {
  return (comparison.resources.get(removal.made) ?? []).flatMap((resource) => {
    const why = comparison.deleted.get(resource.step);
    if (!why) return [];
    const { step, node, kind, name } = resource;
    const clears = kind === 'server' ? hostedOn(comparison.present.graph, node) : going.has(node) ? [node] : [];
    return [{ key: deletionKey(step), node, action: 'delete', kind, name, resource: step, needs, why, clears }];
  });
}

function undoing(
  comparison: Comparison,
  removal: Extract<Removal, { action: 'run' }>,
  needs: readonly string[],
  going: ReadonlySet<string>,
): OperationStep[] {
  const { node, host, relation, undoes, after, operation } = removal;
  const hostKey = stepKey(host, 'server');
  const server = (comparison.resources.get(hostKey) ?? []).findLast(({ ref }) => ref !== undefined);
  const broken = server && comparison.findings.broken.get(server.step);
  const isOurs = server !== undefined && server.state !== 'failed' && (!broken || broken.isReachable);
  const isReachable = isOurs || comparison.present.graph.nodes[host]?.elsewhere === 'selected';
  if (!isReachable || !after.some((key) => comparison.operations.has(key))) return [];
  const isGoing = going.has(node.name) || (relation && going.has(relation.target));
  return [
    {
      key: removal.key,
      node: node.name,
      action: 'run',
      of: 'present',
      interface: removal.interface,
      operation,
      ...(relation && { relation: relation.id, target: relation.target }),
      host,
      spec: {},
      needs,
      why: isGoing ? 'unwanted' : 'replaced',
      undoes,
      // What is left of the host, or of the other end, must not keep it.
      mayFail: true,
    },
  ];
}
