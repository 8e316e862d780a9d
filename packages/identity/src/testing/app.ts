import { Secret as Key, TOTP } from 'otpauth';

/** What an authenticator app shows at a time (ms) for the key that was typed into it. */
export function codeAt(secret: string, now: number): string {
  return new TOTP({ secret: Key.fromBase32(secret) }).generate({ timestamp: now });
}
