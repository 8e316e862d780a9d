import { because, Failure } from '@pileus/model';
import { cleanPath, packageLimits, readArchive, withoutCommonFolder } from '@pileus/tosca';

/** What may be uploaded in one request; the reader's own limits hold beside them. */
const limits = { ...packageLimits, bytes: 32 * 1024 * 1024 };

export interface Upload {
  readonly files?:
    | readonly { readonly path: string; readonly content: string; readonly encoding: 'utf8' | 'base64' }[]
    | undefined;
  readonly archive?: string | undefined;
}

/** The files of an upload by path. A folder that holds everything is left out of the paths, as zip programs add one. */
export function unpack({ files, archive }: Upload): ReadonlyMap<string, Uint8Array> {
  if ((files === undefined) === (archive === undefined)) throw invalid('send either files or an archive');
  if (archive === undefined) return listed(files ?? []);
  const { files: unpacked, problems } = readArchive(Buffer.from(archive, 'base64'), limits);
  if (unpacked) return unpacked;
  throw invalid(problems.map(({ message }) => message).join('. '));
}

function listed(files: NonNullable<Upload['files']>): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (files.length === 0) throw invalid('it holds no files');
  if (files.length > limits.files) throw invalid(`it holds more than ${limits.files} files`);
  for (const { path, content, encoding } of files) {
    const clean = cleanPath(path);
    if (clean === undefined) throw invalid(`the path ${JSON.stringify(path)} leads out of it`);
    if (found.has(clean)) throw invalid(`${clean} is there twice`);
    found.set(clean, Buffer.from(content, encoding));
  }
  return withoutCommonFolder(found);
}

function invalid(reason: string): Failure {
  return new Failure('invalid', { what: because('the-template'), reason });
}
