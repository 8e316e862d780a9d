import type { Random } from './random.ts';

/** One change of an archive: anywhere, or in a header with its check sum set right. */
export function mutatedBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.whole(bytes.length);
  const copy = bytes.slice();
  switch (random.whole(9)) {
    case 0:
      return copy.slice(0, at);
    case 1:
      copy.copyWithin(at, random.whole(bytes.length), random.whole(bytes.length));
      return copy;
    case 2:
      copy.set([0xff, 0xff, 0xff, 0xff].slice(0, Math.min(4, copy.length - at)), at);
      return copy;
    case 3:
    case 4:
      return inZipHeader(random, copy);
    case 5:
    case 6:
      return inTarHeader(random, copy);
    default:
      copy[at] = random.whole(256);
      return copy;
  }
}

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff] as const;

/** A field of a local header, an entry of the directory, or the record at the end. */
function inZipHeader(random: Random, bytes: Uint8Array): Uint8Array {
  const headers: number[] = [];
  for (let at = 0; at + 22 <= bytes.length; at++) {
    if (bytes[at] === 0x50 && bytes[at + 1] === 0x4b && (bytes[at + 2] ?? 9) < 7) headers.push(at);
  }
  if (headers.length === 0) return bytes;
  const at = random.pick(headers) + 4 + 2 * random.whole(20);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (at + 4 > bytes.length) return bytes;
  if (random.whole(2) === 0) view.setUint16(at, random.pick(extremes) & 0xffff, true);
  else view.setUint32(at, random.pick(extremes), true);
  return bytes;
}

/** Fields of a tar header, by where they begin and how long they are. */
const tarFields = [[0, 100], [100, 8], [124, 12], [156, 1], [157, 100], [257, 6], [345, 155]] as const; // oxfmt-ignore
const tarValues = ['../../x', '/etc/x', '77777777777', '-1', '', 'L', 'x', '1', '2', '5', '\x80\xff', 'ustar', './a/../b', '00000000017'] as const; // oxfmt-ignore

function inTarHeader(random: Random, bytes: Uint8Array): Uint8Array {
  const start = 512 * random.whole(Math.ceil(bytes.length / 512));
  if (start + 512 > bytes.length) return bytes;
  const [at, length] = random.pick(tarFields);
  const value = random.pick(tarValues);
  for (let index = 0; index < length; index++) bytes[start + at + index] = value.charCodeAt(index) || 0;
  bytes.fill(0x20, start + 148, start + 156);
  const sum = bytes.subarray(start, start + 512).reduce((total, byte) => total + byte, 0);
  const digits = sum.toString(8).padStart(6, '0');
  for (let index = 0; index < 6; index++) bytes[start + 148 + index] = digits.charCodeAt(index);
  bytes[start + 154] = 0;
  return bytes;
}
