import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { closedParent, serverAccount } from './server-account.ts';

/**
 * A directory for our data: `preferred` where that works. When we are root, PostgreSQL runs as another user, who may be
 * unable to enter it (a checkout below /root). Then the data goes to /var/lib/pileus, else to the directory for
 * temporary files, under a name that is always the same for the same `preferred`.
 */
export async function usableHome(preferred: string): Promise<string> {
  const path = resolve(preferred);
  const account = serverAccount();
  if (!account || !(await closedParent(account, await nearestExisting(path)))) return path;
  const name = `${basename(dirname(path))}-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`;
  for (const candidate of [join('/var/lib/pileus', name), join(tmpdir(), `pileus-${name}`)]) {
    const made = await mkdir(candidate, { recursive: true, mode: 0o711 }).then(yes, no);
    if (made && (await isOurs(candidate)) && !(await closedParent(account, candidate))) return candidate;
  }
  return path;
}

const yes = () => true;
const no = () => false;

async function nearestExisting(path: string): Promise<string> {
  return (await stat(path).then(yes, no)) ? path : nearestExisting(dirname(path));
}

/** Anybody may make a directory among the temporary files before us; we trust only one that is ours alone to change. */
async function isOurs(directory: string): Promise<boolean> {
  const { uid, mode } = await stat(directory);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
