import type { Server as PlainServer } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Failure, milliseconds, seconds } from '@pileus/model';
import type { Hono } from 'hono';
import type { Envelope } from './call.ts';
import { createTlsServer, type Credentials, renewCredentials } from './tls-server.ts';

type Server = PlainServer | TlsServer;

/** Where to listen. Port 0 takes any free one. */
export interface Place {
  readonly port: number;
  readonly host: string;
  /** Absent: in the open. */
  readonly credentials?: Credentials | undefined;
}

export interface Listening {
  /** e.g. `http://127.0.0.1:7800`, or `https://…` with credentials. */
  readonly url: string;
  readonly port: number;
  /** Takes other credentials from the next connection on; those that are there go on. Throws where they are no pair. */
  renew(credentials: Credentials): void;
  /** Ends streams, lets other requests finish for up to 3 s, then cuts them. */
  close(): Promise<void>;
}

/**
 * Longer than the minute that proxies keep idle connections for: one that is closed here while a proxy sends the next request
 * over it is an error to somebody.
 */
const keptAlive = seconds(75);

export async function listen(app: Hono<Envelope>, at: Place, closing: AbortController): Promise<Listening> {
  const { credentials } = at;
  const secure = credentials && createTlsServer(app.fetch, credentials, closing.signal);
  // Without options of its own the adaptor makes a plain HTTP/1.1 server.
  const server = secure ?? (createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as PlainServer);
  server.keepAliveTimeout = keptAlive;
  const sockets = connectionsOf(server);
  await begin(server, at);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  return {
    url: `${secure ? 'https' : 'http'}://${reachable(at.host)}:${port}`,
    port,
    renew: (renewed) => secure && renewCredentials(secure, renewed),
    close: () => close(server, sockets, closing),
  };
}

/** Those that are open, also where no request has come yet, or hands are still being shaken. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

function begin(server: Server, { port, host }: Place): Promise<void> {
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

function close(server: Server, sockets: ReadonlySet<Socket>, closing: AbortController): Promise<void> {
  return new Promise((done) => {
    const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), seconds(3));
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
