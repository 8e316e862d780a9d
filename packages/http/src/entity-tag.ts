import { createHash } from 'node:crypto';
import type { Versioned } from '@pileus/api';
import { Failure } from '@pileus/model';

/**
 * A strong entity tag (RFC 9110, 8.8.3) of two digests: `"SET.ALL"`, what people have set and the whole answer. A copy is as
 * good as new when both are the same; a change may be made when the first is, since nobody overwrites the rest.
 */
export function entityTag(answer: unknown, { besides }: Versioned): string {
  const all = typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
  const set = all.filter(([name]) => !besides.includes(name));
  return `"${digest(set)}.${digest(all)}"`;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}

/** The tags a header names; `*` for any. Throws `invalid` for what is none. */
export function tagsIn(header: string, name: 'If-Match' | 'If-None-Match'): '*' | readonly string[] {
  if (header.trim() === '*') return '*';
  const list = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*\s*$/;
  if (!list.test(header)) {
    const reason = 'it takes entity tags as answers carried them in ETag, in double quotes, or *';
    throw new Failure('invalid', { what: name, reason }, { problems: [{ at: name, message: reason, rule: 'header' }] });
  }
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** Whether a change that is bound to these tags may be made; weak tags bind nothing. */
export function mayChange(tags: '*' | readonly string[], current: string): boolean {
  return tags === '*' || tags.some((tag) => setPart(tag) === setPart(current));
}

/** Whether the caller's copy is as good as a new answer. */
export function isFresh(tags: '*' | readonly string[], current: string): boolean {
  return tags === '*' || tags.some((tag) => tag.replace(/^W\//, '') === current);
}

const setPart = (tag: string): string => tag.slice(0, tag.indexOf('.'));
