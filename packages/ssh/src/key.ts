import { createHash, createPrivateKey } from 'node:crypto';
import ssh2, { type ParsedKey, type ServerHostKeyAlgorithm } from 'ssh2';

/** A private key that can be signed with; a text that says what is wrong with it otherwise. */
export function readPrivateKey(text: string, passphrase?: string): ParsedKey | string {
  const parsed = parse(text, passphrase);
  if (!(parsed instanceof Error)) return parsed.isPrivateKey() ? parsed : 'this is a public key; give the private one';
  if (/no passphrase given/i.test(parsed.message)) return 'the key is encrypted; give its passphrase';
  if (/bad passphrase|integrity check failed|bad decrypt/i.test(parsed.message)) return 'the passphrase is not right';
  return 'this is no private key in OpenSSH, PEM or PuTTY format';
}

function parse(text: string, passphrase?: string): ParsedKey | Error {
  // Copied from a browser, a key often lacks its last line break.
  const whole = `${text.trim().replaceAll('\r\n', '\n')}\n`;
  try {
    return first(
      ssh2.utils.parseKey(
        /BEGIN (ENCRYPTED )?PRIVATE KEY/.test(whole) ? fromPkcs8(whole, passphrase) : whole,
        passphrase,
      ),
    );
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** PKCS#8, which newer tools write, in the older form that ssh2 reads. */
function fromPkcs8(text: string, passphrase?: string): string {
  const key = createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) });
  const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
  return key.export({ format: 'pem', type }).toString();
}

/** ssh2 answers a list where a file holds several keys. */
function first(parsed: ParsedKey | Error | ParsedKey[]): ParsedKey | Error {
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('no key')) : parsed;
}

/** `ssh-ed25519 AAAA…`, as in a known_hosts file. */
export function publicKeyText(key: Buffer): string {
  const length = key.readUInt32BE(0);
  return `${key.subarray(4, 4 + length).toString('latin1')} ${key.toString('base64')}`;
}

/** `SHA256:…`, as ssh-keygen prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Whether a host that shows this key is the one known by that text, a public key or a fingerprint. */
export function isKnownBy(key: Buffer, known: string): boolean {
  return fingerprint(key) === fingerprintOf(known);
}

/** The fingerprint of a known key, for people. */
export function fingerprintOf(known: string): string {
  const text = known.trim();
  if (text.startsWith('SHA256:')) return text.replace(/=+$/, '');
  const blob = encodedIn(text);
  return blob === undefined ? text : fingerprint(Buffer.from(blob, 'base64'));
}

/** Whether a text names a host's key at all. */
export function isHostKey(text: string): boolean {
  return /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text.trim()) || encodedIn(text) !== undefined;
}

/** A line of known_hosts or of a `.pub` file: the type, the key, with other words before and after. */
function encodedIn(text: string): string | undefined {
  return /(?:^|\s)(?:ssh-\w+|ecdsa-sha2-\w+)\s+(AAAA[A-Za-z0-9+/]+=*)/.exec(text)?.[1];
}

/** What to ask a host for, so that it shows the key we know and not another one of its keys. */
export function algorithmsFor(known: string | undefined): ServerHostKeyAlgorithm[] | undefined {
  const type = /(?:^|\s)(ssh-\w+|ecdsa-sha2-\w+)\s+AAAA/.exec(known ?? '')?.[1];
  if (type === 'ssh-rsa') return ['rsa-sha2-512', 'rsa-sha2-256'];
  return type === 'ssh-ed25519' || type?.startsWith('ecdsa-sha2-') ? [type as ServerHostKeyAlgorithm] : undefined;
}
