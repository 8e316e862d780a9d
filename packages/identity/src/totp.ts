import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '@pileus/model';
import { Secret as Key, TOTP } from 'otpauth';

/** What every authenticator app does unless told otherwise, and many do whatever they are told: SHA-1, 6 digits, 30 s. */
const rules = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

export interface TotpEnrolment {
  /** To be kept, sealed; 160 bits in Base32, which is also what people type who cannot scan. */
  readonly secret: Secret;
  /** `otpauth://totp/…`, to be shown as a QR code once. */
  readonly uri: Secret;
}

/** What is kept of a second factor that makes codes. */
export interface TotpKept {
  readonly secret: Secret;
  /** The time step of the last code that was taken; absent until there is one. */
  readonly lastStep?: number | undefined;
}

/** A new key for an authenticator app. It counts once a first code was verified with it. */
export function enrolTotp({ issuer, user }: { readonly issuer: string; readonly user: string }): TotpEnrolment {
  // A colon separates both in what is shown.
  const [by, label] = [issuer, user].map((text) => text.replaceAll(':', ' '));
  const totp = new TOTP({ issuer: by ?? '', label: label ?? '', secret: new Key({ size: 20 }), ...rules });
  return { secret: new Secret(totp.secret.base32), uri: new Secret(totp.toString()) };
}

/**
 * Takes a code of the time step at `now` (ms), of the one before it or of the one after it: clocks differ and people type
 * slowly (RFC 6238, 5.2). A code is taken once, and none older than one that was taken, so a code that was overlooked is
 * of no use (NIST SP 800-63B, 3.1.4.2).
 *
 * Answers the step to keep as `lastStep`, or undefined for a code that is wrong or was used. The keeping must be
 * conditional on a smaller `lastStep`, or two requests at a time take one code.
 */
export function verifyTotp(
  code: string,
  { secret, lastStep }: TotpKept,
  now: number,
): { lastStep: number } | undefined {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const key = Key.fromBase32(secret.reveal());
  const delta = TOTP.validate({ token, secret: key, ...rules, timestamp: now, window: 1 });
  if (delta === null) return undefined;
  const step = TOTP.counter({ period: rules.period, timestamp: now }) + delta;
  return lastStep !== undefined && step <= lastStep ? undefined : { lastStep: step };
}

/** Without I, L, O and U: nothing is mistaken for something else, and few words come out. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codes = { count: 10, length: 24, group: 6 } as const;

/**
 * Ten codes, each good once, for who has lost the device. They have 120 bits, so a plain hash of them is safe to keep
 * (NIST SP 800-63B, 3.1.2.2).
 */
export function newRecoveryCodes(): { readonly codes: readonly Secret[]; readonly hashes: readonly string[] } {
  const made = Array.from({ length: codes.count }, () =>
    Array.from(randomBytes(codes.length), (byte) => letters.charAt(byte % letters.length)).join(''),
  );
  const written = (code: string) => (code.match(new RegExp(`.{${codes.group}}`, 'g')) ?? []).join('-');
  return { codes: made.map((code) => new Secret(written(code))), hashes: made.map(hashOf) };
}

/**
 * Answers the hashes to keep from now on, or undefined for a code that is none of them. The keeping must be conditional on
 * the hashes being as they were.
 */
export function useRecoveryCode(code: string, hashes: readonly string[]): readonly string[] | undefined {
  const given = Buffer.from(hashOf(code));
  const left = hashes.filter((hash) => hash.length !== given.length || !timingSafeEqual(Buffer.from(hash), given));
  return left.length < hashes.length ? left : undefined;
}

/** However it was typed: small letters, without dashes, O for 0, I and L for 1. */
function hashOf(code: string): string {
  const plain = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return createHash('sha256').update(`pileus-recovery-code:${plain}`).digest('base64url');
}
