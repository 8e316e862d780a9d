import { isIP } from 'node:net';
import { because, Failure } from '@pileus/model';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';

/** To whom passkeys belong: they work on this origin alone, which is what makes them safe against phishing. */
export interface RelyingParty {
  readonly name: string;
  readonly id: string;
  readonly origin: string;
}

/** What is kept of a passkey. Nothing of it is secret. */
export interface Passkey {
  /** Base64url, as the browser names it; unique over all users. */
  readonly id: string;
  /** COSE, in Base64url. */
  readonly publicKey: string;
  /** How often it was used, by its own count; 0 for ever where it is copied between devices. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** Whether it is, or may be, on several devices of its owner. */
  readonly isSynced: boolean;
}

/** What is sent to the browser, and the challenge to keep until it answers: once, for a few minutes, for this session. */
export interface Ceremony<Options> {
  readonly options: Options;
  readonly challenge: string;
}

/**
 * The relying party of an installation, from PILEUS_ORIGIN. Its id is the host's name, without the port (WebAuthn L3, 5.1.2).
 *
 * @throws Failure `passkey-refused` for an origin at which browsers know no passkeys: an IP address, or http elsewhere than on
 * localhost.
 */
export function relyingPartyOf(origin: string, name: string): RelyingParty {
  const { protocol, hostname, origin: whole } = new URL(origin);
  const local = hostname === 'localhost' || hostname.endsWith('.localhost');
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
    throw new Failure('passkey-refused', { reason: because('passkey-no-address', { origin }) });
  if (protocol !== 'https:' && !local)
    throw new Failure('passkey-refused', { reason: because('passkey-https', { origin }) });
  return { name, id: hostname, origin: whole };
}

/**
 * Begins to register a passkey: `options` go to `navigator.credentials.create` (WebAuthn L3, 7.1). The passkey is to be
 * discoverable, so that one signs in without typing a name, and to be unlocked by its owner, so that it counts as two factors.
 * No attestation is asked for: who made the device is no question here.
 */
export async function beginRegistration(
  party: RelyingParty,
  user: { readonly id: string; readonly name: string; readonly title: string },
  present: readonly Passkey[],
): Promise<Ceremony<PublicKeyCredentialCreationOptionsJSON>> {
  const options = await generateRegistrationOptions({
    rpName: party.name,
    rpID: party.id,
    userID: new TextEncoder().encode(user.id),
    userName: user.name,
    userDisplayName: user.title,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: present.map(known),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { options, challenge: options.challenge };
}

/**
 * The passkey to keep, from what the browser answered.
 *
 * @throws Failure `passkey-refused` with the reason: another challenge, origin or party, no user verification, a bad signature.
 */
export async function finishRegistration(party: RelyingParty, answer: unknown, challenge: string): Promise<Passkey> {
  const response = read(Registration, answer);
  const { verified, registrationInfo: found } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch(refuse);
  if (!verified || !found) throw new Failure('passkey-refused', { reason: because('passkey-signature') });
  const { id, publicKey, counter } = found.credential;
  return {
    id,
    publicKey: Buffer.from(publicKey).toString('base64url'),
    counter,
    transports: response.response.transports ?? [],
    isSynced: found.credentialDeviceType === 'multiDevice',
  };
}

/**
 * Begins to sign in: `options` go to `navigator.credentials.get` (WebAuthn L3, 7.2). With `passkeys`, one of these is
 * wanted (a second factor, or the same person once more); without, the browser offers whatever it has for this party.
 */
export async function beginAuthentication(
  party: RelyingParty,
  passkeys?: readonly Passkey[],
): Promise<Ceremony<PublicKeyCredentialRequestOptionsJSON>> {
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    userVerification: 'required',
    ...(passkeys && { allowCredentials: passkeys.map(known) }),
  });
  return { options, challenge: options.challenge };
}

/** Which passkey an answer speaks of, to be looked up before {@link finishAuthentication}, and whose it says it is. */
export function passkeyNamed(answer: unknown): { readonly id: string; readonly user: string | undefined } {
  const { id, response } = read(Authentication, answer);
  return { id, user: response.userHandle && Buffer.from(response.userHandle, 'base64url').toString() };
}

/**
 * Verifies that whoever answered has the passkey, and answers the counter to keep. A counter that did not grow says that a
 * copy of the passkey is about (WebAuthn L3, 6.1.1).
 *
 * @throws Failure `passkey-refused` with the reason.
 */
export async function finishAuthentication(
  party: RelyingParty,
  answer: unknown,
  challenge: string,
  passkey: Passkey,
): Promise<{ readonly counter: number }> {
  const response = read(Authentication, answer);
  if (response.id !== passkey.id) throw new Failure('passkey-refused', { reason: because('passkey-other') });
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: {
      id: passkey.id,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      counter: passkey.counter,
    },
  }).catch(refuse);
  if (!verified) throw new Failure('passkey-refused', { reason: because('passkey-signature') });
  return { counter: authenticationInfo.newCounter };
}

/** EdDSA, ES256, RS256 (COSE): every authenticator has one of them. */
const algorithms = [-8, -7, -257];

const known = ({ id, transports }: Passkey) => ({ id, transports: [...transports] });

const Base64url = z
  .string()
  .regex(/^[\w-]+$/)
  .max(65_536);
const credential = {
  id: Base64url,
  rawId: Base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
};

/** `RegistrationResponseJSON` of WebAuthn L3, 5.1. */
const Registration = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: Base64url,
    attestationObject: Base64url,
    transports: z.array(z.string().max(32)).max(8).optional(),
  }),
});

/** `AuthenticationResponseJSON` of WebAuthn L3, 5.1. */
const Authentication = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: Base64url,
    authenticatorData: Base64url,
    signature: Base64url,
    userHandle: Base64url.optional(),
  }),
});

function read<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
  const { data, error } = schema.safeParse(answer);
  if (error) throw new Failure('passkey-refused', { reason: because('passkey-garbled') }, { cause: error });
  return data;
}

function refuse(error: unknown): never {
  throw new Failure(
    'passkey-refused',
    { reason: error instanceof Error ? error.message : String(error) },
    { cause: error },
  );
}
