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
