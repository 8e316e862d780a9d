import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { convertPackage, convertToTwo, writeArchive, type ArchiveFormat, type TemplateProblem } from '@pileus/tosca';
import { usage } from '../../exit.ts';
import type { LocalContext } from '../../local-context.ts';
import { problemLine } from '../problem-line.ts';
import { openTemplate } from './disk.ts';
import { localLimits, readPackageFiles } from './read.ts';

/** Writes a template of 1.x in 2.0: one file to standard output or to `to`, a package to a folder or an archive. */
export async function convertTemplate(
  context: LocalContext,
  path: string,
  options: { readonly to?: string },
): Promise<void> {
  const { out, say } = context;
  const files = await readPackageFiles(path);
  if (files) {
    if (options.to === undefined) throw usage(say('usage.needsTo', { path }));
    const { files: converted, notes } = convertPackage(files);
    await writePackage(options.to, converted);
    tell(context, notes, (file) => join(path, file));
    return out.message(say('template.converted', { path: options.to }));
  }
  const { files: texts, entry, shown } = openTemplate(path, localLimits);
  const { text, notes } = convertToTwo(texts, entry);
  tell(context, notes, shown);
  if (options.to !== undefined) {
    await writeFile(options.to, text);
    return out.message(say('template.converted', { path: options.to }));
  }
  await out.one(
    { file: path, text, problems: notes.map((note) => ({ ...note, file: shown(note.file) })) },
    ({ file }) => file,
    () => text.trimEnd(),
  );
}

function tell({ out, say }: LocalContext, notes: readonly TemplateProblem[], shown: (file: string) => string): void {
  for (const note of notes) out.message(problemLine({ ...note, file: shown(note.file) }, say));
}

async function writePackage(to: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const format = formatOf(to);
  if (format) return writeFile(to, writeArchive(files, format));
  for (const [path, content] of files) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), content);
  }
}

/** By the name's ending; anything else is a folder. */
function formatOf(path: string): ArchiveFormat | undefined {
  if (/\.(?:csar|zip)$/i.test(path)) return 'zip';
  if (/\.(?:tar\.gz|tgz)$/i.test(path)) return 'tar.gz';
  return /\.tar$/i.test(path) ? 'tar' : undefined;
}
