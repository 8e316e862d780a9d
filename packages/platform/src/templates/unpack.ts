import { Failure } from '@pileus/model';
import { unzipSync, type UnzipFileInfo } from 'fflate';

/** What may be uploaded: bounds against archives that unpack to more than they seem. */
const most = { files: 2_000, bytes: 32 * 1024 * 1024, ratio: 200 };

export interface Upload {
  readonly files?:
    | readonly { readonly path: string; readonly content: string; readonly encoding: 'utf8' | 'base64' }[]
    | undefined;
  readonly archive?: string | undefined;
}

/** The files of an upload by path. A folder that holds everything is left out of the paths, as zip programs add one. */
export function unpack({ files, archive }: Upload): ReadonlyMap<string, Uint8Array> {
  if ((files === undefined) === (archive === undefined)) throw invalid('send either files or an archive');
  const found = archive === undefined ? listed(files ?? []) : unzipped(Buffer.from(archive, 'base64'));
  if (found.size === 0) throw invalid('it holds no files');
  if (found.size > most.files) throw invalid(`it holds more than ${most.files} files`);
  return withoutCommonFolder(found);
}

function listed(files: NonNullable<Upload['files']>): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const { path, content, encoding } of files) {
    const clean = cleanPath(path);
    if (found.has(clean)) throw invalid(`${clean} is there twice`);
    found.set(clean, Buffer.from(content, encoding));
  }
  return found;
}

function unzipped(bytes: Uint8Array): Map<string, Uint8Array> {
  let total = 0;
  let count = 0;
  const isWanted = ({ name, size, originalSize }: UnzipFileInfo): boolean => {
    if (name.endsWith('/') || name.startsWith('__MACOSX/')) return false;
    total += originalSize;
    count++;
    if (count > most.files) throw invalid(`it holds more than ${most.files} files`);
    if (total > most.bytes) throw invalid(`it unpacks to more than ${most.bytes / 1024 / 1024} MiB`);
    if (originalSize > 1_000_000 && originalSize > size * most.ratio)
      throw invalid(`${name} unpacks to ${Math.round(originalSize / size)} times its size`);
    return true;
  };
  const found = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(open(bytes, isWanted))) found.set(cleanPath(path), content);
  return found;
}

function open(bytes: Uint8Array, filter: (file: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('invalid', { what: 'The archive', reason: 'it is not a zip file, or it is damaged' }, { cause });
  }
}

function cleanPath(path: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || parts.includes('..') || parts.length === 0 || path.includes('\0'))
    throw invalid(`the path ${JSON.stringify(path)} leads out of it`);
  return parts.join('/');
}

function withoutCommonFolder(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const [first = ''] = files.keys();
  const folder = first.slice(0, first.indexOf('/') + 1);
  if (folder === '' || folder === 'TOSCA-Metadata/' || ![...files.keys()].every((path) => path.startsWith(folder)))
    return files;
  return new Map([...files].map(([path, content]) => [path.slice(folder.length), content]));
}

function invalid(reason: string): Failure {
  return new Failure('invalid', { what: 'The template', reason });
}
