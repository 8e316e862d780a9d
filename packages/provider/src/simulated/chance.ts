/** Chance by seed: the answer depends on the seed and on what is asked about, not on what was asked before. */
export interface Chance {
  /** Evenly from 0 up to, but not including, 1. */
  roll(...about: readonly (string | number)[]): number;
  happens(rate: number, ...about: readonly (string | number)[]): boolean;
}

export function chanceOf(seed: number): Chance {
  const roll = (...about: readonly (string | number)[]) => scramble(`${seed}\0${about.join('\0')}`);
  return { roll, happens: (rate, ...about) => rate > 0 && roll(...about) < rate };
}

/** FNV-1a over the text, then the finalizer of MurmurHash3, so that texts that differ little give numbers that differ much. */
function scramble(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
