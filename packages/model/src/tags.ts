import { z } from 'zod';

/** A name that something is filed under: letters, digits and `_ . / -` of any language, also blanks between them. */
export const TagKey = z
  .string()
  .max(64)
  .regex(
    /^[\p{L}\p{N}_](?:[\p{L}\p{N}_./ -]*[\p{L}\p{N}_.-])?$/u,
    'The name of a tag is letters, digits and _ . / - with blanks between them, up to 64 characters',
  );
export const TagValue = z
  .string()
  .max(256)
  .regex(/^\P{Cc}*$/u, 'The value of a tag is one line');
export const mostTags = 50;

export type Tags = Readonly<Record<string, string>>;

/** `owner=zhang` or `owner`: what tags are found by. */
export interface TagSought {
  readonly key: string;
  /** Any, where it is absent. */
  readonly value?: string | undefined;
}

/** Reads `owner=zhang`; undefined where that names no tag. */
export function readTag(text: string): TagSought | undefined {
  const at = text.indexOf('=');
  const key = (at < 0 ? text : text.slice(0, at)).trim();
  if (!TagKey.safeParse(key).success) return undefined;
  return at < 0 ? { key } : { key, value: text.slice(at + 1) };
}
