import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { system, type Platform } from '@pileus/platform';
import { root } from './configuration.ts';

const directory = join(root, 'templates');

/** Puts the templates that come with the product into the library; those that are there already stay as they are. */
export async function importPresets({ library }: Pick<Platform, 'library'>): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
    if (entry.isDirectory())
      await library.keep(await filesBelow(join(directory, entry.name)), { by: system, preset: true });
  }
}

export async function filesBelow(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name.endsWith('.test.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), new Uint8Array(await readFile(path)));
  }
  return files;
}
