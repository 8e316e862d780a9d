import { damaged, Refusal, type ArchiveEntry } from './entry.ts';
import { crc32 } from './crc.ts';
import { inflate } from './inflate.ts';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;

/** `PK`: a file's header, or the end of an empty archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** The entries of a zip file (APPNOTE 6.3.10), by its central directory. Encryption, zip64 and parts are refused. */
export function* zipEntries(bytes: Uint8Array): Generator<ArchiveEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) {
    throw new Refusal('bad-archive', 'The archive is a zip64 file; pack fewer and smaller files');
  }
  let packedTotal = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > end || view.getUint32(at, true) !== directoryEntry) throw damaged('its list of files is broken');
    const nameLength = view.getUint16(at + 28, true);
    const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged('its list of files is broken');
    const entry = entryAt(view, bytes, at, nameLength);
    // Files that share their packed bytes are how a small zip unpacks to petabytes.
    packedTotal += entry.packed;
    if (packedTotal > bytes.length) throw damaged('its files overlap one another', entry.path);
    yield entry;
    at = next;
  }
}

/** Behind it stands nothing but a comment of at most 64 KiB. */
function endRecord(view: DataView): number {
  const least = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= least; at--) {
    if (view.getUint32(at, true) === endOfDirectory) return at;
  }
  throw damaged('its end is missing');
}

function entryAt(view: DataView, bytes: Uint8Array, at: number, nameLength: number): ArchiveEntry {
  const path = decode(bytes.subarray(at + 46, at + 46 + nameLength));
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  return {
    path,
    is: kindOf(path, view.getUint16(at + 4, true) >> 8, view.getUint32(at + 38, true)),
    bytes: size,
    packed,
    content: (most) => {
      if (view.getUint16(at + 8, true) & 1) throw new Refusal('bad-archive', `${path} is encrypted`, path);
      if (size > most) throw new Refusal('package-limit', `${path} holds more than ${most} bytes`, path);
      const data = dataOf(view, bytes, view.getUint32(at + 42, true), packed, path);
      const content = unpacked(data, view.getUint16(at + 10, true), size, path);
      if (crc32(content) !== view.getUint32(at + 16, true)) throw damaged(`${path} is not what was packed`, path);
      return content;
    },
  };
}

/** The Unix file type in the upper half of the attributes, where a Unix (3) or macOS (19) program wrote the archive. */
function kindOf(path: string, madeBy: number, attributes: number): ArchiveEntry['is'] {
  const type = madeBy === 3 || madeBy === 19 ? (attributes >>> 28) & 0xf : 0;
  if (type === 0xa) return 'link';
  if (type === 0x1 || type === 0x2 || type === 0x6 || type === 0xc) return 'device';
  return path.endsWith('/') ? 'folder' : 'file';
}

function dataOf(view: DataView, bytes: Uint8Array, at: number, packed: number, path: string): Uint8Array {
  if (at + 30 > bytes.length || view.getUint32(at, true) !== localEntry) throw damaged(`${path} is not there`, path);
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packed > bytes.length) throw damaged(`${path} is cut off`, path);
  return bytes.subarray(start, start + packed);
}

function unpacked(data: Uint8Array, method: number, size: number, path: string): Uint8Array {
  if (method === 8) return inflate(data, size, path);
  if (method !== 0) throw new Refusal('bad-archive', `${path} is packed by method ${method}; use deflate`, path);
  if (data.length !== size) throw damaged(`${path} has another size than it says`, path);
  return data.slice();
}

/** UTF-8 as nearly all programs write it; older ones use a page of eight bits. */
function decode(name: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch {
    return new TextDecoder('latin1').decode(name);
  }
}
