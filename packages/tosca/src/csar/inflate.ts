import { Gunzip, Inflate } from 'fflate';
import { damaged, Refusal } from './entry.ts';

/** Unpacks a raw deflate stream, `size` bytes as the archive says; a stream that gives more or less is refused. */
export function inflate(packed: Uint8Array, size: number, path: string): Uint8Array {
  const unpacked = new Uint8Array(size);
  let at = 0;
  const stream = new Inflate((chunk) => {
    if (at + chunk.length > size) throw damaged(`${path} unpacks to more than it says`, path);
    unpacked.set(chunk, at);
    at += chunk.length;
  });
  push(stream, packed, path);
  if (at !== size) throw damaged(`${path} unpacks to less than it says`, path);
  return unpacked;
}

/** Unpacks gzip; more than `most` bytes are refused before they are held in memory. */
export function gunzip(packed: Uint8Array, most: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Gunzip((chunk) => {
    total += chunk.length;
    if (total > most) throw new Refusal('package-limit', `The archive unpacks to more than ${most} bytes`);
    if (chunk.length > 0) chunks.push(chunk);
  });
  push(stream, packed, '');
  const unpacked = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    unpacked.set(chunk, at);
    at += chunk.length;
  }
  return unpacked;
}

/** So little at a time that what one step unpacks (deflate: at most 1,032 times as much) fits in memory. */
const step = 8 * 1024;

function push(stream: { push(chunk: Uint8Array, final: boolean): void }, packed: Uint8Array, path: string): void {
  try {
    for (let at = 0; at === 0 || at < packed.length; at += step) {
      stream.push(packed.subarray(at, at + step), at + step >= packed.length);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw damaged(`${path || 'it'} does not unpack`, path);
  }
}
