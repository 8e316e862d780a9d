import { Failure } from '@pileus/model';
import { pointer } from './json-pointer.ts';

/** Deeper than anything that is meant, and shallow enough for code that walks it. */
const deepest = 64;

/**
 * Refuses what no database row can hold, wherever it stands: the character U+0000 or half of a surrogate pair in a text, or
 * nesting without end.
 */
export function refuseUnkeepable(value: unknown, at: string): void {
  const problem = unkeepable(value, at, 0);
  if (!problem) return;
  throw new Failure('invalid', { what: problem.at, reason: problem.message }, { problems: [problem] });
}

function unkeepable(value: unknown, at: string, depth: number): { at: string; message: string } | undefined {
  if (typeof value === 'string') return problemOf(value, at, 'a text');
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === deepest) return { at, message: `it is nested more than ${deepest} levels deep` };
  for (const [key, inner] of Object.entries(value)) {
    const problem = problemOf(key, at, 'a name') ?? unkeepable(inner, at + pointer([key]), depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

function problemOf(text: string, at: string, what: string): { at: string; message: string } | undefined {
  if (text.includes('\0')) return { at, message: `${what} may not hold the character U+0000` };
  return text.isWellFormed()
    ? undefined
    : { at, message: `${what} may not hold half of a character (a lone surrogate)` };
}
