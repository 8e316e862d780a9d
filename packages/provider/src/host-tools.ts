import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Small programs for `sh` that lie in a directory on the PATH of every script, on hosts of this machine and of others:
 * `supervise`, which keeps a program running, and what it needs.
 */
const names = ['become', 'identity', 'keep', 'supervise'] as const;

/** The programs by name. */
export async function readHostTools(): Promise<ReadonlyMap<string, string>> {
  const directory = join(import.meta.dirname, 'host-tools');
  const texts = names.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}
