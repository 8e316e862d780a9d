import type { Node, YAMLMap } from 'yaml';
import { nfvProfile } from '../version.ts';
import type { Converting } from './converting.ts';
import {
  entriesIn,
  entryOf,
  flowMap,
  isMap,
  isSeq,
  keyOf,
  mapOf,
  meant,
  remove,
  rename,
  textAt,
  valueAt,
  word,
  YAMLSeq,
} from './tree.ts';

const simpleProfileName = 'org.oasis-open.simple:2.0';
const ownProfile = /^(pileus_types_1_0)(?:\.ya?ml)?$/;

/**
 * 1.3 §3.6.8 → 2.0 §6.8. The Simple Profile is imported last, since a type of the template's own goes before one of the same
 * name; so are the files of types that 1.x takes from whoever imports this one.
 */
export function rewriteImports(converting: Converting, root: Node | null): void {
  if (!isMap(root)) return;
  const given = valueAt(root, 'imports');
  const list = isSeq(given) ? given : new YAMLSeq();
  const named = mapOf(given);
  if (named) for (const { value } of entriesIn(named)) if (value) list.items.push(value);
  list.items = list.items.map((item) => rewriteImport(meant(item) as Node)); // A parsed list holds nodes.
  // Files of NFV know the types of its profile without importing them.
  const isNfv = converting.reading.unit.imports.some(({ unit }) => unit.file === nfvProfile);
  if (isNfv) list.items.push(profileImport(nfvProfile));
  list.items.push(...converting.missing.values());
  list.items.push(flowMap([['profile', word(simpleProfileName)]]));
  const entry = entryOf(root, 'imports');
  if (entry) entry.value = list;
  else root.items.splice(1, 0, converting.document.createPair('imports', list));
}

function rewriteImport(item: Node): Node {
  const profile = ownProfile.exec(textAt(item) ?? textAt(valueAt(item, 'file')) ?? '');
  if (profile?.[1] !== undefined) {
    const prefix = valueAt(item, 'namespace_prefix');
    return profileImport(profile[1], prefix ?? undefined);
  }
  const [only, ...others] = entriesIn(item);
  if (only && others.length === 0 && keyOf(only) !== 'file' && only.value)
    return rewriteImport(meant(only.value) as Node); // As above.
  rename(item, 'file', 'url');
  rename(item, 'namespace_prefix', 'namespace');
  remove(item, 'namespace_uri');
  return item;
}

export function profileImport(name: string, prefix?: Node): YAMLMap {
  return flowMap([['profile', word(name)], ...(prefix ? [['namespace', prefix] as const] : [])]);
}

export function fileImport(path: string, prefix: string | undefined): YAMLMap {
  return flowMap([['url', word(path)], ...(prefix === undefined ? [] : [['namespace', word(prefix)] as const])]);
}

/** The way from a file to another. */
export function relativePath(from: string, to: string): string {
  const start = from.split('/').slice(0, -1);
  const end = to.split('/');
  let common = 0;
  while (common < start.length && start[common] === end[common]) common += 1;
  return [...start.slice(common).map(() => '..'), ...end.slice(common)].join('/');
}
