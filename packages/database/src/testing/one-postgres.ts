import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../postgres.ts';

/** One PostgreSQL for a whole test run, started when the first test asks for it. */
export interface OnePostgres {
  /** The socket on which it is asked for. */
  readonly socket: string;
  stop(): Promise<void>;
}

export async function onePostgres(): Promise<OnePostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'pileus-test-'));
  let postgres: Promise<Postgres> | undefined;
  const server = createServer((_, answer) => {
    postgres ??= startPostgres({ directory, settings: forTests });
    postgres.then(
      ({ url }) => answer.end(url),
      (error: Error) => answer.writeHead(503).end(error.message),
    );
  });
  const socket = join(directory, 'ask');
  await new Promise<void>((done) => server.listen(socket, done));
  return {
    socket,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await (await postgres?.catch(() => undefined))?.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The URL of the run's PostgreSQL. */
export function askForPostgres(socket: string): Promise<string> {
  return new Promise((done, failed) => {
    const asked = request({ socketPath: socket }, async (answer) => {
      const text = (await answer.toArray()).join('');
      if (answer.statusCode === 200) done(text);
      else failed(new Error(text));
    });
    asked.once('error', failed);
    asked.end();
  });
}

/** Many databases at once; nothing has to survive the machine. */
const forTests = { max_connections: '300', fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB' };
