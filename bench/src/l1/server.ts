import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Inside } from './inside.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A real server in a process of its own, with its own PostgreSQL, on loopback. */
export interface BenchServer {
  readonly url: string;
  /** The one-time link of the first administrator. */
  readonly link: string;
  inside(): Promise<Inside>;
  stop(): Promise<void>;
}

export async function startBenchServer(): Promise<BenchServer> {
  const home = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
  const child = spawn(
    process.execPath,
    ['--import', join(import.meta.dirname, 'inside.ts'), join(root, 'apps/server/src/main.ts')],
    {
      env: {
        ...process.env,
        PILEUS_HOME: home,
        PILEUS_PORT: '0',
        PILEUS_SAMPLE: 'off',
        PILEUS_CALLS_PER_ORGANIZATION: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const gone = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    await rm(home, { recursive: true, force: true });
  };
  const { stdout } = child;
  if (!stdout) throw new Error('the server has no output');
  for await (const line of createInterface(stdout)) {
    const link = /^portal: (\S+)$/.exec(line)?.[1];
    if (link === undefined) continue;
    stdout.resume();
    return {
      url: new URL(link).origin,
      link,
      inside: async () => {
        const answer = once(child, 'message');
        child.send('?');
        return ((await answer) as [Inside])[0];
      },
      stop,
    };
  }
  await stop();
  throw new Error('the server has not started');
}
