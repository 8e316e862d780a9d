import { createHash, createPrivateKey, createPublicKey, type webcrypto } from 'node:crypto';
import { because, Failure, problemAt } from '@pileus/model';

/**
 * The fingerprint of a private key's public half, as `ssh-keygen -l` shows it: what people tell keys apart by. Reads OpenSSH and PEM.
 *
 * @throws Failure `invalid` for what is no such key, and for one that asks for a passphrase.
 */
export function fingerprintOf(privateKey: string): string {
  const blob = /BEGIN OPENSSH PRIVATE KEY/.test(privateKey) ? ofOpenSsh(privateKey) : ofPem(privateKey);
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** PROTOCOL.key of OpenSSH: the public half stands before the private one, and is not encrypted. */
function ofOpenSsh(text: string): Buffer {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END OPENSSH PRIVATE KEY-----/.exec(text)?.[1] ?? '';
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) throw noKey();
  let at = magic.length;
  const next = (): Buffer => {
    if (at + 4 > bytes.length) throw noKey();
    const length = bytes.readUInt32BE(at);
    const found = bytes.subarray(at + 4, (at += 4 + length));
    if (found.length !== length) throw noKey();
    return found;
  };
  const [cipher] = [next(), next(), next()];
  if (cipher?.toString() !== 'none') throw locked();
  at += 4; // How many keys there are: it is one.
  const publicHalf = next();
  if (next().length === 0) throw noKey();
  return publicHalf;
}

function ofPem(text: string): Buffer {
  if (/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(text)) throw locked();
  let key: webcrypto.JsonWebKey;
  try {
    key = createPublicKey(createPrivateKey(text)).export({ format: 'jwk' });
  } catch (cause) {
    throw noKey(cause);
  }
  if (key.kty === 'RSA') return Buffer.concat([field('ssh-rsa'), number(key.e), number(key.n)]);
  if (key.crv === 'Ed25519') return Buffer.concat([field('ssh-ed25519'), field(bytesOf(key.x))]);
  const curve = { 'P-256': 'nistp256', 'P-384': 'nistp384', 'P-521': 'nistp521' }[key.crv ?? ''];
  if (curve === undefined) throw noKey();
  const point = Buffer.concat([Buffer.of(4), bytesOf(key.x), bytesOf(key.y)]);
  return Buffer.concat([field(`ecdsa-sha2-${curve}`), field(curve), field(point)]);
}

const bytesOf = (text = ''): Buffer => Buffer.from(text, 'base64url');

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A positive one: its first bit is none of its sign. */
function number(text: string | undefined): Buffer {
  const bytes = bytesOf(text);
  return field((bytes[0] ?? 0) < 128 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
}

const at = '/value/privateKey';
const refuse = (reason: 'no-private-key' | 'key-locked', cause?: unknown): Failure =>
  new Failure('invalid', { what: at, reason: because(reason) }, { cause, problems: [problemAt(at, because(reason))] });
const noKey = (cause?: unknown): Failure => refuse('no-private-key', cause);
const locked = (): Failure => refuse('key-locked');
