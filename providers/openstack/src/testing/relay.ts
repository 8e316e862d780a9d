import { createServer, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Stands between a client and a service, and can lose replies to requests that the service has carried out. */
export interface Relay extends AsyncDisposable {
  readonly origin: string;
  /** Loses the next reply to a request that fits, e.g. `POST /v2.0/networks`. */
  lose(fits: (request: { readonly method: string; readonly path: string }) => boolean): void;
  readonly lost: number;
}

export async function startRelay(target: string): Promise<Relay> {
  let fits: Parameters<Relay['lose']>[0] | undefined;
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/' } = incoming;
    const lose = fits?.({ method, path }) ?? false;
    if (lose) fits = undefined;
    pass(incoming, new URL(path, target))
      .then(async (answer) => {
        const body = await Array.fromAsync<Buffer>(answer);
        if (lose) {
          lost++;
          incoming.socket.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(body));
      })
      .catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server that listens on TCP has such an address.
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose: (next) => (fits = next),
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(incoming: IncomingMessage, url: URL): Promise<IncomingMessage> {
  const outgoing = request(url, { method: incoming.method, headers: { ...incoming.headers, host: url.host } });
  incoming.pipe(outgoing);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}
