import { expect, test } from 'vitest';
import {
  beginAuthentication,
  beginRegistration,
  finishAuthentication,
  finishRegistration,
  passkeyNamed,
  relyingPartyOf,
} from './passkey.ts';
import { anAuthenticator, type Wrong } from './testing/authenticator.ts';

const party = relyingPartyOf('https://pileus.example.org:8443', 'Pileus');
const user = { id: 'user_1', name: 'ada', title: 'Ada Lovelace' };

async function registered() {
  const authenticator = anAuthenticator(party.origin, party.id);
  const { options, challenge } = await beginRegistration(party, user, []);
  return { authenticator, passkey: await finishRegistration(party, authenticator.create(options), challenge) };
}

test('a passkey belongs to the host that people type, and needs a name and https', () => {
  expect(party).toEqual({ name: 'Pileus', id: 'pileus.example.org', origin: 'https://pileus.example.org:8443' });
  expect(relyingPartyOf('http://localhost:7800', 'Pileus').id).toBe('localhost');
  expect(() => relyingPartyOf('http://pileus.example.org', 'Pileus')).toThrow(/passkeys need https/);
  expect(() => relyingPartyOf('http://127.0.0.1:7800', 'Pileus')).toThrow(/need a host name/);
  expect(() => relyingPartyOf('https://[::1]', 'Pileus')).toThrow(/need a host name/);
});

test('a passkey is registered, and signs its owner in again and again', async () => {
  const { authenticator, passkey } = await registered();
  expect(passkey).toEqual({
    id: authenticator.id,
    publicKey: expect.stringMatching(/^[\w-]+$/),
    counter: 1,
    transports: ['internal'],
    isSynced: false,
  });
  let { counter } = passkey;
  for (const expected of [2, 3]) {
    const { options, challenge } = await beginAuthentication(party);
    const answer = authenticator.get(options, user.id);
    expect(passkeyNamed(answer)).toEqual({ id: passkey.id, user: 'user_1' });
    ({ counter } = await finishAuthentication(party, answer, challenge, { ...passkey, counter }));
    expect(counter).toBe(expected);
  }
});

test('the browser is asked for a passkey that its owner unlocks, and for no second one of the same device', async () => {
  const { passkey } = await registered();
  const { options } = await beginRegistration(party, user, [passkey]);
  expect(options).toMatchObject({
    rp: { id: 'pileus.example.org', name: 'Pileus' },
    user: { id: Buffer.from('user_1').toString('base64url'), name: 'ada', displayName: 'Ada Lovelace' },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: [{ id: passkey.id }],
  });
  const again = await beginAuthentication(party, [passkey]);
  expect(again.options).toMatchObject({ userVerification: 'required', allowCredentials: [{ id: passkey.id }] });
  expect((await beginAuthentication(party)).challenge).not.toBe((await beginAuthentication(party)).challenge);
});

const wrongs: readonly (readonly [string, Wrong, RegExp])[] = [
  ['of another origin', { origin: 'https://pileus.example.org' }, /origin/],
  ['of a page that imitates ours', { origin: 'https://pileus.example.org.evil.example' }, /origin/],
  ['for another party', { rpId: 'evil.example' }, /RP ID/],
  ['to another challenge', { challenge: 'AAAA' }, /challenge/],
  ['of the other kind', { type: 'webauthn.other' }, /type/],
  ['without its owner', { userVerified: false }, /[Uu]ser.*verif/],
];

test.each(wrongs)('an answer %s registers nothing', async (_, wrong, reason) => {
  const authenticator = anAuthenticator(party.origin, party.id);
  const { options, challenge } = await beginRegistration(party, user, []);
  const attempt = finishRegistration(party, authenticator.create(options, wrong), challenge);
  await expect(attempt).rejects.toMatchObject({
    code: 'passkey-refused',
    facts: { reason: expect.stringMatching(reason) },
  });
});

test.each([
  ...wrongs,
  ['with a bad signature', { signature: 'spoilt' }, /signature/] as const,
  ['whose counter did not grow', { counter: 1 }, /counter/] as const,
  ['whose counter went back', { counter: 0 }, /counter/] as const,
])('an answer %s lets nobody in', async (_, wrong, reason) => {
  const { authenticator, passkey } = await registered();
  const { options, challenge } = await beginAuthentication(party);
  const attempt = finishAuthentication(party, authenticator.get(options, user.id, wrong), challenge, passkey);
  await expect(attempt).rejects.toMatchObject({
    code: 'passkey-refused',
    facts: { reason: expect.stringMatching(reason) },
  });
});

test('an answer of another passkey, or one that is none, lets nobody in', async () => {
  const [mine, other] = [await registered(), await registered()];
  const { options, challenge } = await beginAuthentication(party);
  const answers = [
    other.authenticator.get(options, user.id),
    { ...other.authenticator.get(options, user.id), id: mine.passkey.id, rawId: mine.passkey.id },
    undefined,
    {},
    { id: 'x', response: null },
    {
      ...mine.authenticator.get(options, user.id),
      response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
    },
  ];
  for (const answer of answers) {
    await expect(finishAuthentication(party, answer, challenge, mine.passkey)).rejects.toMatchObject({
      code: 'passkey-refused',
    });
  }
});
