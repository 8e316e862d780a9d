import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bitString,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
  yes,
} from './der.ts';

export interface Wanted {
  /** On P-256. */
  readonly key: KeyObject;
  /** What it is called where certificates are listed. */
  readonly title: string;
  /** Host names and addresses. */
  readonly names: readonly string[];
  readonly from: Date;
  readonly until: Date;
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/**
 * A certificate that signs itself (X.509 v3, RFC 5280), PEM. It is for a server and cannot vouch for another: whoever trusts
 * it trusts this one key.
 */
export function writeCertificate({ key, title, names, from, until }: Wanted): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const name = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(title.slice(0, 64)))));
  const content = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(serial()),
    ecdsaWithSha256,
    name,
    sequence(time(from), time(until)),
    name,
    spki,
    explicit(3, sequence(...extensions(spki, names))),
  );
  const signature = sign('sha256', content, key);
  const whole = sequence(content, ecdsaWithSha256, bitString(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${whole.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

function extensions(spki: Buffer, names: readonly string[]): Buffer[] {
  return [
    extension('2.5.29.19', sequence(), 'critical'), // basicConstraints: no authority
    extension('2.5.29.15', bitString(Buffer.from([0x80]), 7), 'critical'), // keyUsage: digitalSignature
    extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: serverAuth
    extension('2.5.29.14', octetString(createHash('sha1').update(spki).digest())), // subjectKeyIdentifier
    extension('2.5.29.17', sequence(...names.map(alternativeName))),
  ];
}

function extension(id: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(objectIdentifier(id), ...(critical ? [yes] : []), octetString(value));
}

function alternativeName(name: string): Buffer {
  return isIP(name) === 0 ? implicit(2, Buffer.from(name)) : implicit(7, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // A URL writes an address of IPv6 in groups of hexadecimal digits alone.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail] = written.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const gap = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: gap }, () => '0'), ...(tail ?? [])];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** Positive, not zero, and not to be guessed. */
function serial(): Buffer {
  const [first = 0, ...others] = randomBytes(16);
  return Buffer.from([(first & 0x7f) | 0x40, ...others]);
}
