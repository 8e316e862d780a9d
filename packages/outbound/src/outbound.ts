import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { Failure, noTracing, seconds, type Duration, type Tracing } from '@pileus/model';
import { Agent, buildConnector, request, type Dispatcher } from 'undici';
import { readAllowance, type Allowance } from './allowance.ts';
import { canBeAllowed, placeOf } from './range.ts';
import { TracedAgent } from './traced-agent.ts';

export interface OutboundOptions {
  /** What is opened of that which is refused otherwise; a list is read by {@link readAllowance}. */
  readonly allow?: readonly string[] | Allowance;
  /** Where an administrator writes `allow`: named by what is refused. */
  readonly setting?: string;
  /** The addresses of a name. Unless given, this machine's resolver answers. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** Shows what is called; nobody looks unless given. */
  readonly tracing?: Tracing;
}

export interface TlsOptions {
  /** PEM; trusted beside the usual authorities' certificates. */
  readonly caCertificates?: string | undefined;
  /** False: any certificate will do. */
  readonly verify?: boolean;
}

export interface AgentOptions extends TlsOptions {
  /** Connections to one origin at a time. */
  readonly connections?: number;
  /** Of one answer. */
  readonly bytes?: number;
}

export interface OutboundRequest {
  readonly method?: string;
  readonly headers?: Headers | Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | URLSearchParams;
  readonly signal?: AbortSignal;
  /** How many redirects are followed; none unless told, so that they are answers like any other. Only GET and HEAD follow. */
  readonly redirects?: number;
  /** Until the whole answer is there, redirects included: 10 s unless told. */
  readonly within?: Duration;
  /** Of the answer's body: 1 MiB unless told. */
  readonly bytes?: number;
  /** Another of this outbound's agents than the usual one. */
  readonly agent?: Dispatcher;
}

/** One address that may be connected to. */
export interface Checked {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * The way out for whatever a user, or somebody's answer, names: a URL of a webhook, of a cloud, of a file to import. It leads
 * to public addresses and to what an administrator has allowed, and nowhere else (server-side request forgery; OWASP ASVS
 * 5.0, 1.3.6 and 13.2.4): not to this machine, the network it stands in, or the address at which its cloud hands out keys.
 *
 * A name is looked up once; all of its addresses are checked, and the connection goes to one of those. So a name that is
 * answered differently the next time gains nothing, and certificates and `Host` still carry the name. Proxies that the
 * environment names are not used, since they would look the name up again, from a place where other addresses matter.
 */
export interface Outbound {
  /**
   * One exchange; whatever status comes back is an answer, read in full.
   *
   * @throws Failure `address-invalid`, `address-refused`, `address-forbidden`, `redirect-refused`, `answer-too-large`,
   * `host-unreachable`, `timed-out`; the signal's own reason when it ends first.
   */
  fetch(url: string | URL, options?: OutboundRequest): Promise<Response>;
  /** For those who bring an HTTP client of their own (undici's): connects to checked addresses only. Close it. */
  agent(options?: AgentOptions): Agent;
  /**
   * For `net.connect` and `tls.connect` to a port. They look up names only: an address that is given instead of a name
   * needs {@link resolve} first.
   */
  lookup(port: number): LookupFunction;
  /**
   * The checked addresses of a host, for clients of other protocols: connect to one of these, and check the certificate
   * against the host's name.
   *
   * @throws Failure as {@link fetch} does.
   */
  resolve(host: string, port: number): Promise<readonly [Checked, ...Checked[]]>;
  close(): Promise<void>;
}

const usual = { within: seconds(10), bytes: 1024 * 1024, redirects: 0, connectTimeout: 10_000 } as const;

export function createOutbound({
  allow = [],
  setting = 'PILEUS_OUTBOUND_ALLOW',
  resolve: addressesOf = systemAddresses,
  tracing = noTracing,
}: OutboundOptions = {}): Outbound {
  const allowance = 'permits' in allow ? allow : readAllowance(allow, setting);

  const check = (host: string, written: string, port: number): Checked => {
    const place = placeOf(written);
    if (!place) throw noAddress(host);
    const { address, range } = place;
    if (range !== 'public') {
      if (!canBeAllowed(range)) throw new Failure('address-forbidden', { host: at(host, port), address, range });
      if (!allowance.permits(host, place, port))
        throw new Failure('address-refused', { host: at(host, port), address, range, setting });
    }
    return { address, family: address.includes(':') ? 6 : 4 };
  };
  const find = async (given: string, port: number): Promise<readonly [Checked, ...Checked[]]> => {
    const host = hostOf(given);
    const [first, ...more] = placeOf(host) ? [host] : await addressesOf(host);
    if (first === undefined) throw noAddress(host);
    return [check(host, first, port), ...more.map((address) => check(host, address, port))];
  };
  const lookup =
    (port: number): LookupFunction =>
    async (host, { all, family }, done) => {
      let checked: readonly Checked[];
      try {
        checked = await find(host, port);
      } catch (error) {
        return done(error as Error, '', 0);
      }
      const fitting = checked.filter((one) => !family || String(family).endsWith(String(one.family)));
      const [first] = fitting;
      if (!first) return done(noAddress(host), '', 0);
      return all ? done(null, fitting) : done(null, first.address, first.family);
    };
  const agent = ({ connections = 32, bytes, ...tls }: AgentOptions = {}): Agent => {
    const options = {
      connections,
      ...(bytes !== undefined && { maxResponseSize: bytes }),
      connect: guardedConnector(tls, lookup, check),
    };
    return tracing === noTracing ? new Agent(options) : new TracedAgent(options, tracing);
  };
  const own = agent();

  return {
    agent,
    lookup,
    resolve: (host, port) => find(host, port).catch((error: unknown) => Promise.reject(unreachable(host, error))),
    close: () => own.close(),
    async fetch(given, options = {}) {
      const { signal, within = usual.within } = options;
      signal?.throwIfAborted();
      const end = AbortSignal.timeout(within);
      const limited = signal ? AbortSignal.any([signal, end]) : end;
      const url = urlOf(given);
      try {
        return await follow(url, { ...options, agent: options.agent ?? own }, limited);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (end.aborted)
          throw new Failure('timed-out', { what: url.host, limit: `${within / 1_000} s` }, { cause: error });
        throw unreachable(url.host, error);
      }
    },
  };
}

/**
 * Names go through the guarded look-up of their port; addresses, which are never looked up, are checked here. A connector
 * for each port, so that TLS sessions are resumed.
 */
function guardedConnector(
  { caCertificates, verify = true }: TlsOptions,
  lookup: Outbound['lookup'],
  check: (host: string, written: string, port: number) => Checked,
): buildConnector.connector {
  const connectors = new Map<number, buildConnector.connector>();
  return (options, done) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    const hostname = hostOf(options.hostname);
    try {
      if (placeOf(hostname)) check(hostname, hostname, port);
    } catch (error) {
      return done(error as Error, null);
    }
    const connector =
      connectors.get(port) ??
      buildConnector({
        timeout: usual.connectTimeout,
        rejectUnauthorized: verify,
        lookup: lookup(port),
        ...(caCertificates && { ca: [...getCACertificates('default'), caCertificates] }),
      });
    connectors.set(port, connector);
    connector({ ...options, hostname }, done);
  };
}

