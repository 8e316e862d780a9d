import { Failure } from '@pileus/model';
import { gateOf, type Gate, type Surroundings } from '@pileus/provider';
import type { z } from 'zod';
import type { Account } from './account.ts';
import { QuotaDetails, ServiceVersion } from './answers.ts';
import { endpointOf } from './catalog.ts';
import { createHttp, type Answer, type Http, type HttpRequest } from './http.ts';
import { at, parse, startSession, type Session, type Token } from './identity.ts';
import { failure, provider } from './reason.ts';
import { isThrottled, refusal } from './refusal.ts';
import { services, settingsOf, type ServiceName, type ServiceSettings } from './services.ts';

export interface ServiceRequest {
  /** Below the service's versioned base: `servers/detail`. */
  readonly path: string;
  readonly query?: URLSearchParams | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses other than 2xx that are answers too. */
  readonly or?: readonly number[];
}

/** One service of the account, reached with its token. */
export interface Service {
  readonly name: ServiceName;
  readonly title: string;
  readonly settings: ServiceSettings;
  send(method: HttpRequest['method'], request: ServiceRequest, signal: AbortSignal): Promise<Answer>;
  /** Sends, and reads the answer by its schema. */
  ask<S extends z.ZodType>(
    method: HttpRequest['method'],
    request: ServiceRequest & { readonly answer: S },
    signal: AbortSignal,
  ): Promise<z.output<S>>;
  /** The endpoint as the catalogue or the account gives it. */
  endpoint(signal: AbortSignal): Promise<URL>;
  /** The microversion that requests ask for (Nova), if any. */
  microversion(signal: AbortSignal): Promise<string | undefined>;
  project(signal: AbortSignal): Promise<string>;
}

export interface Client extends Readonly<Record<Exclude<ServiceName, 'identity'>, Service>> {
  readonly session: Session;
  close(): Promise<void>;
}

/**
 * Nova's interface as of Queens (2018), the first with volume multi-attach; it has everything that is used here. A
 * cloud that ends below is spoken to in its newest one, a cloud that begins above in its oldest.
 */
const wantedMicroversion = '2.60';

/**
 * So many requests at once serve a small cloud best: with 50 at once, its services wait for each other's database locks
 * (50 servers took half as long again).
 */
const usualWidth = 10;

/** @param open how the account's addresses are spoken to */
export function connectClient(account: Account, { clock, outbound }: Surroundings, open = createHttp): Client {
  const https = new Map<number, Http>();
  const httpOf = (name: ServiceName): Http => {
    const { timeout } = settingsOf(account, name);
    const http = https.get(timeout) ?? open({ outbound, timeout, ...tlsOf(account) });
    https.set(timeout, http);
    return http;
  };
  const session = startSession(account, httpOf('identity'), clock);
  const { calls_at_once: width = usualWidth, calls_per_second: perSecond } = account.clientOptions;
  const gate = gateOf({ clock, width, perSecond });
  const service = (name: Exclude<ServiceName, 'identity'>) => serviceOf(name, account, session, httpOf(name), gate);
  return {
    session,
    compute: service('compute'),
    network: service('network'),
    image: service('image'),
    volume: service('volume'),
    close: async () => {
      await Promise.all([...https.values()].map((http) => http.close()));
    },
  };
}

function tlsOf({ verify, caCertificate, clientOptions }: Account) {
  return {
    verify: verify && clientOptions.verify !== false,
    caCertificates: [caCertificate, clientOptions.cacert].filter((pem) => pem !== undefined).join('\n') || undefined,
  };
}

