import { noTracing, type Tracing } from '@pileus/model';
import type { Context } from 'hono';
import type { Envelope } from './call.ts';
import type { Route } from './routes.ts';

/**
 * Shows a call by what it is declared as, never by what was sent. It is part of the caller's own trace only where a
 * trusted proxy has handed it on: anybody else could write into traces, or have everything kept.
 */
export function tracedCall(
  c: Context<Envelope>,
  { endpoint }: Route,
  answer: () => Promise<Response>,
  tracing: Tracing = noTracing,
): Promise<Response> {
  const { peer, requestId } = c.var;
  const method = endpoint.method.toUpperCase();
  const route = `/api/v1${endpoint.path}`;
  const facts = {
    'http.request.method': method,
    'http.route': route,
    'url.scheme': peer.secure ? 'https' : 'http',
    'pileus.request': requestId,
  };
  const parent = peer.isHandedOn ? (c.req.header('traceparent') ?? null) : null;
  return tracing.within({ name: `${method} ${route}`, kind: 'server', facts, parent }, async (tell) => {
    const answered = await answer();
    const { status } = answered;
    tell({ 'http.response.status_code': status, ...(status >= 500 && { 'error.type': String(status) }) });
    return answered;
  });
}
