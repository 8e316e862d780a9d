import { YAMLMap, type Document, type Node } from 'yaml';
import { Source } from '../position.ts';
import type { TemplateProblem } from '../problem.ts';
import { profileNamed, standardProfile } from '../profile.ts';
import type { Reading } from '../reading.ts';
import { typeKinds, type TypeKind, type TypeSource } from '../unit.ts';
import type { Converting } from './converting.ts';
import { rewriteType } from './definitions.ts';
import type { Grounds } from './ground.ts';
import { fileImport, profileImport, relativePath, rewriteImports } from './imports.ts';
import { dropEmpty, fillEmpty, refuseKeys } from './names.ts';
import { rewriteTemplate } from './templates.ts';
import { entriesIn, entryOf, isMap, mapOf, remove, rename, setText, valueAt, word } from './tree.ts';
import { rewriteValue } from './values.ts';

/** Rewrites a document of 1.x in place. `reading.unit` is the file; */
export function rewriteFile(
  document: Document,
  text: string,
  reading: Reading,
  grounds: Grounds,
  say: (problem: TemplateProblem) => void,
): void {
  const { file } = reading.unit;
  const source = new Source(file, text);
  const tell = (severity: 'error' | 'warning') => (node: unknown, message: string) => {
    const { line, column } = source.position(offsetOf(node));
    say({ file, line, column, severity, rule: 'not-convertible', message });
  };
  const missing = new Map<string, Node>();
  const converting: Converting = {
    document,
    reading,
    grounds,
    done: new WeakSet(),
    missing,
    refuse: tell('error'),
    tell: tell('warning'),
    typeName: (kind, name) => nameInTwo(reading, missing, kind, name),
  };
  const root = document.contents;
  rewriteHead(converting, root);
  for (const { value } of entriesIn(valueAt(root, 'repositories'))) {
    refuseKeys(converting, value, ['credential'], 'A repository of 2.0 (§6.5) has');
  }
  for (const kind of typeKinds) {
    fillEmpty(valueAt(root, `${kind}_types`));
    for (const entry of entriesIn(valueAt(root, `${kind}_types`))) rewriteType(converting, kind, entry);
  }
  const template = rename(root, 'topology_template', 'service_template');
  const topology = mapOf(template?.value);
  if (topology) {
    dropEmpty(topology);
    rewriteTemplate(converting, topology);
  }
  dropEmpty(root);
  // What is left is data that some alias may stand for.
  for (const { value } of entriesIn(valueAt(root, 'dsl_definitions'))) rewriteValue(converting, value, grounds.outside);
  rewriteImports(converting, root);
}

function offsetOf(node: unknown): number {
  const range = (node as Partial<Node> | null)?.range; // What is told of is a node of the text.
  return range?.[0] ?? 0;
}

/** The version comes first in 2.0; what 1.0 writes at the top is metadata; a namespace has no place in a file that is no profile. */
function rewriteHead(converting: Converting, root: Node | null): void {
  if (!isMap(root)) return;
  const version = entryOf(root, 'tosca_definitions_version');
  if (version) {
    setText(version.value, 'tosca_2_0');
    root.items = [version, ...root.items.filter((pair) => pair !== version)];
  } else root.items.unshift(converting.document.createPair('tosca_definitions_version', 'tosca_2_0'));
  for (const key of ['template_name', 'template_version', 'template_author']) {
    const entry = entryOf(root, key);
    if (!entry) continue;
    remove(root, key);
    if (!isMap(valueAt(root, 'metadata'))) {
      remove(root, 'metadata');
      root.items.splice(1, 0, converting.document.createPair('metadata', new YAMLMap()));
    }
    const metadata = valueAt(root, 'metadata');
    if (isMap(metadata) && !entryOf(metadata, key)) metadata.items.push(entry);
  }
  for (const key of ['namespace', 'tosca_default_namespace']) {
    const entry = entryOf(root, key);
    if (!entry) continue;
    converting.tell(
      entry.key,
      `Only a profile has a name for its types in 2.0 (§6.7), which no file here uses; ${key} is left out`,
    );
    remove(root, key);
  }
}

/** Shorthands are written out, and what only the importer knows is imported. */
function nameInTwo(reading: Reading, missing: Map<string, Node>, kind: TypeKind, name: string): string {
  const { names, unit } = reading;
  const source = names.find(kind, name, unit);
  if (!source) return name;
  if (source.unit === standardProfile(unit.minor)) return hostName(reading, source.name);
  if (declares(reading, kind, name, source)) return name;
  importOwner(reading, missing, name, source);
  return name;
}

/** Container of 1.0 to 1.2 (§5.4.2) is what 1.3 §5.5.2 calls Compute, unless the template has one of its own. */
function hostName({ names, unit }: Reading, name: string): string {
  if (name !== 'tosca.capabilities.Container' || unit.minor === 3) return name;
  const compute = names.find('capability', 'tosca.capabilities.Compute', unit);
  return !compute || compute.unit.isProfile ? 'tosca.capabilities.Compute' : name;
}

/** Whether the file itself, or what it imports, has the type. */
function declares({ unit }: Reading, kind: TypeKind, name: string, source: TypeSource): boolean {
  const seen = new Set([unit]);
  const within = (at: typeof unit, wanted: string): boolean => {
    if (at.declared[kind].get(wanted) === source) return true;
    return at.imports.some(({ unit: imported, prefix }) => {
      if (prefix !== undefined)
        return wanted.startsWith(`${prefix}:`) && within(imported, wanted.slice(prefix.length + 1));
      if (seen.has(imported)) return false;
      seen.add(imported);
      return within(imported, wanted);
    });
  };
  return within(unit, name);
}

function importOwner({ unit }: Reading, missing: Map<string, Node>, name: string, source: TypeSource): void {
  const prefix = name === source.name || !name.includes(':') ? undefined : name.slice(0, name.indexOf(':'));
  const { file, isProfile } = source.unit;
  const key = `${prefix ?? ''} ${file}`;
  if (missing.has(key)) return;
  const from =
    isProfile && profileNamed(file) ? profileImport(file, prefix === undefined ? undefined : word(prefix)) : undefined;
  missing.set(key, from ?? fileImport(relativePath(unit.file, file), prefix));
}
