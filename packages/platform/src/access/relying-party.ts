import { relyingPartyOf, type RelyingParty } from '@pileus/identity';
import { Failure } from '@pileus/model';
import type { Given } from './given.ts';

const title = 'Pileus';

/**
 * To whom passkeys belong: the address in PILEUS_ORIGIN, or without one this machine, if it is called `localhost`. What else a
 * request says of where it was sent is never believed. Throws `passkey-refused` where browsers know no passkeys.
 */
export function relyingParty({ origin }: Given, asked: string): RelyingParty {
  const local = /^https?:\/\/localhost(:\d+)?$/.test(asked) ? asked : undefined;
  const address = origin ?? local;
  if (address === undefined)
    throw new Failure('passkey-refused', { reason: 'passkeys need a host name: open localhost, or set PILEUS_ORIGIN' });
  try {
    return relyingPartyOf(address, title);
  } catch (cause) {
    const reason = cause instanceof Failure ? String(cause.facts['reason']) : 'PILEUS_ORIGIN is not an address';
    throw new Failure('passkey-refused', { reason }, { cause });
  }
}

/** Whether browsers know passkeys at the address that is asked at. */
export function passkeysWork(given: Given, asked: string): boolean {
  try {
    relyingParty(given, asked);
    return true;
  } catch {
    return false;
  }
}
