import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Pair,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
  type Alias,
  type Document,
  type Node,
} from 'yaml';
import { indented } from '../indent.ts';

export type Entry = Pair<Scalar, Node | null>;

/** What an alias stands for, noted when its text is opened. */
const anchored = new WeakMap<Alias, Node>();

/** Undefined for what has errors, or aliases that stand for nothing, or nests deeper than the library can hold on its stack. */
export function openDocument(text: string): Document.Parsed | undefined {
  try {
    const document = parseDocument(indented(text) ?? text, { uniqueKeys: false, logLevel: 'silent' });
    let isWhole = document.errors.length === 0;
    const anchors = new Map<string, Node>();
    visit(document, {
      Alias: (_, alias) => {
        const node = anchors.get(alias.source);
        if (node) anchored.set(alias, node);
        else isWhole = false;
      },
      Node: (_, node) => {
        if (!isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
    return isWhole ? document : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The node itself, or what it is an alias of. What is written once and used often is rewritten where it is written. */
export function meant(node: unknown): unknown {
  return isAlias(node) ? anchored.get(node) : node;
}

/** A map, given or meant by an alias. */
export function mapOf(node: unknown): YAMLMap | undefined {
  const found = meant(node);
  return isMap(found) ? found : undefined;
}

/** The entries of a map whose keys are plain words, and those it takes over by `<<`. */
export function entriesIn(node: unknown): Entry[] {
  const map = mapOf(node);
  if (!map) return [];
  return ownersOf(map).flatMap(({ items }) => items.filter(isPlain));
}

/** The map, then those it takes entries over from. */
function ownersOf(map: YAMLMap, seen = new Set<YAMLMap>()): YAMLMap[] {
  if (seen.has(map)) return [];
  seen.add(map);
  const merged = map.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || key.value !== '<<') return [];
    return itemsOrSelf(value).flatMap((one) => {
      const other = mapOf(one);
      return other ? ownersOf(other, seen) : [];
    });
  });
  return [map, ...merged];
}

function itemsOrSelf(value: unknown): unknown[] {
  const found = meant(value);
  return isSeq(found) ? found.items : [found];
}

function isPlain(pair: Pair): pair is Entry {
  return isScalar(pair.key) && pair.key.value !== '<<';
}

export function keyOf({ key }: Entry): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

export function entryOf(node: unknown, key: string): Entry | undefined {
  return entriesIn(node).find((entry) => keyOf(entry) === key);
}

/** What stands behind a key, aliases followed. */
export function valueAt(node: unknown, key: string): Node | null | undefined {
  const entry = entryOf(node, key);
  return entry && (meant(entry.value) as Node | null); // What an alias means is a node.
}

export function textAt(node: unknown): string | undefined {
  const found = meant(node);
  if (!isScalar(found) || found.value === null) return undefined;
  if (typeof found.value === 'string') return found.value;
  return found.source ?? (typeof found.value === 'number' ? String(found.value) : undefined);
}

export function isNothing(node: unknown): boolean {
  const found = meant(node);
  return found === null || found === undefined || (isScalar(found) && found.value === null);
}

/** Gives a key another name and leaves what is written around it. */
export function rename(node: unknown, from: string, to: string): Entry | undefined {
  const entry = entryOf(node, from);
  if (entry) entry.key.value = to;
  return entry;
}

export function remove(node: unknown, key: string): void {
  const map = mapOf(node);
  for (const owner of map ? ownersOf(map) : []) {
    owner.items = owner.items.filter((pair) => !isPlain(pair) || keyOf(pair) !== key);
  }
}

/** The items of a list. */
export function itemsIn(node: unknown): Node[] {
  const found = meant(node);
  return isSeq(found) ? found.items.filter((item): item is Node => typeof item === 'object' && item !== null) : [];
}

/** `- name: …` items, or a map of them, which versions of 1.x use for the same. */
export function namedIn(node: unknown): Entry[] {
  const found = meant(node);
  return isSeq(found) ? itemsIn(found).flatMap((item) => entriesIn(item)) : entriesIn(found);
}

/** A map where 2.0 wants a list of maps with one key each. */
export function listed(entry: Entry | undefined): void {
  const map = mapOf(entry?.value);
  if (!entry || !map) return;
  const list = new YAMLSeq();
  for (const one of entriesIn(map)) {
    const item = new YAMLMap();
    item.items.push(one);
    list.items.push(item);
  }
  if (map.flow) list.flow = true;
  entry.value = list;
}

/** A list of maps with one key each where 2.0 wants a map. */
export function mapped(entry: Entry | undefined): void {
  const list = meant(entry?.value);
  if (!entry || !isSeq(list)) return;
  const map = new YAMLMap();
  map.items.push(...namedIn(list));
  if (list.flow) map.flow = true;
  entry.value = map;
}

export function setText(node: unknown, text: string): void {
  const found = meant(node);
  if (isScalar(found)) found.value = text;
}

/** `{ key: value, … }` on one line. */
export function flowMap(entries: readonly (readonly [key: string, value: Node])[]): YAMLMap {
  const map = new YAMLMap();
  map.flow = true;
  for (const [key, value] of entries) map.items.push(new Pair(new Scalar(key), value));
  return map;
}

export function flowList(items: readonly Node[]): YAMLSeq {
  const list = new YAMLSeq();
  list.flow = true;
  list.items.push(...items);
  return list;
}

export function word(value: string | number | boolean): Scalar {
  return new Scalar(value);
}

/** `{ $name: [ … ] }`. */
export function call(name: string, ...given: readonly Node[]): YAMLMap {
  const map = flowMap([[`$${name}`, flowList(given)]]);
  calls.add(map);
  return map;
}

const calls = new WeakSet<YAMLMap>();

/** Whether a map is a call in the words of 2.0 that was put here. */
export function isCall(map: YAMLMap): boolean {
  return calls.has(map);
}

/** The one condition, or all of them joined. */
export function allOf(clauses: readonly Node[]): Node {
  const [only, ...others] = clauses;
  return only && others.length === 0 ? only : call('and', ...clauses);
}

export { isMap, isScalar, isSeq, YAMLSeq };
