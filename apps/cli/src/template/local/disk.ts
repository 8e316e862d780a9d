import { closeSync, existsSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import type { Files, Limits } from '@pileus/tosca';

/** A template on this machine: the file itself and those it may import. */
export interface DiskTemplate {
  readonly files: Files;
  /** The template's own path, as `files` knows it. */
  readonly entry: string;
  /** A path that `files` knows, as the person would write it from where they are. */
  shown(path: string): string;
}

/**
 * Opens a template without reading anything but what it imports. Imports may climb up to the package (`TOSCA.meta`) or the
 * repository (`.git`) that holds the template, where there is neither up to three folders; links that lead out of that are
 * not followed.
 */
export function openTemplate(given: string, limits: Limits): DiskTemplate {
  const file = resolve(given);
  const folder = dirname(file);
  const root = rootOf(folder);
  const realRoot = realpathSync(root);
  // A path may also count from the template's own folder, which is the package's root as far as anyone can see, or, in a
  // file: URL, be that of this machine.
  const find = (path: string): string | undefined =>
    [join(root, path), join(folder, path), join(parse(root).root, path)].find((one) => isWithin(one, realRoot));
  const shown = (path: string): string => {
    const found = find(path);
    if (found === undefined || found === file) return found === undefined ? path : given;
    return slashed(join(dirname(given), relative(folder, found)));
  };
  return {
    entry: slashed(relative(root, file)),
    shown,
    files: {
      shown,
      has: (path) => find(path) !== undefined,
      paths: () => yamlFilesBelow(folder).map((path) => slashed(relative(root, path))),
      text: (path) => {
        const found = find(path);
        return found === undefined ? undefined : readText(found, limits.bytesPerFile);
      },
    },
  };
}

/** Where a profile that is imported by its name may be defined; a template's folder holds few files. */
const mostFiles = 500;

function yamlFilesBelow(folder: string): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let at = 0; at < folders.length && at < mostFiles; at++) {
    const here = folders[at] ?? '';
    for (const entry of readdirSync(here, { withFileTypes: true })) {
      const path = join(here, entry.name);
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && /\.ya?ml$/i.test(entry.name) && found.push(path) >= mostFiles) return found;
    }
  }
  return found;
}

const climb = 3;
const marks = ['TOSCA.meta', 'TOSCA-Metadata', '.git'];

function rootOf(folder: string): string {
  let root = folder;
  for (let at = folder; ; at = dirname(at)) {
    if (marks.some((mark) => existsSync(join(at, mark)))) return at;
    if (dirname(at) === at) break;
  }
  for (let step = 0; step < climb; step++) root = dirname(root);
  return root;
}

function isWithin(path: string, realRoot: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    const below = relative(realRoot, realpathSync(path));
    return below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..';
  } catch {
    // Not there, or not ours to read.
    return false;
  }
}

/** At most one byte more than is allowed: enough for the reader to see that it is too large. */
function readText(path: string, most: number): string {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(statSync(path).size, most + 1));
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, length);
    }
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(descriptor);
  }
}

function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
