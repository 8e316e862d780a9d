import { isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, YAMLSeq, type Document, type Node } from 'yaml';

/** A document being rewritten, and how to say what could not be carried over. */
export interface Rewriting {
  readonly document: Document;
  note(node: unknown, message: string): void;
}

export type Entry = Pair<Scalar, Node | null>;

/** The entries of a map whose keys are plain words; a map that an alias stands for is rewritten where it is written. */
export function entriesIn(node: unknown): Entry[] {
  if (!isMap(node)) return [];
  return node.items.filter((pair): pair is Entry => isScalar(pair.key) && keyOf(pair as Entry) !== '<<');
}

export function keyOf({ key }: Entry): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
}

export function entryOf(node: unknown, key: string): Entry | undefined {
  return entriesIn(node).find((entry) => keyOf(entry) === key);
}

export function valueAt(node: unknown, key: string): Node | null | undefined {
  return entryOf(node, key)?.value;
}

export function textAt(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  if (typeof node.value === 'string') return node.value;
  return node.source ?? (typeof node.value === 'number' ? String(node.value) : undefined);
}

/** Gives a key another name and leaves what is written around it. */
export function rename(node: unknown, from: string, to: string): Entry | undefined {
  const entry = entryOf(node, from);
  if (entry) entry.key.value = to;
  return entry;
}

export function remove(node: unknown, key: string): void {
  const entry = entryOf(node, key);
  if (isMap(node) && entry) node.items.splice(node.items.indexOf(entry), 1);
}

/** The items of a list, or of a 1.0 map that stands for one. */
export function itemsIn(node: unknown): Node[] {
  return isSeq(node) ? node.items.filter((item): item is Node => typeof item === 'object' && item !== null) : [];
}

export function setText(node: unknown, text: string): void {
  if (isScalar(node)) node.value = text;
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

export function word(value: string | number): Scalar {
  return new Scalar(value);
}

export { isMap, isScalar, isSeq };
