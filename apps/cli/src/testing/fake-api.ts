import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { AnswerOf, Name } from '@pileus/api';
import { failures, sentence, type FailureData } from '@pileus/model';

/** What one call of the fake answers: its data, or a stream of events. */
type Answers = {
  [N in Name]?: (
    asked: Asked,
  ) => AnswerOf<N> | Promise<AnswerOf<N>> | Tagged<AnswerOf<N>> | Refused | Events<AnswerOf<N>>;
};

export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: never;
  readonly token: string | undefined;
  readonly key: string | undefined;
  readonly ifMatch: string | undefined;
}

/** An answer with the tag of its version. */
export class Tagged<T> {
  readonly tag: string;
  readonly answer: T;
  constructor(tag: string, answer: T) {
    this.tag = tag;
    this.answer = answer;
  }
}

export class Refused {
  readonly failure: FailureData;
  constructor(failure: FailureData) {
    this.failure = failure;
  }
}

/** Sends events; after the last one the connection is cut. */
export class Events<T> {
  readonly items: AsyncIterable<{ id?: string; data: T }>;
  constructor(items: AsyncIterable<{ id?: string; data: T }>) {
    this.items = items;
  }
}

export interface FakeApi extends AsyncDisposable {
  readonly url: string;
  /** Every call so far, e.g. `post /plans`. */
  readonly calls: { readonly name: string; readonly asked: Asked }[];
  /** Another certificate from the next connection on. */
  renew(tls: ServerOptions): void;
}

/**
 * A fake of the server, typed by the API's declarations and answering over real HTTP on loopback. It stands in for the
 * server alone, over TLS where a certificate is given: the CLI under test is the real process. Calls without an answer here get `not-found`.
 */
export async function fakeApi(answers: Answers, tls?: ServerOptions): Promise<FakeApi> {
  const calls: FakeApi['calls'] = [];
  const routes = Object.entries(answers).map(([name, answer]) => {
    const [method = '', path = ''] = name.split(' ');
    const pattern = new RegExp(`^/api/v1${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    return { name, method: method.toUpperCase(), pattern, answer: answer };
  });
  const answerCall: RequestListener = async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const asked: Asked = {
      params: { ...route?.pattern.exec(url.pathname)?.groups },
      query: url.searchParams,
      body: (text ? JSON.parse(text) : undefined) as never,
      token: request.headers.authorization?.replace('Bearer ', ''),
      key: request.headers['idempotency-key']?.toString(),
      ifMatch: request.headers['if-match'],
    };
    calls.push({ name: route?.name ?? `${request.method} ${url.pathname}`, asked });
    const answer = route
      ? await route.answer(asked)
      : new Refused({ code: 'not-found', facts: { kind: 'call', id: url.pathname } });
    if (answer instanceof Refused) sendProblem(response, answer.failure);
    else if (answer instanceof Events) await sendEvents(response, answer);
    else if (answer instanceof Tagged)
      response
        .writeHead(200, { 'content-type': 'application/json', etag: answer.tag })
        .end(JSON.stringify(answer.answer));
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  };
  const listener: RequestListener = (request, response) => answerCall(request, response);
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    calls,
    renew: (renewed) => server instanceof TlsServer && server.setSecureContext(renewed),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function sendProblem(response: ServerResponse, failure: FailureData): void {
  const { status } = failures[failure.code];
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ ...failure, status, title: sentence(failure), requestId: 'req-1' }));
}

async function sendEvents(response: ServerResponse, { items }: Events<unknown>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for await (const { id, data } of items) {
    if (response.destroyed) return;
    response.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }
  response.end();
}
