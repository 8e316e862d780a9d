import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the fake cloud got it. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What it answers: JSON unless `text` is given; `hang` never answers, `drop` cuts the connection. */
export type Reply =
  | 'hang'
  | 'drop'
  | {
      readonly status?: number;
      readonly json?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    };

/** Answers a request, or leaves it to the next one. */
export type Handler = (got: Got) => Reply | undefined;

/**
 * An OpenStack that is only as real as a test needs: Keystone signs anyone in, all services share one port under paths
 * of their own, and what a real cloud will not do on demand is given as handlers, which come first.
 */
export interface FakeCloud extends AsyncDisposable {
  readonly origin: string;
  readonly got: readonly Got[];
  /** How often Keystone has issued a token. */
  readonly tokens: number;
  /** Every token issued until now is refused from now on. */
  revoke(): void;
}

export interface FakeOptions {
  readonly handlers?: readonly Handler[];
  /** Seconds that a token lives. */
  readonly life?: number;
  readonly catalog?: (origin: string) => unknown;
}

export async function startFakeCloud({
  handlers = [],
  life = 3600,
  catalog = usualCatalog,
}: FakeOptions = {}): Promise<FakeCloud> {
  const got: Got[] = [];
  let issued = 0;
  let revokedUpTo = 0;
  let origin = '';

  const keystone: Handler = ({ method, path }) => {
    if (path === '/identity/v3') return { json: { version: { id: 'v3.14', status: 'stable' } } };
    if (method !== 'POST' || path !== '/identity/v3/auth/tokens') return undefined;
    issued++;
    return { status: 201, headers: { 'x-subject-token': `token-${issued}` }, json: tokenBody(life, catalog(origin)) };
  };
  const door: Handler = ({ headers, path }) => {
    const token = Number(String(headers['x-auth-token'] ?? 'token-0').slice('token-'.length));
    if (path.startsWith('/identity') || token > revokedUpTo) return undefined;
    return {
      status: 401,
      json: { error: { code: 401, message: 'The request you have made requires authentication.' } },
    };
  };
  const versions: Handler = ({ path }) =>
    path === '/compute/v2.1/' ? { json: { version: { id: 'v2.1', version: '2.93', min_version: '2.1' } } } : undefined;
  const nothing: Handler = () => ({ status: 404, json: { itemNotFound: { code: 404, message: 'nothing here' } } });

  const server = createServer((incoming, outgoing) => {
    void receive(incoming).then((request) => {
      got.push(request);
      for (const handler of [...handlers, keystone, door, versions, nothing]) {
        const reply = handler(request);
        if (reply) return send(reply, incoming, outgoing);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on TCP has such an address.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    got,
    get tokens() {
      return issued;
    },
    revoke: () => (revokedUpTo = issued),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function receive(incoming: IncomingMessage): Promise<Got> {
  const url = new URL(incoming.url ?? '/', 'http://fake');
  const body = Buffer.concat(await Array.fromAsync<Buffer>(incoming)).toString();
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: body ? (JSON.parse(body) as unknown) : undefined,
  };
}

function send(reply: Reply, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'drop') return void incoming.socket.destroy();
  const type = reply.text === undefined ? 'application/json' : 'text/html';
  outgoing.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
  outgoing.end(reply.text ?? JSON.stringify(reply.json ?? {}));
}

function tokenBody(life: number, catalog: unknown): unknown {
  const now = Date.now();
  return {
    token: {
      issued_at: new Date(now).toISOString(),
      expires_at: new Date(now + life * 1000).toISOString(),
      user: { id: 'u', name: 'ada' },
      project: { id: 'p1', name: 'dev', domain: { id: 'default', name: 'Default' } },
      catalog,
    },
  };
}

export function usualCatalog(origin: string): unknown {
  return [
    service('compute', `${origin}/compute/v2.1`),
    service('network', `${origin}/network`),
    service('image', `${origin}/image`),
    service('volumev3', `${origin}/volume/v3/p1`),
  ];
}

export function service(type: string, url: string, region = 'RegionOne'): unknown {
  return { type, name: type, endpoints: [{ interface: 'public', region, region_id: region, url }] };
}
