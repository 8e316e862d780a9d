import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@pileus/api';
import { seconds, systemClock, type Duration } from '@pileus/model';
import { root } from '../configuration.ts';

/** A real server in a process of its own, for tests that kill it. */
export interface ServerProcess {
  readonly pid: number;
  /** Absent for a mere worker. */
  readonly url: string;
  readonly link: string;
  readonly output: () => string;
  /** Signed in with the one-time link. */
  client(): Promise<Client>;
  /** `kill -9`: nothing is put away. */
  kill(): Promise<void>;
  /** SIGTERM; answers how long it took, in ms. */
  stop(): Promise<number>;
}

export interface ServerProcessOptions {
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly role?: 'all' | 'api' | 'worker';
}

export async function startServerProcess({
  home,
  environment = {},
  role = 'all',
}: ServerProcessOptions): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(root, 'apps/server/src/main.ts'), '--role', role], {
    env: {
      ...process.env,
      PILEUS_HOME: home,
      PILEUS_PORT: '0',
      PILEUS_SAMPLE: 'off',
      // Test beds are on this machine.
      PILEUS_CLOUD_ALLOW: '127.0.0.0/8',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const link = await waitForLine(child, () => output, role === 'worker' ? /^(ready: .*)$/m : /^portal: (\S+)$/m);
  const url = role === 'worker' ? '' : new URL(link).origin;
  let client: Promise<Client> | undefined;
  return {
    pid: child.pid ?? 0,
    url,
    link,
    output: () => output,
    client: () => (client ??= signIn(url, link)),
    kill: () => end(child, 'SIGKILL').then(() => {}),
    stop: () => end(child, 'SIGTERM'),
  };
}

async function signIn(server: string, link: string): Promise<Client> {
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('link') ?? '';
  const session = await createClient({ server }).call('post /sessions', { body: { link: token, kind: 'cli' } });
  return createClient({ server, token: session.token });
}

async function waitForLine(child: ChildProcess, output: () => string, line: RegExp): Promise<string> {
  for (const start = performance.now(); performance.now() - start < 60_000;) {
    const found = line.exec(output())?.[1];
    if (found) return found;
    if (child.exitCode !== null) break;
    await systemClock.sleep(seconds(0.02));
  }
  throw new Error(`the server did not start:\n${output()}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const start = performance.now();
  const gone = new Promise<void>((done) =>
    child.exitCode === null && child.signalCode === null ? child.once('exit', () => done()) : done(),
  );
  child.kill(signal);
  await gone;
  return performance.now() - start;
}

/** Looks again and again until something other than undefined comes, and says what it waited for when it does not. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  within: Duration = seconds(60),
): Promise<T> {
  let last: unknown;
  for (const start = performance.now(); performance.now() - start < within;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await systemClock.sleep(seconds(0.1));
  }
  throw new Error(`${what} did not come within ${within / 1000} s`, { cause: last });
}

/** Command lines of all processes that mention `text`; those of tests and shells that look for it are left out. */
export async function processesWith(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' ').trim()).filter((line) => line.includes(text));
}
