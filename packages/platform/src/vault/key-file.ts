import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@pileus/model';

const name = 'secret.key';

/** The key in `PILEUS_HOME`, readable by us alone. Made once; when two make it at the same time, both use the one that was there first. */
export async function keyInHome(home: string): Promise<Buffer> {
  const path = join(home, name);
  const mine = join(home, `.${name}-${randomUUID()}`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept) return checked(kept, path);
  await writeFile(mine, randomBytes(32), { mode: 0o600 });
  await link(mine, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(mine, { force: true });
  await chmod(path, 0o600);
  return checked(await readFile(path), path);
}

/** Those that lie there and only open: `secret.key` when another provider seals, and `secret.key.old`, `secret.key.next` … */
export async function furtherKeysInHome(home: string, { besides }: { besides?: typeof name }): Promise<Buffer[]> {
  const names = (await readdir(home)).filter((one) => one === name || one.startsWith(`${name}.`)).toSorted();
  const paths = names.filter((one) => one !== besides).map((one) => join(home, one));
  return Promise.all(paths.map(async (path) => checked(await readFile(path), path)));
}

function checked(key: Buffer, path: string): Buffer {
  if (key.length === 32) return key;
  throw new Failure('invalid', { what: path, reason: 'it must hold 32 bytes; bring it back from a backup' });
}
