import { Failure } from '@pileus/model';
import { pointer } from './json-pointer.ts';

/** Deeper than anything that is meant, and shallow enough for code that walks it. */
const deepest = 64;

/** Refuses what no database row can hold, wherever it stands: the character U+0000 in a text, or nesting without end. */
export function refuseUnkeepable(value: unknown, at: string): void {
  const problem = unkeepable(value, at, 0);
  if (!problem) return;
  throw new Failure('invalid', { what: problem.at, reason: problem.message }, { problems: [problem] });
}

function unkeepable(value: unknown, at: string, depth: number): { at: string; message: string } | undefined {
  if (typeof value === 'string')
    return hasNul(value) ? { at, message: 'a text may not hold the character U+0000' } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === deepest) return { at, message: `it is nested more than ${deepest} levels deep` };
  for (const [key, inner] of Object.entries(value)) {
    const problem = hasNul(key)
      ? { at, message: 'a name may not hold the character U+0000' }
      : unkeepable(inner, at + pointer([key]), depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

const hasNul = (text: string) => text.includes('\0');
