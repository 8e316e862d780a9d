import type { Data } from './topology.ts';

/** A value inside a text: a list or a map as JSON, nothing as nothing. */
export function textOf(data: Data): string {
  if (data === null) return '';
  return typeof data === 'object' ? JSON.stringify(data) : String(data);
}

/** `an integer`, `a string`: the name of a type in a sentence. */
export function withArticle(type: string): string {
  return `${/^[aeiou]/i.test(type) ? 'an' : 'a'} ${type}`;
}
