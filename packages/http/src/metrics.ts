import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metrics } from '@pileus/model';
import type { Hono } from 'hono';
import { bearerOf } from './bearer.ts';
import type { Envelope } from './call.ts';
import type { Peer } from './peer.ts';

export interface MetricsOptions {
  readonly metrics: Metrics;
  /** Whoever sends it as `Authorization: Bearer` may read them. */
  readonly token?: string | undefined;
  /** Whether this machine may read them without: not where a proxy on it lets others in. */
  readonly forThisMachine: boolean;
}

/** `GET /metrics`, for those who may; for everybody else there is no such path. */
export function serveMetrics(app: Hono<Envelope>, { metrics, ...who }: MetricsOptions): void {
  app.get('/metrics', async (c, next) => {
    if (!mayRead(c.var.peer, c.req.raw.headers, who)) return next();
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' };
    return c.body(await metrics.text(), 200, headers);
  });
}

function mayRead({ ip, host }: Peer, headers: Headers, who: Omit<MetricsOptions, 'metrics'>): boolean {
  const given = bearerOf(headers);
  if (given !== undefined) return who.token !== undefined && timingSafeEqual(digest(given), digest(who.token));
  // A page of a browser on this machine may have any name lead here, but it sends that name.
  return who.forThisMachine && !isForwarded(headers) && isLoopback(ip) && isLoopback(nameIn(host));
}

const isForwarded = (headers: Headers): boolean =>
  ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'].some((name) => headers.has(name));

const isLoopback = (name: string): boolean => /^(127(\.\d{1,3}){3}|::1|localhost|local)$/.test(name);

const nameIn = (host: string): string =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
