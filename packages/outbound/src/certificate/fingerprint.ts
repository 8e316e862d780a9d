import { createHash, type X509Certificate } from 'node:crypto';

/**
 * What people compare when they meet a server whose certificate no authority has signed: a digest of its public key, as ssh
 * writes it. A certificate that is renewed with the same key keeps it.
 */
export function fingerprintOf({ publicKey }: X509Certificate): string {
  const key = publicKey.export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
