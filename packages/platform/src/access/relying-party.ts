import { relyingPartyOf, type RelyingParty } from '@pileus/identity';
import { because, Failure } from '@pileus/model';
import type { Given } from './given.ts';

const title = 'Pileus';

/**
 * To whom passkeys belong: the address in PILEUS_ORIGIN, or without one this machine, if it is called `localhost`. What else a
 * request says of where it was sent is never believed. Throws `passkey-refused` where browsers know no passkeys.
 */
export function relyingParty({ origin }: Given, asked: string): RelyingParty {
  const local = /^https?:\/\/localhost(:\d+)?$/.test(asked) ? asked : undefined;
  const address = origin ?? local;
  if (address === undefined) throw new Failure('passkey-refused', { reason: because('passkey-host') });
  return relyingPartyOf(address, title);
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
