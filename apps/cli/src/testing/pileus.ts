import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person's home, in which the CLI runs as a process of its own, without a terminal. */
export interface Home extends AsyncDisposable {
  readonly directory: string;
  run(
    words: readonly string[],
    more?: { environment?: Record<string, string>; stdin?: string; interruptAfter?: RegExp },
  ): Promise<Ran>;
}

export async function aHome(server?: string): Promise<Home> {
  const directory = await mkdtemp(join(tmpdir(), 'pileus-cli-'));
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: directory,
    XDG_CONFIG_HOME: directory,
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    ...(server && { PILEUS_SERVER: server }),
  };
  return {
    directory,
    async run(words, more = {}) {
      const child = spawn(process.execPath, [main, ...words], {
        cwd: directory,
        env: { ...environment, ...more.environment },
        stdio: 'pipe',
      });
      child.stdin.end(more.stdin ?? '');
      if (more.interruptAfter) {
        // Once: a second Ctrl-C ends the CLI at once, as it should.
        let seen = '';
        child.stderr.on('data', (chunk: Buffer) => {
          const before = more.interruptAfter?.test(seen);
          seen += chunk.toString();
          if (!before && more.interruptAfter?.test(seen)) child.kill('SIGINT');
        });
      }
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
      return { code, stdout, stderr };
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
