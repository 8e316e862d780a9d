import { Failure } from '@pileus/model';
import type { Outbound, TlsOptions } from '@pileus/outbound';
import { request } from 'undici';
import { failure } from './reason.ts';
import { whyUnreachable } from './unreachable.ts';

export interface HttpOptions extends TlsOptions {
  readonly outbound: Outbound;
  /** Milliseconds until an answer must be there in full. */
  readonly timeout: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly url: URL;
  header(name: string): string | undefined;
  /** The body when it is JSON, undefined otherwise. */
  readonly json: unknown;
  readonly text: string;
}

export interface Http {
  /** One exchange. Redirects are answers like any other, so that credentials stay with the host they were meant for. */
  send(request: HttpRequest): Promise<Answer>;
  close(): Promise<void>;
}

/** A page of 500 servers with everything Nova tells about each takes less than 3 MB. */
const maxResponseSize = 32 * 1024 * 1024;

export function createHttp({ outbound, timeout, ...tls }: HttpOptions): Http {
  const agent = outbound.agent({ ...tls, bytes: maxResponseSize });
  return {
    async send({ method, url, headers, body, signal }) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
      try {
        const answer = await request(url, {
          method,
          dispatcher: agent,
          signal: limited,
          headersTimeout: timeout,
          bodyTimeout: timeout,
          headers: {
            accept: 'application/json',
            'user-agent': 'pileus',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.body.text();
        return {
          status: answer.statusCode,
          url,
          header: (name) => [answer.headers[name] ?? []].flat()[0],
          json: parsed(text),
          text,
        };
      } catch (error) {
        // The caller's own reason (cancelled, out of time) is no fault of the cloud.
        if (signal.aborted) throw signal.reason;
        // Where it leads may not be called: that stays so, however often it is tried.
        if (error instanceof Failure) throw error;
        throw failure('provider-unreachable', whyUnreachable(error, url, timeout), error);
      }
    },
    close: () => agent.close(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
