import { because, Failure, seconds, type Secret } from '@pileus/model';
import type { Outbound } from '@pileus/outbound';
import * as oidc from 'openid-client';
import { z } from 'zod';

/** An identity provider that speaks OpenID Connect, as an administrator sets it up. */
export interface OidcSettings {
  /** As people know it; named by failures. */
  readonly title: string;
  /** The issuer exactly as its tokens name it: `https://id.example.org/realms/staff`. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client, which PKCE alone protects. */
  readonly clientSecret?: Secret | undefined;
  /** Beside `openid`. */
  readonly scopes?: readonly string[];
  /** Which claims hold what; a path for a claim inside another (`realm_access.roles`). */
  readonly claims?: Partial<Claims>;
  /** PEM; trusted beside the usual authorities' certificates. */
  readonly caCertificates?: string | undefined;
  /** Takes http too, for a trial: whoever is in between can be anybody then. */
  readonly insecure?: boolean;
}

interface Claims {
  readonly name: string;
  readonly title: string;
  readonly mail: string;
  readonly groups: string;
}

/** Whom an identity provider says somebody is. */
export interface Identified {
  /** Never changes and is never given to another, at this issuer (OIDC Core, 2): users are known by issuer and subject. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
  readonly title: string | undefined;
  /** Only where the provider says that it is verified: others prove nothing. */
  readonly mail: string | undefined;
  readonly groups: readonly string[];
}

/** What is kept between leaving for the provider and coming back: for minutes, once, bound to the browser's session. */
export interface OidcAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/**
 * Signing in by the authorization code flow (OIDC Core, 3.1) with PKCE (RFC 7636), as RFC 9700 advises: the provider's
 * document is discovered, `state` binds the answer to the browser, `nonce` binds the token to the attempt, and the ID
 * token's signature is verified with the provider's keys of that moment.
 */
export interface OidcProvider {
  /** The page to send the browser to, and what to keep until it is back. */
  begin(redirectUri: string): Promise<{ readonly url: URL; readonly attempt: OidcAttempt }>;
  /**
   * Who came back. `query` is the query of the redirect.
   *
   * @throws Failure `identity-refused` with the reason: the person said no, state, nonce, issuer, audience, time or
   * signature are not right, the code was used; `identity-provider-broken`, `host-unreachable`, `address-refused` where it is
   * the provider's fault or the setup's.
   */
  finish(query: URLSearchParams, attempt: OidcAttempt): Promise<Identified>;
  close(): Promise<void>;
}

/** Both clocks may differ by this much, in seconds. */
const clockTolerance = 60;
const metadataCounts = seconds(600);
const usualClaims: Claims = { name: 'preferred_username', title: 'name', mail: 'email', groups: 'groups' };

export function connectOidc(settings: OidcSettings, outbound: Outbound, now: () => number = Date.now): OidcProvider {
  const { title, clientSecret, insecure = false, caCertificates } = settings;
  const agent = outbound.agent({ caCertificates });
  const claims = { ...usualClaims, ...settings.claims };
  const clientMetadata = { [oidc.clockTolerance]: clockTolerance };
  const authentication = clientSecret ? oidc.ClientSecretBasic(clientSecret.reveal()) : oidc.None();
  let metadata: { readonly of: oidc.ServerMetadata; readonly until: number } | undefined;

  const fetch: oidc.CustomFetch = (url, { method, headers, body, signal }) => {
    if (body instanceof ReadableStream || body instanceof ArrayBuffer) throw new Error('not sent by this flow');
    return outbound.fetch(url, { method, headers, agent, ...(body && { body }), ...(signal && { signal }) });
  };
  const found = async (): Promise<oidc.ServerMetadata> => {
    if (metadata && now() < metadata.until) return metadata.of;
    const configuration = await oidc.discovery(urlOf(settings), settings.clientId, clientMetadata, authentication, {
      [oidc.customFetch]: fetch,
      ...(insecure && { execute: [oidc.allowInsecureRequests] }),
    });
    metadata = { of: configuration.serverMetadata(), until: now() + metadataCounts };
    return metadata.of;
  };
  /** A copy for each attempt: keys are kept with it, so a provider's new key counts at once, and so does a withdrawn one. */
  const configured = async (): Promise<oidc.Configuration> => {
    const configuration = new oidc.Configuration(
      structuredClone({ ...(await found()) }),
      settings.clientId,
      clientMetadata,
      authentication,
    );
    configuration[oidc.customFetch] = fetch;
    if (insecure) oidc.allowInsecureRequests(configuration);
    // Unless asked, the library trusts TLS alone (OIDC Core, 3.1.3.7, 6).
    oidc.enableNonRepudiationChecks(configuration);
    return configuration;
  };

  return {
    async begin(redirectUri) {
      const configuration = await configured().catch(explain(title));
      const attempt = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        redirectUri,
      };
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: ['openid', ...(settings.scopes ?? ['profile', 'email'])].join(' '),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      });
      return { url, attempt };
    },
    async finish(query, { state, nonce, verifier, redirectUri }) {
      try {
        const configuration = await configured();
        const back = new URL(redirectUri);
        back.search = String(query);
        const tokens = await oidc.authorizationCodeGrant(configuration, back, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const identity = tokens.claims();
        if (!identity) throw new Failure('identity-refused', { provider: title, reason: because('no-id-token') });
        const more = configuration.serverMetadata().userinfo_endpoint
          ? await oidc.fetchUserInfo(configuration, tokens.access_token, identity.sub)
          : {};
        // What is signed counts before what is only told.
        return identifiedBy({ ...more, ...identity }, claims);
      } catch (error) {
        return explain(title)(error);
      }
    },
    close: () => agent.close(),
  };
}

