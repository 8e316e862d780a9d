import type { Data } from './topology.ts';

/** A value inside a text: a list or a map as JSON, nothing as nothing. */
export function textOf(data: Data): string {
  if (data === null) return '';
  return typeof data === 'object' ? JSON.stringify(data) : String(data);
}
