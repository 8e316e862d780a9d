import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** Whether a certificate is for a host name or an address (one of IPv6 also as a URL writes it, in brackets). */
export function isNamedIn(certificate: X509Certificate, name: string): boolean {
  const host = name.replace(/^\[(.*)\]$/, '$1');
  return (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
}
