import type { ManagedKind } from '@pileus/model';
import { isHole, type FieldChange } from './plan.ts';

/** Fields in which two specs differ; a hole differs from everything. */
export function differing(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): FieldChange[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((field) =>
    isSame(from[field], to[field]) ? [] : [{ field, from: from[field], to: to[field] }],
  );
}

/** Compares as JSON does, whatever the order of keys; nothing that is not there equals what is not there. */
function isSame(a: unknown, b: unknown): boolean {
  if (isHole(a) || isHole(b)) return false;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return (a ?? null) === (b ?? null);
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, index) => isSame(one, b[index]))
    );
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/**
 * What a resource can become of what is wanted: a volume that is larger than wanted stays as it is, which serves as well.
 */
export function attainable(
  kind: ManagedKind,
  held: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { gigabytes } = held;
  const change = { field: 'gigabytes', from: gigabytes, to: wanted['gigabytes'] };
  return isShrinking(kind, change) ? { ...wanted, gigabytes } : wanted;
}

/** Whether a volume would have to become smaller, which no cloud does without losing what is on it. */
export function isShrinking(kind: ManagedKind, { field, from, to }: FieldChange): boolean {
  return kind === 'volume' && field === 'gigabytes' && typeof from === 'number' && typeof to === 'number' && to < from;
}
