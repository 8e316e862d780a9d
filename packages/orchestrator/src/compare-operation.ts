import type { Data } from '@pileus/tosca';
import { forget, placesOf } from './attributes.ts';
import { differing } from './compare.ts';
import type { Comparison, Needs, Wanted } from './comparison.ts';
import type { Graph, Instance, Relation } from './expand.ts';
import { hostFor } from './hosts.ts';
import { digestOf, inputsOf } from './operation.ts';
import { outputKey, stepKey, type OperationStep, type Why } from './plan.ts';
import { undoneBy } from './removal.ts';
import { implementedOperation, notices, operationKey, type Outline } from './structure.ts';
import { holesIn, known, type Setting } from './values.ts';

/** One's own operations that make and start a node, in their order (TOSCA Simple Profile 1.3, 5.8.4). */
const lifecycle: readonly string[] = ['create', 'configure', 'start'];

/** Runs an operation that is new, was cut off, has lost its host, follows one that runs, or would run with something else. */
export function compareOperation(
  comparison: Comparison,
  outline: Outline,
  wanted: Wanted,
  setting: Setting,
  needsFor: Needs,
): void {
  const { key, node, does } = outline;
  if (does.action !== 'run') return;
  const { relation, operation, definition, host } = does;
  const inputs = inputsOf(setting, node, definition, relation);
  const done = comparison.operations.get(key);
  const isOwn = relation === undefined;
  const earlier = isOwn
    ? lifecycle.slice(0, Math.max(0, lifecycle.indexOf(operation))).map((name) => operationKey(node.name, name))
    : [];
  const before = (comparison.runs.get(node.name) ?? []).filter((step) => earlier.includes(step.key));
  const target = relation && wanted.graph.nodes[relation.target];
  const why: Why | undefined = comparison.made.has(stepKey(host, 'server'))
    ? done
      ? 'replaced'
      : 'new'
    : !done
      ? 'new'
      : done.digest === undefined
        ? 'unfinished'
        : (target && comparison.isNewNode(wanted.graph, target)) ||
            (relation && comparison.isNewNode(wanted.graph, node))
          ? 'replaced'
          : isOwn && comparison.findings.ailing.has(node.name)
            ? 'broken'
            : before.some((step) => !step.ifChanged)
              ? 'changed'
              : undefined;
  const isOpen = holesIn(inputs).length > 0;
  const isDrained = comparison.drained.has(key);
  const drainedFor = comparison.drained.get(key) ?? [];
  const differs =
    !isOpen &&
    done?.digest !== undefined &&
    done.digest !== digestOf(definition, inputs as Readonly<Record<string, Data>>, wanted.files);
  const notice = relation && noticeOf(operation, relation, node);
  if (notice !== undefined && why === undefined) return;
  const isDue = why !== undefined || differs || (isDrained && drainedFor.length === 0);
  const conditional = !isDue && (isOpen || before.length > 0 || isDrained);
  if (!isDue && !conditional) return;
  const changes = done?.inputs ? differing(done.inputs, inputs) : [];
  const step: OperationStep = {
    key,
    node: node.name,
    action: 'run',
    of: 'wanted',
    interface: does.interface,
    operation,
    ...(relation && { relation: relation.id, target: relation.target }),
    host,
    spec: inputs,
    needs: [
      ...new Set([...needsFor(outline, inputs), ...before.map((one) => one.key), ...endsOf(comparison, relation)]),
    ],
    why: why ?? 'changed',
    ...(changes.length > 0 && { changes }),
    ...(notice !== undefined && { settles: [notice] }),
    ...(conditional && {
      ifChanged: [...new Set([...before.flatMap((one) => one.ifChanged ?? []), ...drainedFor, key])],
    }),
  };
  comparison.up(isOwn && done && why !== 'replaced' ? stopBefore(comparison, step, node, setting) : step);
  unsettle(comparison, wanted.graph, outline);
}

/** What an operation sets may be something else from now on. */
function unsettle(comparison: Comparison, graph: Graph, { node, does }: Outline): void {
  if (does.action !== 'run') return;
  for (const { node: of, path } of placesOf(graph, node, does.definition, does.relation))
    forget(comparison.stable.attributes.get(of), path);
  comparison.stable.outputs.delete(outputKey(node.name, does, does.relation));
}

/** What is run at the other end of a relationship comes before what is run for the relationship. */
function endsOf(comparison: Comparison, relation: Relation | undefined): string[] {
  return relation ? ownRuns(comparison, relation.target).map(({ key }) => key) : [];
}

function ownRuns(comparison: Comparison, node: string): OperationStep[] {
  return (comparison.runs.get(node) ?? []).filter(({ operation }) => lifecycle.includes(operation));
}

/**
 * Tells one end of a relationship that the other one has changed: that its own operations run again, or that what it was
 * introduced with (or told last) is different.
 */
