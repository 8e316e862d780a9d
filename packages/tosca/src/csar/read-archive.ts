import { packageLimits } from '../limits.ts';
import type { TemplateProblem } from '../problem.ts';
import { damaged, Refusal, type ArchiveEntry } from './entry.ts';
import { gunzip } from './inflate.ts';
import { isTar, tarEntries } from './tar.ts';
import { isZip, zipEntries } from './zip.ts';

export type PackageLimits = { readonly [K in keyof typeof packageLimits]: number };

export interface ArchiveResult {
  /** The files by path, in the order of the archive; absent when the archive is refused. */
  readonly files?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly problems: readonly TemplateProblem[];
}

/** Whether the bytes begin like an archive that `readArchive` knows. */
export function isArchive(bytes: Uint8Array): boolean {
  return isZip(bytes) || isGzip(bytes) || isTar(bytes);
}

/**
 * Unpacks a CSAR: zip (1.x §6, 2.0 §16), tar or tar.gz (2.0 §16). Told by its content, not by its name. Paths that lead
 * out, links, devices, files that are there twice and whatever unpacks to more than the limits are refused, all with their
 * path. A folder that holds everything is left out of the paths, as zip programs add one.
 */
export function readArchive(bytes: Uint8Array, limits: PackageLimits = packageLimits): ArchiveResult {
  const problems: TemplateProblem[] = [];
  try {
    const files = collect(entriesOf(bytes, limits), limits, ({ path, rule, message }) =>
      problems.push({ file: path, line: 1, column: 1, severity: 'error', rule, message }),
    );
    return problems.length > 0 ? { problems } : { files: withoutCommonFolder(files), problems };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { path, rule, message } = error;
    return { problems: [...problems, { file: path, line: 1, column: 1, severity: 'error', rule, message }] };
  }
}

/** A path as packages write it: no backslashes, no `.`; undefined when it leads out of the package or names nothing. */
export function cleanPath(path: string): string | undefined {
  const slashed = path.replaceAll('\\', '/');
  if (slashed.startsWith('/') || /^[a-z]:/i.test(slashed) || slashed.includes('\0')) return undefined;
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..') || parts.includes('__proto__')) return undefined;
  return parts.join('/');
}

/** A folder that holds everything is left out of the paths. */
export function withoutCommonFolder(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const [first = ''] = files.keys();
  const folder = first.slice(0, first.indexOf('/') + 1);
  const isCommon = folder !== '' && folder !== 'TOSCA-Metadata/';
  if (!isCommon || ![...files.keys()].every((path) => path.startsWith(folder))) return files;
  return new Map([...files].map(([path, content]) => [path.slice(folder.length), content]));
}

function entriesOf(bytes: Uint8Array, limits: PackageLimits): Iterable<ArchiveEntry> {
  if (isZip(bytes)) return zipEntries(bytes);
  const tar = isGzip(bytes) ? gunzip(bytes, mostTar(bytes, limits)) : bytes;
  if (isTar(tar)) return tarEntries(tar);
  throw damaged('it is neither a zip, a tar nor a tar.gz file');
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Little text packs very well, so the ratio counts from a megabyte. */
const looseBytes = 1_000_000;

function mostTar(bytes: Uint8Array, limits: PackageLimits): number {
  // Headers and padding take up to 1.5 KiB a file.
  const most = limits.bytes + limits.files * 1_536;
  return Math.min(most, Math.max(looseBytes, bytes.length * limits.ratio));
}

/** More than that many problems tell nothing new. */
const mostProblems = 20;

function collect(
  entries: Iterable<ArchiveEntry>,
  limits: PackageLimits,
  tell: (refusal: Refusal) => void,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let seen = 0;
  let told = 0;
  let left = limits.bytes;
  for (const entry of entries) {
    seen += 1;
    // Folders count too: a million of them keep a reader as busy as files do.
    if (seen > limits.files * 2) throw tooManyFiles(limits);
    if (entry.is === 'folder' || entry.path.startsWith('__MACOSX/')) continue;
    if (files.size >= limits.files) throw tooManyFiles(limits);
    try {
      const path = checkedPath(entry, files, limits);
      checkSize(entry, path, left, limits);
      const content = entry.content(Math.min(left, limits.bytesPerFile));
      left -= content.length;
      files.set(path, content);
    } catch (error) {
      if (!(error instanceof Refusal) || ++told >= mostProblems) throw error;
      tell(error);
    }
  }
  if (files.size === 0 && told === 0) throw new Refusal('bad-archive', 'The archive holds no files');
  for (const path of files.keys()) {
    const folder = foldersOf(path).find((one) => files.has(one));
    if (folder !== undefined) tell(new Refusal('bad-path', `${folder} is a file and a folder; rename one`, folder));
  }
  return files;
}

function tooManyFiles({ files }: PackageLimits): Refusal {
  return new Refusal('package-limit', `The archive holds more than ${files} files`);
}

function checkedPath(entry: ArchiveEntry, files: ReadonlyMap<string, Uint8Array>, limits: PackageLimits): string {
  const shown = entry.path.length > 200 ? `${entry.path.slice(0, 200)}…` : entry.path;
  if (entry.is !== 'file') {
    throw new Refusal('bad-archive', `${shown} is a ${entry.is}; put the file itself into the archive`, shown);
  }
  const path = cleanPath(entry.path);
  if (path === undefined || path.length > limits.pathLength) {
    const message = `${JSON.stringify(shown)} is no path within a package; use a relative one without ..`;
    throw new Refusal('bad-path', message, shown);
  }
  if (files.has(path)) throw new Refusal('bad-path', `${path} is in the archive twice; keep one of them`, path);
  return path;
}

function checkSize({ bytes, packed }: ArchiveEntry, path: string, left: number, limits: PackageLimits): void {
  if (bytes > limits.bytesPerFile) {
    const message = `${path} holds ${bytes} bytes; at most ${limits.bytesPerFile} are allowed per file`;
    throw new Refusal('package-limit', message, path);
  }
  if (bytes > left) throw new Refusal('package-limit', `The archive unpacks to more than ${limits.bytes} bytes`, path);
  if (bytes > looseBytes && bytes > packed * limits.ratio) {
    const message = `${path} unpacks to ${Math.round(bytes / Math.max(1, packed))} times its size; at most ${limits.ratio} times is allowed`;
    throw new Refusal('package-limit', message, path);
  }
}

function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}
