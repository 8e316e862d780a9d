import type { TypeKind } from '../unit.ts';
import type { Converting } from './converting.ts';
import { entriesIn, flowMap, isNothing, itemsIn, keyOf, remove, setText, textAt } from './tree.ts';

/** The scalar-unit types of 1.x (§3.3.6), which 2.0 §9.1.2.2 defines like any other. */
const scalarUnits = new Map([
  ['scalar-unit.size', 'tosca.datatypes.Size'],
  ['scalar-unit.time', 'tosca.datatypes.Time'],
  ['scalar-unit.frequency', 'tosca.datatypes.Frequency'],
  ['scalar-unit.bitrate', 'tosca.datatypes.Bitrate'],
]);

/** What 1.x templates write for a primitive type. */
const longNames = new Map([
  ['int', 'integer'],
  ['bool', 'boolean'],
  ['str', 'string'],
  ['number', 'float'],
]);

export function rewriteTypeName(converting: Converting, kind: TypeKind, node: unknown): void {
  const name = textAt(node);
  if (name === undefined) return;
  const full = (kind === 'data' ? dataName(name) : undefined) ?? converting.typeName(kind, name);
  if (full !== name) setText(node, full);
}

function dataName(name: string): string | undefined {
  return scalarUnits.get(name) ?? longNames.get(name.toLowerCase());
}

export function rewriteTypeNames(converting: Converting, kinds: readonly TypeKind[], list: unknown): void {
  const found = textAt(list) === undefined ? itemsIn(list) : [list];
  for (const item of found) for (const kind of kinds) rewriteTypeName(converting, kind, item);
}

/** 1.x lets keys stand empty; 2.0 does not. */
export function dropEmpty(map: unknown): void {
  for (const entry of entriesIn(map)) if (isNothing(entry.value)) remove(map, keyOf(entry));
}

/** What has a name and nothing more is an empty map in 2.0. */
export function fillEmpty(map: unknown): void {
  for (const entry of entriesIn(map)) {
    if (!isNothing(entry.value)) continue;
    const empty = flowMap([]);
    if (entry.value?.comment) empty.comment = entry.value.comment;
    entry.value = empty;
  }
}

export function refuseKeys(converting: Converting, owner: unknown, keys: readonly string[], why: string): void {
  for (const entry of entriesIn(owner)) {
    if (keys.includes(keyOf(entry)) && !isNothing(entry.value))
      converting.refuse(entry.key, `${why} no ${keyOf(entry)}`);
  }
  for (const key of keys) remove(owner, key);
}