export function compareNotice(
  comparison: Comparison,
  outline: Outline,
  wanted: Wanted,
  setting: Setting,
  needsFor: Needs,
): void {
  const { key, node, does } = outline;
  if (does.action !== 'run' || !does.relation || !(does.operation in notices)) return;
  const { relation, definition } = does;
  const which = does.operation as keyof typeof notices;
  const introduction = operationKey(node.name, notices[which], relation);
  const target = wanted.graph.nodes[relation.target];
  const before = comparison.present.graph.nodes[node.name]?.requirements.some(({ id }) => id === relation.id);
  const isNew = [node, target].some((end) => end === undefined || comparison.isNewNode(wanted.graph, end));
  if (!before || isNew || comparison.ups.has(introduction)) return;

  const introduced = implementedOperation(relation.relationship.interfaces, notices[which])?.definition;
  const told = [
    { key: introduction, of: introduced },
    { key, of: definition },
  ].flatMap(({ key: of, of: what }) => {
    const digest = comparison.operations.get(of)?.digest;
    const inputs = what && inputsOf(setting, node, what, relation);
    if (digest === undefined || !what || !inputs) return [];
    const isOpen = holesIn(inputs).length > 0;
    const differs = !isOpen && digest !== digestOf(what, inputs as Readonly<Record<string, Data>>, wanted.files);
    return [{ key: of, isOpen, differs }];
  });
  const done = comparison.operations.get(key);
  const isUnfinished = done !== undefined && done.digest === undefined;
  const runs = ownRuns(comparison, which === 'target_changed' ? relation.target : node.name);
  const isDue = isUnfinished || told.some(({ differs }) => differs) || runs.some(({ ifChanged }) => !ifChanged);
  if (!isDue && runs.length === 0 && !told.some(({ isOpen }) => isOpen)) return;
  const inputs = inputsOf(setting, node, definition, relation);
  const changes = done?.inputs ? differing(done.inputs, inputs) : [];
  const ends = [...endsOf(comparison, relation), ...ownRuns(comparison, node.name).map((one) => one.key)];
  comparison.up({
    key,
    node: node.name,
    action: 'run',
    of: 'wanted',
    interface: does.interface,
    operation: which,
    relation: relation.id,
    target: relation.target,
    host: does.host,
    spec: inputs,
    needs: [...new Set([...needsFor(outline, inputs), ...ends])],
    why: isUnfinished ? 'unfinished' : 'changed',
    ...(changes.length > 0 && { changes }),
    ...(introduced && { settles: [introduction] }),
    ...(!isDue && {
      ifChanged: [...new Set([...runs.flatMap(({ ifChanged }) => ifChanged ?? []), ...told.map((one) => one.key)])],
    }),
  });
  unsettle(comparison, wanted.graph, outline);
}

/** Software that runs is stopped before it is set up anew in its place; answers the step with that need. */
function stopBefore(comparison: Comparison, step: OperationStep, node: Instance, setting: Setting): OperationStep {
  if (!comparison.operations.has(operationKey(node.name, 'start'))) return step;
  const drains = (comparison.incoming.get(node.name) ?? []).flatMap(({ source, relation }) =>
    planBefore(comparison, step, source, setting, 'remove_target', relation),
  );
  const stops = planBefore(comparison, { ...step, needs: [...step.needs, ...drains] }, node, setting, 'stop');
  return { ...step, needs: [...new Set([...step.needs, ...drains, ...stops])] };
}

/** What is done before a step that sets a node up anew, where the template has something for that; answers its key. */
function planBefore(
  comparison: Comparison,
  step: OperationStep,
  node: Instance,
  setting: Setting,
  operation: 'stop' | 'remove_target',
  relation?: Relation,
): string[] {
  const { interfaces } = relation?.relationship ?? node;
  // Who is told of a change has no need to part.
  if (relation && implementedOperation(interfaces, 'target_changed')) return [];
  const found = implementedOperation(interfaces, operation);
  const host = found && hostFor(setting.topology, node, node, found.definition, relation);
  const undone = operationKey(node.name, relation ? 'add_target' : 'start', relation);
  if (!found || host === undefined || !comparison.operations.has(undone)) return [];
  const key = operationKey(node.name, operation, relation);
  const earlier = comparison.ups.get(key);
  const before = earlier?.action === 'run' ? earlier : undefined;
  const isCertain = !step.ifChanged || (before && !before.ifChanged);
  const either = isCertain ? undefined : [...new Set([...(before?.ifChanged ?? []), ...(step.ifChanged ?? [])])];
  const planned: OperationStep = {
    key,
    node: node.name,
    action: 'run',
    of: 'wanted',
    interface: found.interface,
    operation,
    ...(relation && { relation: relation.id, target: relation.target }),
    host,
    spec: known(inputsOf(setting, node, found.definition, relation)),
    needs: before?.needs ?? step.needs,
    why: step.why,
    undoes: relation ? undoneBy('remove_target').map((name) => operationKey(node.name, name, relation)) : [undone],
    ...(either && { ifChanged: either }),
  };
  if (before) comparison.ups.set(key, planned);
  else comparison.up(planned);
  if (relation) comparison.drained.set(undone, either);
  return [key];
}

/** The key of what tells a relationship's end of changes, for the operation that has introduced the other end. */
function noticeOf(operation: string, relation: Relation, node: Instance): string | undefined {
  const notice = Object.entries(notices).find(([, introduction]) => introduction === operation)?.[0];
  const found = notice !== undefined && implementedOperation(relation.relationship.interfaces, notice);
  return found ? operationKey(node.name, notice, relation) : undefined;
}
