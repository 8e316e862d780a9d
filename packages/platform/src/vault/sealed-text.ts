/**
 * A secret as the database has it: `v2.KEYID.wrapped.content`. The content is sealed with a data key, which is there too, wrapped
 * under the key with this id. `v1.wrapped.content` is how it was written before keys had ids.
 */
export interface SealedText {
  /** Undefined for v1: any key of before may be it. */
  readonly key: string | undefined;
  readonly wrapped: string;
  readonly content: string;
}

/** What the texts of before have in place of a key's id. */
export const unnamed = 'v1';

export function readSealed(text: string): SealedText | undefined {
  const parts = text.split('.');
  const [version, first = '', second = '', third = ''] = parts;
  if (version === 'v2' && parts.length === 4) return { key: first, wrapped: second, content: third };
  if (version === 'v1' && parts.length === 3) return { key: undefined, wrapped: first, content: second };
  return undefined;
}

export function writeSealed(key: string, wrapped: string, content: string): string {
  return ['v2', key, wrapped, content].join('.');
}

/** What of a sealed text stays as it is when it is wrapped anew: no two secrets have the same. */
export function contentOf(text: string): string {
  return readSealed(text)?.content ?? text;
}
