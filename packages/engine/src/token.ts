import type { RunId } from '@pileus/model';

/** Names the effect of a step: `run-7k3m9q2x4c5n/create.web`. */
export function firstToken(run: RunId, key: string): string {
  return `${run}/${key}`;
}

/** The token after one that was clearly refused: `run-7k3m9q2x4c5n/create.web/2`, then `/3`. */
export function nextToken(run: RunId, key: string, token: string): string {
  const first = firstToken(run, key);
  const number = token === first ? 1 : Number(token.slice(first.length + 1));
  return `${first}/${number + 1}`;
}

/** Run ids have 16 characters; with a slash, the key and a number a token stays below the 64 that clouds allow. */
export function checkKey(key: string): void {
  if (!/^[A-Za-z0-9._:-]{1,40}$/.test(key)) {
    throw new Error(`"${key}" cannot be a step's key: 1 to 40 characters of A-Z a-z 0-9 . _ - :`);
  }
}
