import { entry } from './fields.ts';
import { deepestDerivation } from './names.ts';
import type { Report } from './report.ts';
import type { DeclaredKind, TypeKind, TypeSource } from './unit.ts';

/**
 * Types of 1.x that stand in the section of another kind, as what they are derived from tells (1.3 §3.10: each kind has a section of
 * its own), are taken for what they are.
 */
export function putInPlace(report: Report, declared: Readonly<Record<DeclaredKind, Map<string, TypeSource>>>): void {
  for (const kind of normativeKinds.values()) {
    const section = new Map(declared[kind]);
    for (const [name, source] of section) {
      const { root, kind: meant } = rootOf(source, section);
      if (meant === undefined || meant === kind || declared[meant].has(name)) continue;
      const message = `${name} stands under ${kind}_types, but is derived from ${root}, so it is taken for a ${meant} type; move it to ${meant}_types (1.3 §3.10)`;
      report.warn(source.at, 'wrong-section', message);
      declared[kind].delete(name);
      declared[meant].set(name, { ...source, kind: meant });
    }
  }
}

/** The kind of the normative type that a type is derived from, as its name tells it, over others of its section. */
function rootOf(
  source: TypeSource,
  section: ReadonlyMap<string, TypeSource>,
): { root: string; kind: TypeKind | undefined } {
  const seen = new Set<TypeSource>();
  let root = '';
  for (
    let at: TypeSource | undefined = source;
    at && !seen.has(at) && seen.size < deepestDerivation;
    at = section.get(root)
  ) {
    seen.add(at);
    const parent = entry(at.yaml, 'derived_from');
    root = parent?.is === 'scalar' ? parent.text : '';
  }
  return { root, kind: normativeKinds.get(/^tosca\.([a-z]+)\./.exec(root)?.[1] ?? '') };
}

/** What the names of normative types begin with, after `tosca.` (1.3 §5). */
const normativeKinds: ReadonlyMap<string, TypeKind> = new Map([
  ['artifacts', 'artifact'],
  ['datatypes', 'data'],
  ['capabilities', 'capability'],
  ['interfaces', 'interface'],
  ['relationships', 'relationship'],
  ['nodes', 'node'],
  ['groups', 'group'],
  ['policies', 'policy'],
]);
