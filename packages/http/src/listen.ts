import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { Failure, milliseconds, seconds } from '@pileus/model';
import type { Hono } from 'hono';
import type { Envelope } from './call.ts';

export interface Listening {
  /** e.g. `http://127.0.0.1:7800`. */
  readonly url: string;
  readonly port: number;
  /** Ends streams, lets other requests finish for up to 3 s, then cuts them. */
  close(): Promise<void>;
}

export async function listen(
  app: Hono<Envelope>,
  at: { readonly port: number; readonly host: string },
  closing: AbortController,
): Promise<Listening> {
  // Without options of its own the adaptor makes a plain HTTP/1.1 server.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  await begin(server, at);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  return { url: `http://${reachable(at.host)}:${port}`, port, close: () => close(server, closing) };
}

function begin(server: Server, { port, host }: { readonly port: number; readonly host: string }): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(refusal(error, port, host)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      done();
    });
  });
}

function refusal(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there; choose another port with PILEUS_PORT (0 takes any free one)',
    EACCES: 'this user may not listen there; choose a port above 1023 with PILEUS_PORT',
    EADDRNOTAVAIL: 'this machine has no such address',
  };
  const reason = error.code && reasons[error.code];
  return reason ? new Failure('conflict', { what: `${host}:${port}`, reason }, { cause: error }) : error;
}

/** An address that a browser on this machine can open. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function close(server: Server, closing: AbortController): Promise<void> {
  return new Promise((done) => {
    const cut = setTimeout(() => server.closeAllConnections(), seconds(3));
    // A connection whose request has just finished stays open for the next one, which will not be answered.
    const sweep = setInterval(() => server.closeIdleConnections(), milliseconds(20));
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      done();
    });
    closing.abort();
  });
}
