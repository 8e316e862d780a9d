import type { Data } from './topology.ts';

/** The part of a value a path leads to; null where it leads nowhere. */
export function dig(data: Data, path: readonly string[]): Data {
  let at: Data | undefined = data;
  for (const step of path) {
    if (Array.isArray(at)) at = (at as readonly Data[])[Number(step)]; // isArray forgets readonly arrays.
    else if (typeof at === 'object' && at !== null)
      at = Object.hasOwn(at, step) ? (at as Readonly<Record<string, Data>>)[step] : undefined; // Not an array.
    else return null;
  }
  return at ?? null;
}
