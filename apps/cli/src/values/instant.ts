import { usage } from '../exit.ts';
import type { Say } from '../texts/texts.ts';

/** A time given on the command line, as the API takes it. */
export function instant(given: string | undefined, say: Say): string | undefined {
  if (given === undefined) return undefined;
  const at = new Date(given);
  if (Number.isNaN(at.getTime())) throw usage(say('usage.badTime', { given }));
  return at.toISOString();
}
