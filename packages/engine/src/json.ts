import type { Json } from './run.ts';

/**
 * JSON that PostgreSQL can keep: its text has no NUL character and no half of a surrogate pair, and scripts and clouds
 * may well send such things. They become U+FFFD.
 */
export function jsonText(value: Json | void): string | null {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) return null;
  return suspicious.test(text)
    ? JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? keepable(part) : part))
    : text;
}

/** The same for what is not text yet. */
export function withoutUnkeepable<T extends Json>(value: T): T {
  const text = JSON.stringify(value) as string | undefined;
  return text !== undefined && suspicious.test(text) ? (fromText(jsonText(value)) as T) : value;
}

/** The same for plain text. */
export function keepable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

const suspicious = /\\u(?:0000|d[89a-f])/i;

/** What is given back is what a later telling will read from the journal, even where JSON loses something (a Date). */
export function fromText(text: string | null): Json {
  return text === null ? undefined : JSON.parse(text);
}
