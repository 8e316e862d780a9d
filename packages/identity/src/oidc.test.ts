import { Secret } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mapGroups } from './groups.ts';
import { connectOidc, type Identified, type OidcAttempt, type OidcProvider, type OidcSettings } from './oidc.ts';
import { anIdentityProvider, client, redirectUri, type IdentityProvider } from './testing/an-identity-provider.ts';

const outbound = createOutbound({ allow: ['127.0.0.1'] });
let there: IdentityProvider;
let here: OidcProvider;

beforeAll(async () => {
  there = await anIdentityProvider();
  here = connectOidc(settings(), outbound);
});
beforeEach(() => {
  there.spoil = undefined;
  there.signsWithStrangersKey = false;
});
afterAll(async () => {
  await here.close();
  await there[Symbol.asyncDispose]();
  await outbound.close();
});

function settings(more: Partial<OidcSettings> = {}): OidcSettings {
  return {
    title: 'Staff',
    issuer: there.issuer,
    clientId: client.id,
    clientSecret: new Secret(client.secret),
    insecure: true,
    ...more,
  };
}

async function signIn(by: OidcProvider = here, change?: (attempt: OidcAttempt) => OidcAttempt): Promise<Identified> {
  const { url, attempt } = await by.begin(redirectUri);
  const query = await there.visit(url);
  return by.finish(query, change?.(attempt) ?? attempt);
}

const refused = (reason: RegExp) => ({ code: 'identity-refused', message: expect.stringMatching(reason) as string });

test('somebody comes back as who the provider says', async () => {
  const { url } = await here.begin(redirectUri);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    scope: 'openid profile email',
  });
  expect(await signIn()).toEqual({
    issuer: there.issuer,
    subject: 'person-1',
    name: 'ada',
    title: 'Ada Lovelace',
    mail: 'ada@example.org',
    groups: ['developers'],
  });
});

test('groups are where the settings say, and become groups here by a mapping', async () => {
  const before = there.claims;
  there.claims = { ...before, email_verified: false, realm_access: { roles: ['Dev', 'ops', 'Dev'] }, groups: 'one' };
  const by = connectOidc(settings({ claims: { groups: 'realm_access.roles' } }), outbound);
  const { groups, mail } = await signIn(by);
  expect(groups).toEqual(['Dev', 'ops']);
  expect(mail).toBeUndefined();
  expect((await signIn()).groups).toEqual(['one']);
  expect(mapGroups(groups, { dev: ['g2', 'g1'], ops: ['g1'], root: ['g3'] })).toEqual(['g1', 'g2']);
  there.claims = { ...before, groups: { __proto__: 1, odd: [1] } };
  expect((await signIn()).groups).toEqual([]);
  there.claims = before;
  await by.close();
});

test('keys that the provider has changed in between count at once', async () => {
  await signIn();
  const { url, attempt } = await here.begin(redirectUri);
  const query = await there.visit(url);
  there.rotate();
  expect(await here.finish(query, attempt)).toMatchObject({ subject: 'person-1' });
  there.rotate();
  expect(await signIn()).toMatchObject({ subject: 'person-1' });
});

const now = () => Math.floor(Date.now() / 1_000);

test.each<[string, (claims: Record<string, unknown>) => Record<string, unknown>, RegExp]>([
  ['for another client', (claims) => ({ ...claims, aud: 'somebody-else' }), /aud/],
  ['for another client too', (claims) => ({ ...claims, aud: [client.id, 'other'], azp: 'other' }), /azp/],
  ['of another issuer', (claims) => ({ ...claims, iss: 'https://id.example.org' }), /iss/],
  ['that has expired', (claims) => ({ ...claims, exp: now() - 120 }), /exp/],
  ['that is not valid yet', (claims) => ({ ...claims, nbf: now() + 3_600 }), /nbf/],
  ['with another nonce', (claims) => ({ ...claims, nonce: 'x' }), /nonce/],
  ['without a nonce', ({ nonce: _, ...claims }) => claims, /nonce/],
  ['without a subject', ({ sub: _, ...claims }) => claims, /sub/],
  ['of somebody else than the one asked about', (claims) => ({ ...claims, sub: 'person-2' }), /sub/],
])('a token %s is refused', async (_, spoil, reason) => {
  there.spoil = spoil;
  await expect(signIn()).rejects.toMatchObject(refused(reason));
});

test('clocks may differ by a minute', async () => {
  there.spoil = (claims) => ({ ...claims, iat: now() + 30, exp: now() - 30 });
  expect(await signIn()).toMatchObject({ subject: 'person-1' });
});

test('a token that is signed with a key that is not the provider’s is refused', async () => {
  there.signsWithStrangersKey = true;
  await expect(signIn()).rejects.toMatchObject(refused(/signature/i));
});

test('what comes back belongs to the attempt of this browser, and once', async () => {
  await expect(signIn(here, (attempt) => ({ ...attempt, state: 'another' }))).rejects.toMatchObject(refused(/state/));
  await expect(signIn(here, (attempt) => ({ ...attempt, nonce: 'another' }))).rejects.toMatchObject(refused(/nonce/));
  const stolen = signIn(here, (attempt) => ({ ...attempt, verifier: 'x'.repeat(43) }));
  await expect(stolen).rejects.toMatchObject(refused(/invalid_grant/));
  const { url, attempt } = await here.begin(redirectUri);
  const query = await there.visit(url);
  await here.finish(query, attempt);
  await expect(here.finish(query, attempt)).rejects.toMatchObject(refused(/invalid_grant/));
  const denied = new URLSearchParams({ error: 'access_denied', state: attempt.state, iss: there.issuer });
  await expect(here.finish(denied, attempt)).rejects.toMatchObject(refused(/access_denied/));
  const mixedUp = new URLSearchParams(query);
  mixedUp.set('iss', 'https://id.example.org');
  await expect(here.finish(mixedUp, attempt)).rejects.toMatchObject(refused(/iss/));
});

test('what is wrong with the setup is said, and nothing inside is reached', async () => {
  const begin = async (more: Partial<OidcSettings>, by = outbound) => {
    const provider = connectOidc(settings(more), by);
    try {
      return await provider.begin(redirectUri);
    } finally {
      await provider.close();
    }
  };
  await expect(begin({ insecure: false })).rejects.toMatchObject({ code: 'identity-provider-broken' });
  await expect(begin({ issuer: 'staff' })).rejects.toMatchObject({ code: 'identity-provider-broken' });
  await expect(begin({ issuer: `${there.issuer}/realms/none` })).rejects.toThrow(/Staff/);
  await expect(begin({ issuer: 'http://[::1]:9' })).rejects.toMatchObject({ code: 'address-refused' });
  const strict = createOutbound();
  await expect(begin({}, strict)).rejects.toMatchObject({ code: 'address-refused' });
  await strict.close();
  const wrong = connectOidc(settings({ clientSecret: new Secret('wrong') }), outbound);
  const failing = { code: 'identity-provider-broken', facts: { provider: 'Staff', reason: 'invalid_client' } };
  await expect(signIn(wrong)).rejects.toMatchObject(failing);
  await wrong.close();
});
