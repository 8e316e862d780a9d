import { gzipSync, zipSync, type Zippable } from 'fflate';

export const archiveFormats = ['zip', 'tar', 'tar.gz'] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

/** Packs files into a CSAR. The same files give the same bytes: times are left out, the order is that of the map. */
export function writeArchive(files: ReadonlyMap<string, Uint8Array>, format: ArchiveFormat = 'zip'): Uint8Array {
  if (format === 'zip') {
    const entries: Zippable = {};
    // The earliest time that zip can tell.
    for (const [path, content] of files) entries[path] = [content, { mtime: new Date(1980, 0, 1), level: 6 }];
    return zipSync(entries);
  }
  const tar = writeTar(files);
  return format === 'tar' ? tar : gzipSync(tar, { mtime: 0, level: 6 });
}

/**
 * `TOSCA.meta` of a package: in the root for 2.0 (§16.2), else in `TOSCA-Metadata` (1.3 §6.2). `others` are further
 * service templates of the package.
 */
export function writeMeta(
  version: '1.3' | '2.0',
  entry: string,
  others: readonly string[] = [],
): { readonly path: string; readonly text: string } {
  const quoted = others.map((path) => (/\s/.test(path) ? `"${path}"` : path)).join(' ');
  const lines = [
    ...(version === '2.0' ? ['CSAR-Version: 2.0'] : ['TOSCA-Meta-File-Version: 1.1', 'CSAR-Version: 1.1']),
    'Created-By: Pileus',
    `Entry-Definitions: ${entry}`,
    ...(quoted === '' ? [] : [`Other-Definitions: ${quoted}`]),
  ];
  return { path: version === '2.0' ? 'TOSCA.meta' : 'TOSCA-Metadata/TOSCA.meta', text: `${lines.join('\n')}\n` };
}

const block = 512;

function writeTar(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for (const [path, content] of files) {
    const name = encoder.encode(path);
    if (name.length > 100) {
      const pax = paxPath(path);
      parts.push(header('pax', pax.length, 'x'), padded(pax));
    }
    parts.push(header(path, content.length, '0'), padded(content));
  }
  parts.push(new Uint8Array(2 * block));
  const tar = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    tar.set(part, at);
    at += part.length;
  }
  return tar;
}

function header(path: string, bytes: number, type: '0' | 'x'): Uint8Array {
  const encoder = new TextEncoder();
  const made = new Uint8Array(block);
  const put = (text: string, at: number) => made.set(encoder.encode(text), at);
  made.set(encoder.encode(path).subarray(0, 100), 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put('        ', 148);
  put(type, 156);
  put('ustar\x0000', 257);
  const sum = made.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return made;
}

/** The record tells its own length, digits included. */
function paxPath(path: string): Uint8Array {
  const encoder = new TextEncoder();
  const rest = encoder.encode(` path=${path}\n`).length;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return encoder.encode(`${length} path=${path}\n`);
}

function padded(content: Uint8Array): Uint8Array {
  const filled = new Uint8Array(Math.ceil(content.length / block) * block);
  filled.set(content);
  return filled;
}
