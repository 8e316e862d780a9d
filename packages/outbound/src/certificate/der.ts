/** The few forms of DER (ITU-T X.690) that a certificate is written in. Each takes its contents and answers them with tag and length. */

export const sequence = (...items: readonly Buffer[]): Buffer => tagged(0x30, ...items);
export const set = (...items: readonly Buffer[]): Buffer => tagged(0x31, ...items);
export const utf8String = (text: string): Buffer => tagged(0x0c, Buffer.from(text));
export const octetString = (bytes: Buffer): Buffer => tagged(0x04, bytes);
export const yes: Buffer = tagged(0x01, Buffer.from([0xff]));

/** `[n]` around a whole value. */
export const explicit = (n: number, value: Buffer): Buffer => tagged(0xa0 | n, value);

/** `[n]` in place of the tag of a plain value. */
export const implicit = (n: number, bytes: Buffer): Buffer => tagged(0x80 | n, bytes);

/** Of bytes, highest first, that make a number above 0. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = bytes.subarray(Math.max(0, first));
  // A first bit of 1 would make it negative.
  return tagged(0x02, ...((short[0] ?? 0) & 0x80 ? [Buffer.from([0])] : []), short);
}

export function bitString(bytes: Buffer, unused = 0): Buffer {
  return tagged(0x03, Buffer.from([unused]), bytes);
}

/** Written like `1.2.840.10045.4.3.2`. */
export function objectIdentifier(written: string): Buffer {
  const [first = 0, second = 0, ...rest] = written.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(inSevenBits)]));
}

/** Years to 2049 have two digits, later ones four (RFC 5280, 4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '');
  return at.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

function tagged(tag: number, ...items: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(items);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(contents)]), contents]);
}

function lengthOf({ length }: Buffer): number[] {
  if (length < 0x80) return [length];
  const bytes = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

/** All bytes but the last one say by their first bit that more come. */
function inSevenBits(n: number): number[] {
  const bytes = [n & 0x7f];
  for (let rest = n >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
