import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostKeys } from '@pileus/ssh';
import { z } from 'zod';

const Known = z.record(z.string(), z.string());

/** Keys learned on first use, in a file of the account. */
export function hostKeysIn(path: string): HostKeys {
  let writing = Promise.resolve();
  const read = async (): Promise<Record<string, string>> => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    return Known.parse(JSON.parse(text));
  };
  return {
    get: async (id) => (await read())[id],
    set(id, key) {
      writing = writing
        .catch(() => {})
        .then(async () => {
          await mkdir(dirname(path), { recursive: true });
          await writeFile(`${path}.new`, JSON.stringify({ ...(await read()), [id]: key }, null, 2), { mode: 0o600 });
          await rename(`${path}.new`, path);
        });
      return writing;
    },
  };
}
