import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 random bits that says nothing by itself. The prefix lets scanners find ones that leaked. */
export function newToken(prefix: 'pls' | 'pll' | 'plt' | 'plc' | 'pld'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a token. It is random enough that a plain digest cannot be turned back. */
export function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
