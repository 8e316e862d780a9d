import { type Endpoint, endpoints as declared } from '@pileus/api';
import { type Clock, type Duration, Failure, type Metrics, seconds, systemClock, type Tracing } from '@pileus/model';
import { type Context, Hono } from 'hono';
import { preferredLanguage } from './accept-language.ts';
import type { Access } from './actor.ts';
import type { AuditLog } from './audit.ts';
import { answerCall, type Envelope, type Log, occurrence, report, type Runs } from './call.ts';
import type { Bound } from './handle.ts';
import type { IdempotencyStore } from './idempotency.ts';
import { type Listening, listen, type Place } from './listen.ts';
import { type MetricsOptions, serveMetrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { peerReader } from './peer.ts';
import { portal } from './portal.ts';
import { asFailure, problemResponse } from './problem.ts';
import type { RateLimits } from './rate-limit.ts';
import { requestId } from './request-id.ts';
import { joinRoutes, methodsAt, type Route } from './routes.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { tracedCall } from './traced-call.ts';
import type { Transactions } from './transactions.ts';

export interface HttpOptions {
  readonly handlers: readonly Bound[];
  readonly access: Access;
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
  readonly transactions: Transactions;
  /** How many calls there may be; any number unless told. */
  readonly limits?: RateLimits | undefined;
  /** Resolves once a run has ended, or `signal` is aborted; without it nobody waits. */
  readonly runEnded?: Runs['ended'] | undefined;
  readonly log: Log;
  readonly version: string;
  /** Where the built portal lies. */
  readonly portal?: string | undefined;
  /** Proxies whose `X-Forwarded-…` headers are believed: addresses or CIDR blocks. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** False: browsers are not told to come by TLS alone from now on, since whoever runs this has no certificate of their own. */
  readonly strictTransport?: boolean | undefined;
  /** What `GET /metrics` tells, and whom. */
  readonly metrics?: MetricsOptions | undefined;
  /** Throws while the server cannot work (`/readyz`), e.g. because the database does not answer. */
  readonly ready?: (() => Promise<unknown>) | undefined;
  /** Shows calls as they are answered; nobody looks unless given. */
  readonly tracing?: Tracing | undefined;
  /** An answer that is not as declared fails the request instead of being logged; for tests. */
  readonly strict?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** Of streams; 15 s unless told. */
  readonly pulse?: Duration | undefined;
  /** The whole API unless told. */
  readonly endpoints?: readonly Endpoint[] | undefined;
}

export interface Http {
  readonly app: Hono<Envelope>;
  /** Port 0 takes any free one. */
  listen(at: Place): Promise<Listening>;
}

/** The HTTP side of the server: the API below `/api/v1`, the portal everywhere else. Throws when the API is not whole. */
export function createHttp(options: HttpOptions): Http {
  const endpoints = options.endpoints ?? declared;
  const routes = joinRoutes(endpoints, options.handlers, options.access.parameters);
  const closing = new AbortController();
  const app = new Hono<Envelope>();
  receive(app, options);
  serveCalls(app, routes, options, closing.signal);
  serveDescription(app, endpoints, options.version);
  serveHealth(app, options);
  if (options.metrics) serveMetrics(app, options.metrics);
  serveRest(app, routes, options);
  return { app, listen: (at) => listen(app, at, closing) };
}

/** What holds for every request, whatever it asks for. */
function receive(app: Hono<Envelope>, { trustedProxies, strictTransport = true, log }: HttpOptions): void {
  const peerOf = peerReader(trustedProxies);
  app.use(async (c, next) => {
    const id = requestId(c.req.header('x-request-id'));
    const peer = peerOf(remoteAddress(c.env), c.req.raw.headers, isEncrypted(c.env));
    c.set('requestId', id);
    c.set('says', {});
    c.set('peer', peer);
    c.set('language', preferredLanguage(c.req.header('accept-language')));
    await next();
    c.res.headers.set('x-request-id', id);
    for (const [name, value] of Object.entries(c.var.says)) c.res.headers.append(name, value);
    addSecurityHeaders(c.res.headers, peer.secure && strictTransport);
    if (c.req.path.startsWith('/api/') && !c.res.headers.has('cache-control'))
      c.res.headers.set('cache-control', 'no-store');
  });
  app.onError((thrown, c) => {
    const failure = asFailure(thrown);
    report(c, { log }, failure);
    return problemResponse(failure, occurrence(c));
  });
}

/** Absent where a test asks the app directly, without a socket. */
function remoteAddress(bindings: Partial<Envelope['Bindings']> | undefined): string | undefined {
  return bindings?.incoming?.socket.remoteAddress;
}

function isEncrypted(bindings: Partial<Envelope['Bindings']> | undefined): boolean {
  const socket = bindings?.incoming?.socket;
  return socket !== undefined && 'encrypted' in socket;
}

function serveCalls(app: Hono<Envelope>, routes: readonly Route[], options: HttpOptions, closing: AbortSignal): void {
  const { access, audit, idempotency, transactions, limits, runEnded, log } = options;
  const { clock = systemClock, pulse = seconds(15), strict = false } = options;
  const shown = routes.find(({ name }) => name === 'get /runs/{run}');
  const runs = shown && runEnded && { route: shown, ended: runEnded };
  const server = { access, audit, idempotency, transactions, limits, runs, log, clock, pulse, strict, closing };
  const measured = measuring(options.metrics?.metrics);
  for (const route of routes) {
    const path = `/api/v1${route.endpoint.path.replace(/\{(\w+)\}/g, ':$1')}`;
    const answer = (c: Context<Envelope>) => tracedCall(c, route, () => answerCall(c, route, server), options.tracing);
    app.on(route.endpoint.method.toUpperCase(), path, (c) => measured(route, () => answer(c)));
  }
}

/** Counts calls by what they are declared as, never by what was sent: there are as many series as there are calls. */
function measuring(metrics: Metrics | undefined) {
  const calls = metrics?.counter('pileus_http_requests_total', 'Calls of the API that were answered');
  const times = metrics?.histogram('pileus_http_request_seconds', 'How long a call took; streams are left out');
  return async ({ endpoint }: Route, answer: () => Promise<Response>): Promise<Response> => {
    const began = performance.now();
    const answered = await answer();
    const labels = { method: endpoint.method.toUpperCase(), route: endpoint.path };
    calls?.add({ ...labels, status: String(answered.status) });
    // How long a caller prefers to wait says nothing of the call.
    if (!endpoint.stream && !answered.headers.has('preference-applied'))
      times?.observe(labels, (performance.now() - began) / 1_000);
    return answered;
  };
}

function serveDescription(app: Hono<Envelope>, endpoints: readonly Endpoint[], version: string): void {
  let description: string | undefined;
  app.get('/api/v1/openapi.json', (c) => {
    description ??= JSON.stringify(openApi(endpoints, version));
    return c.body(description, 200, { 'content-type': 'application/json', 'cache-control': 'no-cache' });
  });
}

function serveHealth(app: Hono<Envelope>, { ready }: HttpOptions): void {
  const headers = { 'cache-control': 'no-store' };
  app.get('/healthz', (c) => c.json({ ok: true }, 200, headers));
  app.get('/readyz', async (c) => {
    try {
      await ready?.();
      return c.json({ ok: true }, 200, headers);
    } catch (thrown) {
      return problemResponse(asFailure(thrown), occurrence(c));
    }
  });
}

function serveRest(app: Hono<Envelope>, routes: readonly Route[], options: HttpOptions): void {
  const page = portal(options.portal);
  app.notFound((c) => {
    const { path, method } = c.req;
    if (path !== '/api' && !path.startsWith('/api/')) return page(c.req.raw);
    const methods = path === '/api/v1/openapi.json' ? ['GET'] : methodsAt(routes, path.replace(/^\/api\/v1/, ''));
    const failure =
      methods.length > 0
        ? new Failure('method-not-allowed', { method, allowed: methods.join(', ') })
        : new Failure('not-found', { kind: 'path', id: path });
    return problemResponse(failure, occurrence(c));
  });
}