function urlOf({ issuer, title, insecure }: OidcSettings): URL {
  const url = URL.parse(issuer);
  if (!url || (url.protocol !== 'https:' && !(insecure && url.protocol === 'http:')))
    throw new Failure('identity-provider-broken', {
      provider: title,
      reason: because('issuer-not-https', { issuer }),
    });
  return url;
}

const Text = z.string().min(1).max(1_000).optional().catch(undefined);
const Groups = z.union([z.array(z.string().min(1).max(1_000)), z.string().transform((one) => [one])]).catch([]);

function identifiedBy(all: Readonly<Record<string, unknown>>, claims: Claims): Identified {
  const { iss, sub } = z.object({ iss: z.string(), sub: z.string().min(1).max(255) }).parse(all);
  return {
    issuer: iss,
    subject: sub,
    name: Text.parse(at(all, claims.name)),
    title: Text.parse(at(all, claims.title)),
    mail: all['email_verified'] === true ? Text.parse(at(all, claims.mail)) : undefined,
    groups: [...new Set(Groups.parse(at(all, claims.groups)))],
  };
}

/** A claim by its name, which may hold dots (`https://example.org/groups`), else by its path. */
function at(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? (value as Readonly<Record<string, unknown>>)[key]
      : undefined;
  }, claims);
}

/** Failures of the setup are the provider's; the others are those of this attempt. */
const explain =
  (provider: string) =>
  (error: unknown): never => {
    const cause = error instanceof Error && error.cause instanceof Failure ? error.cause : error;
    if (cause instanceof Failure) throw cause;
    const said = reasonOf(error);
    throw said.isSetup
      ? new Failure('identity-provider-broken', { provider, reason: said.reason }, { cause: error })
      : new Failure('identity-refused', { provider, reason: said.reason }, { cause: error });
  };

const setup =
  /^OAUTH_(HTTP_REQUEST_FORBIDDEN|REQUEST_PROTOCOL_FORBIDDEN|MISSING_SERVER_METADATA|INVALID_SERVER_METADATA|RESPONSE_IS_NOT_JSON|RESPONSE_IS_NOT_CONFORM|PARSE_ERROR|UNSUPPORTED_OPERATION)$/;

function reasonOf(error: unknown): { readonly reason: string; readonly isSetup: boolean } {
  if (error instanceof oidc.AuthorizationResponseError) return { reason: error.error, isSetup: false };
  if (error instanceof oidc.ResponseBodyError) {
    const isSetup = ['invalid_client', 'unauthorized_client', 'unsupported_grant_type'].includes(error.error);
    return { reason: error.error, isSetup };
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) {
    const reason = error.cause[0]?.parameters['error'] ?? 'invalid_client';
    return { reason, isSetup: reason === 'invalid_client' };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const beneath = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  const message = error instanceof Error ? error.message : String(error);
  return { reason: [message, beneath].filter(Boolean).join(': '), isSetup: setup.test(code) };
}
