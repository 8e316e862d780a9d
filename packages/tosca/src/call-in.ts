import type { Data } from './topology.ts';

/** A function call in plain data: its name with `$`, and its arguments. */
export function callIn(data: Data): readonly [name: string, given: readonly Data[]] | undefined {
  if (typeof data === 'string') return data.startsWith('$') && !data.startsWith('$$') ? [data, []] : undefined;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const [only, ...more] = Object.entries(data as Readonly<Record<string, Data>>); // Neither null nor a list.
  if (!only || more.length > 0 || !only[0].startsWith('$') || only[0].startsWith('$$')) return undefined;
  return [only[0], Array.isArray(only[1]) ? (only[1] as readonly Data[]) : [only[1]]]; // isArray forgets readonly arrays.
}
