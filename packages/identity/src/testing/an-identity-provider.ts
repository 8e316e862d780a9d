import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createPrivateKey, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** The real oidc-provider over loopback, with one person, and with tokens that it can be made to spoil. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** New keys from now on; the old ones are withdrawn. */
  rotate(): void;
  /** Changes the claims of each ID token and signs them anew, with its own key or with another. */
  spoil: ((claims: Record<string, unknown>) => Record<string, unknown>) | undefined;
  signsWithStrangersKey: boolean;
  /** Claims of the person. */
  claims: Record<string, unknown>;
  /** What a browser does that signs the person in: the query of the redirect back. */
  visit(url: URL): Promise<URLSearchParams>;
}

export const client = { id: 'pileus', secret: 'swordfish-swordfish-swordfish' } as const;
export const redirectUri = 'https://pileus.example.org/api/v1/sign-in/back';

interface Key {
  readonly privateKey: KeyObject;
  readonly kid: string;
}

function newKey(): Key {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, kid: randomUUID() };
}

/** `back` is where it sends people back to. */
export async function anIdentityProvider(back: string = redirectUri): Promise<IdentityProvider> {
  let key = newKey();
  const stranger = createPrivateKey(newKey().privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const kept = new Map<string, object>();
  let provider: Provider | undefined;
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // Of a TCP server it is one.

  const start = () => {
    const jwk = { ...key.privateKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig', alg: 'RS256' };
    provider = new Provider(issuer, {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [back] }],
      jwks: { keys: [jwk] },
      cookies: { keys: ['for-tests-only'] },
      adapter: rememberingIn(kept),
      ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 300 },
      claims: {
        openid: ['sub'],
        profile: ['preferred_username', 'name', 'groups', 'realm_access'],
        email: ['email', 'email_verified'],
      },
      conformIdTokenClaims: true,
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...this_.claims }) }),
    });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!provider) return;
    if (request.url?.startsWith('/interaction/')) return interact(provider, request, response);
    if (request.url === '/token' && (this_.spoil ?? this_.signsWithStrangersKey)) respoil(response, resign);
    provider.callback()(request, response);
  };
  const resign = (token: string): string => {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const signed = [{ alg: 'RS256', kid: key.kid }, this_.spoil?.(claims) ?? claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const by = this_.signsWithStrangersKey ? stranger : key.privateKey;
    return `${signed}.${sign('sha256', Buffer.from(signed), by).toString('base64url')}`;
  };
  const this_: IdentityProvider = {
    issuer,
    spoil: undefined,
    signsWithStrangersKey: false,
    claims: {
      preferred_username: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      email_verified: true,
      groups: ['developers'],
    },
    rotate: () => {
      key = newKey();
      start();
    },
    visit: (url) => visit(url, back),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  start();
  return this_;
}

/** Keeps what the provider writes down when it is started anew with other keys. */
function rememberingIn(kept: Map<string, object>) {
  return class {
    readonly #model: string;
    constructor(model: string) {
      this.#model = model;
    }
    async upsert(id: string, payload: object) {
      kept.set(`${this.#model}:${id}`, payload);
    }
    async find(id: string) {
      return kept.get(`${this.#model}:${id}`);
    }
    async findByUid(uid: string) {
      return [...kept.values()].find((one) => 'uid' in one && one.uid === uid && 'accountId' in one);
    }
    async consume(id: string) {
      Object.assign(kept.get(`${this.#model}:${id}`) ?? {}, { consumed: Math.floor(Date.now() / 1_000) });
    }
    async destroy(id: string) {
      kept.delete(`${this.#model}:${id}`);
    }
    async revokeByGrantId(grant: string) {
      for (const [key, one] of kept) if ('grantId' in one && one.grantId === grant) kept.delete(key);
    }
  };
}

/** Signs the person in and consents, where a page would ask. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'person-1' } });
    return;
  }
  const grant = new provider.Grant({ accountId: 'person-1', clientId: params.client_id });
  grant.addOIDCScope('openid profile email');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

/** Puts another ID token into a token answer on its way out. */
function respoil(response: ServerResponse, resign: (token: string) => string): void {
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  response.end = ((body: unknown) => {
    const answer = JSON.parse(String(body)) as { id_token?: string };
    if (answer.id_token) answer.id_token = resign(answer.id_token);
    response.removeHeader('content-length');
    return end(JSON.stringify(answer));
    // It has several forms; the provider uses this one.
  }) as typeof response.end;
}

async function visit(url: URL, back: string): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  for (let at = url, hop = 0; hop < 12; hop++) {
    const answer = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${at.href} answers ${answer.status}: ${await answer.text()}`);
    at = new URL(location, at);
    if (at.href.startsWith(back)) return at.searchParams;
  }
  throw new Error('it goes round in circles');
}
