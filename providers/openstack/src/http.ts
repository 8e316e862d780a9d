import { BlockList, isIP, type LookupFunction } from 'node:net';
import { lookup } from 'node:dns';
import { getCACertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { failure } from './reason.ts';
import { whyUnreachable } from './unreachable.ts';

export interface HttpOptions {
  /** Milliseconds until an answer must be there in full. */
  readonly timeout: number;
  /** False: any certificate will do. */
  readonly verify: boolean;
  /** PEM; trusted beside the usual authorities' certificates. */
  readonly caCertificates?: string | undefined;
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

const connectTimeout = 10_000;
/** A page of 500 servers with everything Nova tells about each takes less than 3 MB. */
const maxResponseSize = 32 * 1024 * 1024;

export function createHttp({ timeout, verify, caCertificates }: HttpOptions): Http {
  const agent = new Agent({
    connections: 32,
    maxResponseSize,
    connect: {
      timeout: connectTimeout,
      lookup: guardedLookup,
      rejectUnauthorized: verify,
      ...(caCertificates ? { ca: withUsual(caCertificates) } : {}),
    },
  });
  return {
    async send({ method, url, headers, body, signal }) {
      const guard = forbidden(url.hostname.replace(/^\[|\]$/g, ''));
      if (guard) throw failure('provider-unreachable', whyUnreachable(guard, url, timeout), guard);
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

function withUsual(pem: string): string[] {
  return [...getCACertificates('default'), pem];
}

/** Addresses at which the platform's own host would be asked for its secrets (instance metadata), whoever names them. */
const neverAsked = new BlockList();
neverAsked.addSubnet('169.254.0.0', 16, 'ipv4');
neverAsked.addAddress('100.100.100.200', 'ipv4');
neverAsked.addSubnet('fe80::', 10, 'ipv6');
neverAsked.addAddress('fd00:ec2::254', 'ipv6');

function forbidden(address: string): NodeJS.ErrnoException | undefined {
  const version = isIP(address);
  if (version === 0 || !neverAsked.check(address, version === 6 ? 'ipv6' : 'ipv4')) return undefined;
  return Object.assign(new Error(`${address} is a link-local or metadata address`), { code: 'PILEUS_FORBIDDEN' });
}

/** Looks a name up and refuses it when it leads to a forbidden address; the connection goes to the checked address. */
const guardedLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    const refused = error ?? addresses.map(({ address }) => forbidden(address)).find(Boolean);
    if (refused || !first) return done(refused ?? new Error(`${hostname} has no address`), '', 0);
    if (options.all) return done(null, addresses);
    done(null, first.address, first.family);
  });
};
