import { chmod, chown, lchown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unavailable } from './unavailable.ts';

/** The system account PostgreSQL runs under. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. When we are root it runs under an id of its own that no person and no service has
 * (below 60,000, where the dynamic ids of systemd begin), so that nobody else can reach its files or its socket.
 */
const own: ServerAccount = { uid: 54320, gid: 54320 };

/** The account to run PostgreSQL under, or undefined when it can run under ours. */
export function serverAccount(): ServerAccount | undefined {
  return process.getuid?.() === 0 ? own : undefined;
}

/** `initdb` insists on an account that has a name; what it made is handed to {@link serverAccount} afterwards. */
export async function namedAccount(): Promise<ServerAccount> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const [, , uid, gid] = /^nobody:.*$/m.exec(passwd)?.[0].split(':') ?? [];
  if (!uid || !gid) {
    throw unavailable(
      'PostgreSQL cannot be set up by root here, because there is no user "nobody"; run Pileus as an ordinary user',
    );
  }
  return { uid: Number(uid), gid: Number(gid) };
}

/** Gives a file or a whole directory to an account. */
export async function giveTo(account: ServerAccount, path: string): Promise<void> {
  if ((await lstat(path)).isSymbolicLink()) return lchown(path, account.uid, account.gid);
  await chown(path, account.uid, account.gid);
  if (!(await stat(path)).isDirectory()) return;
  for (const name of await readdir(path)) await giveTo(account, join(path, name));
}

/** Lets the account pass through `directory`, which is ours, and makes sure that it can pass through its parents. */
export async function letThrough(account: ServerAccount, directory: string): Promise<void> {
  const { mode } = await stat(directory);
  if (!(mode & 0o001)) await chmod(directory, (mode & 0o7777) | 0o001);
  const closed = await closedParent(account, directory);
  if (!closed) return;
  throw unavailable(
    `PostgreSQL refuses to run as root, so it runs as user ${account.uid}, and that user cannot enter ${closed}; ` +
      `choose another data directory, run Pileus as an ordinary user, or run: chmod o+x ${closed}`,
  );
}

/** The first directory on the way to `path` (itself included) that the account cannot enter. */
export async function closedParent(account: ServerAccount, path: string): Promise<string | undefined> {
  const parent = dirname(path);
  const above = parent === path ? undefined : await closedParent(account, parent);
  return above ?? ((await canEnter(account, path)) ? undefined : path);
}

async function canEnter(account: ServerAccount, directory: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(directory);
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
