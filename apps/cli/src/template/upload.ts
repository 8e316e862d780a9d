import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import type { BodyOf } from '@pileus/api';
import { usage } from '../exit.ts';
import type { Say } from '../texts/texts.ts';

export type Upload = BodyOf<'post /templates/validate'>;
type File = NonNullable<Upload['files']>[number];

/** More than any template of text and scripts; what is larger was given by mistake (a home directory). */
const limitMegabytes = 32;

/** What a path holds, as the API takes it: a folder's files, one file, or an archive. */
export async function readUpload(path: string, say: Say): Promise<Upload> {
  const kind = await stat(path).catch((error: Error) => {
    throw usage(say('usage.noFile', { file: path, detail: error.message }));
  });
  if (!kind.isDirectory() && ['.csar', '.zip', '.tar', '.tgz', '.gz'].includes(extname(path).toLowerCase())) {
    return { archive: (await readFile(path)).toString('base64') };
  }
  const files = kind.isDirectory() ? await filesBelow(path) : [path];
  if (files.length === 0) throw usage(say('usage.emptyTemplate', { path }));
  await refuseLarge(files, path, say);
  const root = kind.isDirectory() ? path : undefined;
  return { files: await Promise.all(files.map((file) => readEntry(file, root))) };
}

/** Regular files below a folder, in the order of their names; hidden ones and symbolic links stay out. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
  const found = await Promise.all(
    visible
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return filesBelow(path);
        return entry.isFile() ? [path] : [];
      }),
  );
  return found.flat();
}

async function refuseLarge(files: readonly string[], path: string, say: Say): Promise<void> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > limitMegabytes * 1_000_000) throw usage(say('usage.templateTooLarge', { path, limit: limitMegabytes }));
}

async function readEntry(file: string, root: string | undefined): Promise<File> {
  const path = root === undefined ? basename(file) : relative(root, file).split(sep).join('/');
  const bytes = await readFile(file);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes)
    ? { path, content: text, encoding: 'utf8' }
    : { path, content: bytes.toString('base64'), encoding: 'base64' };
}