/** Only http and https, and nothing in it that is not an address. */
function urlOf(given: string | URL, base?: URL): URL {
  const url = URL.parse(String(given), base);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.hostname === '') {
    if (url) url.username = url.password = '';
    throw new Failure('address-invalid', { url: (url?.href ?? String(given)).slice(0, 200) });
  }
  return url;
}

type Following = OutboundRequest & { readonly agent: Dispatcher };

async function follow(url: URL, options: Following, signal: AbortSignal): Promise<Response> {
  const { redirects = usual.redirects, method = 'GET' } = options;
  const follows = redirects > 0 && (method === 'GET' || method === 'HEAD');
  let from = url;
  let headers = new Headers(options.headers);
  for (let hop = 0; ; hop++) {
    const answer = await send(from, { ...options, headers }, signal);
    const location = answer.headers.get('location');
    if (!follows || !isRedirect(answer.status) || location === null) return answer;
    if (hop === redirects) throw new Failure('redirect-refused', { host: url.host, reason: `> ${redirects}` });
    const to = urlOf(location, from);
    if (from.protocol === 'https:' && to.protocol !== 'https:')
      throw new Failure('redirect-refused', { host: from.host, reason: `https → ${to.protocol}//${to.host}` });
    if (to.origin !== from.origin) headers = withoutCredentials(headers);
    from = to;
  }
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/** What a caller sends may let it in at the first host; the next one learns only what it needs to answer. */
function withoutCredentials(headers: Headers): Headers {
  const harmless = ['accept', 'accept-language', 'user-agent'];
  return new Headers([...headers].filter(([name]) => harmless.includes(name)));
}

async function send(url: URL, options: Following & { readonly headers: Headers }, signal: AbortSignal) {
  const { agent, body, bytes = usual.bytes, headers, method = 'GET' } = options;
  const typed = body instanceof URLSearchParams && !headers.has('content-type');
  const answer = await request(url, {
    dispatcher: agent,
    method,
    signal,
    headers: {
      'user-agent': 'pileus',
      ...(typed && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...Object.fromEntries(headers),
    },
    ...(body !== undefined && { body: body instanceof URLSearchParams ? String(body) : body }),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop breaks the connection off.
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > bytes) throw new Failure('answer-too-large', { host: url.host, bytes });
    chunks.push(chunk);
  }
  const { statusCode: status } = answer;
  const received = Object.entries(answer.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  const isEmpty = [204, 205, 304].includes(status);
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers: received });
}

async function systemAddresses(name: string): Promise<readonly string[]> {
  return (await systemLookup(name, { all: true })).map(({ address }) => address);
}

/** A host as allowances and failures name it. */
function hostOf(given: string): string {
  return given
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

const at = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** As the system's resolver says it. */
const noAddress = (host: string): Error => Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });

function unreachable(host: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('host-unreachable', { host, detail: codeOf(error) }, { cause: error });
}

/** What the system calls it, the same in every language: ECONNREFUSED, CERT_HAS_EXPIRED. */
function codeOf(error: unknown): string {
  for (
    let beneath: unknown = error, depth = 0;
    beneath instanceof Error && depth < 5;
    beneath = beneath.cause, depth++
  ) {
    if ('code' in beneath && typeof beneath.code === 'string') return beneath.code;
    if (beneath instanceof AggregateError && beneath.errors.length > 0) return codeOf(beneath.errors[0]);
  }
  return error instanceof Error ? error.message : String(error);
}
