import { damaged, Refusal, type ArchiveEntry } from './entry.ts';

const block = 512;

/** Whether the first block is a tar header: its checksum says so, with or without the `ustar` mark. */
export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= block && checksumHolds(bytes.subarray(0, block));
}

/**
 * The entries of a tar file: ustar (POSIX 1003.1), with the long names of pax and GNU. Links and devices are told as such,
 * sparse files are refused.
 */
export function* tarEntries(bytes: Uint8Array): Generator<ArchiveEntry> {
  let longName: string | undefined;
  let longSize: number | undefined;
  for (let at = 0; at + block <= bytes.length;) {
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    if (!checksumHolds(header)) throw damaged(`the header at byte ${at} has a wrong checksum`);
    const type = String.fromCharCode(header[156] ?? 0);
    const path = longName ?? nameOf(header);
    const size = longSize ?? numberAt(header, 124, 12);
    const start = at + block;
    if (size === undefined || start + size > bytes.length) throw damaged(`${path} is cut off`, path);
    const data = bytes.subarray(start, start + size);
    at = start + Math.ceil(size / block) * block;
    if (type === 'L') longName = text(data);
    else if (type === 'x') ({ path: longName, size: longSize } = paxOf(data));
    if (type === 'L' || type === 'x' || type === 'g' || type === 'K') continue;
    yield { path, is: kindOf(type, path), bytes: size, packed: size, content: (most) => copy(data, most, path) };
    longName = longSize = undefined;
  }
}

function copy(data: Uint8Array, most: number, path: string): Uint8Array {
  if (data.length > most) throw new Refusal('package-limit', `${path} holds more than ${most} bytes`, path);
  return data.slice();
}

function kindOf(type: string, path: string): ArchiveEntry['is'] {
  switch (type) {
    case '0':
    case '7':
    case '\0':
      return path.endsWith('/') ? 'folder' : 'file';
    case '5':
      return 'folder';
    case '1':
    case '2':
      return 'link';
    case '3':
    case '4':
    case '6':
      return 'device';
    default:
      throw new Refusal('bad-archive', `${path} is packed as type ${JSON.stringify(type)}; pack plain files`, path);
  }
}

function nameOf(header: Uint8Array): string {
  const name = text(header.subarray(0, 100));
  const isUstar = text(header.subarray(257, 262)) === 'ustar';
  // GNU's header has times where ustar has the prefix; its mark ends in a space.
  const prefix = isUstar && header[262] === 0 ? text(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** `LENGTH KEY=VALUE\n` records; only path and size matter here. */
function paxOf(data: Uint8Array): { path: string | undefined; size: number | undefined } {
  let path: string | undefined;
  let size: number | undefined;
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = space === -1 ? Number.NaN : Number(text(data.subarray(at, space)));
    if (!Number.isInteger(length) || length <= space - at || at + length > data.length) {
      throw damaged('an extended header is broken');
    }
    const record = text(data.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    const value = record.slice(equals + 1);
    if (record.slice(0, equals) === 'path') path = value;
    if (record.slice(0, equals) === 'size') size = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    at += length;
  }
  return { path, size };
}

/** Octal digits; undefined for what is neither digits nor empty, such as the base-256 form of files beyond 8 GiB. */
function numberAt(header: Uint8Array, at: number, length: number): number | undefined {
  const digits = text(header.subarray(at, at + length)).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : undefined;
}

function checksumHolds(header: Uint8Array): boolean {
  const stated = numberAt(header, 148, 8);
  let sum = 0;
  for (let at = 0; at < block; at++) sum += at >= 148 && at < 156 ? 0x20 : (header[at] ?? 0);
  return stated === sum;
}

/** Up to the first NUL. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}
