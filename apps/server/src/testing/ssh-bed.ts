import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBed, type Bed, type BedHost } from '@pileus/hosts/testing';

const run = promisify(execFile);

/** The SSH test bed (`testbeds/ssh-hosts`), seen with nothing of ours in between: by the ordinary ssh program. */
export interface SshBed extends Bed {
  /** What a line prints on a host, as root. */
  tell(host: BedHost, line: string): Promise<string>;
  /** What our scripts left on each host: files, and programs other than sshd. */
  traces(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** The bed, or why it cannot be used. */
export async function openBed(): Promise<SshBed | string> {
  const found = await findBed();
  if (typeof found === 'string') return found;
  const directory = await mkdtemp(join(tmpdir(), 'pileus-ssh-bed-'));
  const key = join(directory, 'key');
  await writeFile(key, found.privateKey, { mode: 0o600 });
  await writeFile(
    join(directory, 'known'),
    found.hosts.map(({ address, hostKey }) => `${address} ${hostKey}\n`),
  );
  const options = ['-i', key, '-o', `UserKnownHostsFile=${join(directory, 'known')}`, '-o', 'BatchMode=yes'];
  const tell = async ({ address }: BedHost, line: string): Promise<string> =>
    (await run('ssh', [...options, `root@${address}`, line])).stdout.trim();
  return {
    ...found,
    tell,
    traces: async () =>
      Object.fromEntries(
        await Promise.all(found.hosts.map(async (host) => [host.name, await tell(host, leftBehind)] as const)),
      ),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Our directories with all in them, and what runs beside sshd and the session that answers this. */
const leftBehind = [
  'find /root/.pileus /var/lib/lnmp -mindepth 1 2> /dev/null',
  `ps -eo sid=,args= | awk -v own="$(ps -o sid= -p $$)" '$1 != own + 0 && $2 != "sshd:" { $1 = ""; print }'`,
].join('; ');