function serviceOf(
  name: Exclude<ServiceName, 'identity'>,
  account: Account,
  session: Session,
  http: Http,
  gate: Gate,
): Service {
  const settings = settingsOf(account, name);
  const { title } = services[name];
  let negotiated: { readonly base: string; readonly version: Promise<string | undefined> } | undefined;

  const baseOf = (token: Token): URL => {
    const url = new URL(endpointOf(token.catalog, name, settings));
    url.pathname = versionedPath[name](url.pathname.replace(/\/+$/, ''), token.project.id);
    return url;
  };
  const microversionOf = (base: URL, token: Token): Promise<string | undefined> => {
    if (name !== 'compute') return Promise.resolve(undefined);
    if (negotiated?.base === base.href) return negotiated.version;
    const version = negotiate(base, token, account, http).catch((error) => {
      negotiated = undefined;
      throw error;
    });
    negotiated = { base: base.href, version };
    return version;
  };
  const once = async (token: Token, method: HttpRequest['method'], request: ServiceRequest, signal: AbortSignal) => {
    const base = baseOf(token);
    const microversion = await microversionOf(base, token);
    const url = at(base, request.path);
    for (const [key, value] of request.query ?? []) url.searchParams.append(key, value);
    const versioned = microversion ? microversionHeaders(microversion) : {};
    const headers = { 'x-auth-token': token.value, ...versioned, ...request.headers };
    return gate.pass(async () => {
      const answer = await http.send({ method, url, headers, body: request.body, signal });
      if (isThrottled(answer)) throw refusal(answer, title);
      return answer;
    }, signal);
  };
  const send: Service['send'] = async (method, request, signal) => {
    const token = await session.token(signal);
    let answer = await once(token, method, request, signal);
    // Tokens are withdrawn before their time when a password changes or Keystone's keys rotate.
    if (answer.status === 401) answer = await once(await session.renew(token, signal), method, request, signal);
    if (answer.status === 401) throw failure('credentials-refused', tokenNotTaken(title, answer.url));
    if ((answer.status >= 200 && answer.status < 300) || request.or?.includes(answer.status)) return answer;
    const refused = refusal(answer, title);
    throw refused.code === 'quota-exceeded' && name === 'network'
      ? await withFigures(refused, send, token, signal)
      : refused;
  };
  return {
    name,
    title,
    settings,
    send,
    ask: async (method, request, signal) => parse(request.answer, await send(method, request, signal), title),
    endpoint: async (signal) => endpointOf((await session.token(signal)).catalog, name, settings),
    microversion: async (signal) => {
      const token = await session.token(signal);
      return microversionOf(baseOf(token), token);
    },
    project: async (signal) => (await session.token(signal)).project.id,
  };
}

/**
 * The path of a service's version below an endpoint. Catalogues hold `http://h:8774`, `http://h/compute/v2.1`,
 * `http://h:8776/v3/<project>` …, and Glance's and Neutron's rarely name a version.
 */
const versionedPath: Readonly<Record<Exclude<ServiceName, 'identity'>, (path: string, project: string) => string>> = {
  compute: (path) => (/\/v2(\.\d+)?(\/|$)/.test(path) ? path : `${path}/v2.1`),
  network: (path) => `${path.replace(/\/v2\.0$/, '')}/v2.0`,
  image: (path) => `${path.replace(/\/v[12](\.\d+)?$/, '')}/v2`,
  volume: (path, project) => `${path.replace(/\/v[123](\/[^/]+)?$/, '')}/v3/${project}`,
};

/** Neutron names the quota without its figures (Nova and Cinder give them); they are asked for, where that is allowed. */
async function withFigures(
  refused: Failure,
  send: Service['send'],
  token: Token,
  signal: AbortSignal,
): Promise<Failure> {
  const answer = await send('GET', { path: `quotas/${token.project.id}/details`, or: [403, 404] }, signal).catch(
    () => undefined,
  );
  const { kind, detail } = refused.facts;
  const figures = QuotaDetails.safeParse(answer?.json).data?.quota[String(kind)];
  if (!figures) return refused;
  const told = `${detail} ${figures.used} of ${figures.limit} are in use`;
  return new Failure('quota-exceeded', { kind: String(kind), provider, detail: told }, { cause: refused });
}

/** Nova's microversion (api-ref, “Microversions”): ours, brought between what the cloud says it can. */
async function negotiate(base: URL, token: Token, account: Account, http: Http): Promise<string | undefined> {
  const url = new URL(base);
  // The project may follow the version; the version's own document stands before it.
  url.pathname = `${/^(.*\/v2(?:\.\d+)?)(\/|$)/.exec(base.pathname)?.[1] ?? base.pathname}/`;
  const own = account.clientOptions.nova_client;
  const asked = own?.microversion ?? (String(own?.version ?? '').includes('.') ? own?.version : undefined);
  // The negotiated version serves all callers, so no caller's signal may end it; the HTTP timeout does.
  const { signal } = new AbortController();
  const answer = await http.send({ method: 'GET', url, headers: { 'x-auth-token': token.value }, signal });
  const read = ServiceVersion.safeParse(answer.json);
  if (!read.success || !read.data.version.version) return undefined;
  const { version: newest, min_version: oldest } = read.data.version;
  const wanted = asked === undefined ? wantedMicroversion : String(asked);
  if (minorOf(wanted) > minorOf(newest)) return newest;
  return minorOf(wanted) < minorOf(oldest) ? oldest : wanted;
}

const minorOf = (version: string): number => Number(version.split('.')[1] ?? 0);

/** The newer header, and the one that Nova alone reads up to 2.26. */
const microversionHeaders = (version: string) => ({
  'openstack-api-version': `compute ${version}`,
  'x-openstack-nova-api-version': version,
});

const tokenNotTaken = (title: string, url: URL) => ({
  en: `${title} at ${url.origin} refuses the token that Keystone has just issued; does this ${title} belong to the same cloud?`,
  'zh-CN': `${url.origin} 上的 ${title} 拒绝了 Keystone 刚签发的令牌，请确认该 ${title} 属于同一个云`,
});
