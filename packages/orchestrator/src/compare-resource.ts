import { attainable, differing, isShrinking } from './compare.ts';
import { deletionKey, type Comparison, type Needs } from './comparison.ts';
import type { Graph, Instance } from './expand.ts';
import type { Why } from './plan.ts';
import { specOf } from './resources.ts';
import { resourcesOf, type Outline } from './structure.ts';
import { holesIn, scopeOf, type Setting } from './values.ts';

/** Makes, changes, replaces or leaves alone one resource. */
export function compareResource(
  comparison: Comparison,
  outline: Outline,
  setting: Setting,
  ports: ReadonlyMap<string, readonly Instance[]>,
  needsFor: Needs,
): void {
  const { key, node, does } = outline;
  if (does.action !== 'create') return;
  comparison.wantedKeys.add(key);
  const { kind, part } = does;
  const scope = scopeOf(setting, node, ports);
  const asked = specOf(kind, node, part, scope);
  const name = part ? `${scope.nameOf(node)}/${part.target}` : scope.nameOf(node);
  const held = comparison.resources.get(key) ?? [];
  const current = held.findLast(({ ref, state }) => ref !== undefined && state !== 'failed' && state !== 'deleting');
  for (const other of held) if (other !== current) comparison.deleted.set(other.step, 'unfinished');
  const spec = current && !comparison.isStrict ? attainable(kind, current.spec, asked) : asked;
  const needs = needsFor(outline, spec);

  const broken = current && comparison.findings.broken.get(current.step);
  const changes = current ? differing(current.spec, spec) : [];
  const drift = ((current && comparison.findings.drifted.get(current.step)) ?? []).filter(
    (one) => !isShrinking(kind, one),
  );
  const all = [...changes, ...drift.filter(({ field }) => !changes.some((one) => one.field === field))];
  const fields = all.map(({ field }) => field);
  const mayChange = comparison.changeable(kind);
  const isReplaced = broken !== undefined || fields.some((field) => !mayChange.includes(field));

  if (!current || isReplaced) {
    const why: Why = !current
      ? held.length > 0
        ? 'unfinished'
        : 'new'
      : (broken?.why ?? (changes.some(({ field }) => !mayChange.includes(field)) ? 'changed' : 'drifted'));
    if (current) comparison.deleted.set(current.step, why);
    forgetMade(comparison, key, node.name);
    comparison.made.add(key);
    const earlier = Math.max(comparison.present.survey.made[key] ?? 0, held.length);
    const replaces = held.map(({ step }) => deletionKey(step));
    comparison.up({
      key,
      node: node.name,
      action: 'create',
      kind,
      name,
      spec,
      needs,
      earlier,
      why,
      ...(current && all.length > 0 && { changes: all }),
      ...(replaces.length > 0 && { replaces }),
    });
    return;
  }
  for (const known of [comparison.known, comparison.stable]) known.refs.set(key, current.ref ?? '');
  if (fields.length > 0) {
    const why: Why = changes.length > 0 ? 'changed' : 'drifted';
    const resource = current.step;
    comparison.up({ key, node: node.name, action: 'update', kind, name, spec, needs, resource, why, changes: all });
  }
  if (comparison.findings.stopped.has(current.step)) {
    const verbKey = `${key}:start`;
    const after = fields.length > 0 ? [key] : [];
    comparison.up({
      key: verbKey,
      node: node.name,
      action: 'verb',
      verb: 'start',
      kind,
      name,
      resource: current.step,
      needs: after,
      why: 'broken',
    });
  }
}

/** A resource that stays may still change in place with what operations will answer: seen once they have. */
export function reconsiderResource(
  comparison: Comparison,
  outline: Outline,
  setting: Setting,
  ports: ReadonlyMap<string, readonly Instance[]>,
  needsFor: Needs,
): void {
  const { key, node, does } = outline;
  if (does.action !== 'create' || comparison.ups.has(key)) return;
  const { kind, part } = does;
  const scope = scopeOf(setting, node, ports);
  const spec = specOf(kind, node, part, scope);
  const open = comparison.changeable(kind).filter((field) => holesIn(spec[field]).length > 0);
  const current = (comparison.resources.get(key) ?? []).findLast(({ ref }) => ref !== undefined);
  if (open.length === 0 || !current) return;
  const { step: resource, name } = current;
  const changes = open.map((field) => ({ field, from: current.spec[field], to: spec[field] }));
  const needs = needsFor(outline, spec);
  comparison.up({ key, node: node.name, action: 'update', kind, name, spec, needs, resource, why: 'changed', changes });
}

/** What a new resource will set is not known any more. */
function forgetMade(comparison: Comparison, key: string, node: string): void {
  for (const known of [comparison.known, comparison.stable]) {
    known.refs.delete(key);
    known.attributes.delete(node);
  }
}

/** Software on a server that is made anew has nothing left of it. */
export function loseHosted(comparison: Comparison, graph: Graph): void {
  for (const node of Object.values(graph.nodes)) {
    if (!comparison.isOnNewHost(graph, node)) continue;
    if (resourcesOf(node).length > 0) continue;
    for (const known of [comparison.known, comparison.stable]) known.attributes.delete(node.name);
  }
}
