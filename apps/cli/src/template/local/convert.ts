import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { convertPackage, convertToTwo, writeArchive, type ArchiveFormat, type TemplateProblem } from '@pileus/tosca';
import { exitCodes, Stop, usage } from '../../exit.ts';
import type { LocalContext } from '../../local-context.ts';
import { problemLine } from '../problem-line.ts';
import { openTemplate } from './disk.ts';
import { localLimits, readPackageFiles } from './read.ts';

/**
 * Writes a template of 1.x in 2.0: one file to standard output or to `to`, with what it imports to a folder, a package to a
 * folder or an archive. Nothing is written of what 2.0 cannot express.
 */
export async function convertTemplate(
  context: LocalContext,
  path: string,
  options: { readonly to?: string },
): Promise<void> {
  const { out, say } = context;
  const files = await readPackageFiles(path);
  if (files) {
    if (options.to === undefined) throw usage(say('usage.needsTo', { path }));
    const { files: converted, problems } = convertPackage(files);
    tell(context, problems, (file) => join(path, file));
    if (!converted) throw refused(context, problems);
    await writePackage(options.to, converted);
    return out.message(say('template.converted', { path: options.to }));
  }
  const { files: texts, entry, shown } = openTemplate(path, localLimits);
  const { files: converted, problems } = convertToTwo(texts, entry, localLimits);
  tell(context, problems, shown);
  const text = converted?.get(entry);
  if (!converted || text === undefined) throw refused(context, problems);
  if (options.to !== undefined && !/\.ya?ml$/i.test(options.to)) {
    await writePackage(options.to, belowCommonFolder(converted));
    return out.message(say('template.converted', { path: options.to }));
  }
  if (converted.size > 1) out.message(say('template.convertsMore', { count: converted.size - 1 }));
  if (options.to !== undefined) {
    await writeFile(options.to, text);
    return out.message(say('template.converted', { path: options.to }));
  }
  await out.one(
    { file: path, text, problems: problems.map((problem) => ({ ...problem, file: shown(problem.file) })) },
    ({ file }) => file,
    () => text.trimEnd(),
  );
}

function tell({ out, say }: LocalContext, problems: readonly TemplateProblem[], shown: (file: string) => string): void {
  for (const problem of problems) out.message(problemLine({ ...problem, file: shown(problem.file) }, say));
}

function refused({ say }: LocalContext, problems: readonly TemplateProblem[]): Stop {
  const count = problems.filter(({ severity }) => severity === 'error').length;
  return new Stop(exitCodes.error, say('template.notConvertible', { count }));
}

/** Paths counted from the folder that holds all of them. */
function belowCommonFolder(files: ReadonlyMap<string, string>): ReadonlyMap<string, Uint8Array> {
  const folders = [...files.keys()].map((path) => path.split('/').slice(0, -1));
  const [first = []] = folders;
  const differs = first.findIndex((segment, index) => folders.some((folder) => folder[index] !== segment));
  const depth = differs === -1 ? first.length : differs;
  const encoder = new TextEncoder();
  return new Map([...files].map(([path, text]) => [path.split('/').slice(depth).join('/'), encoder.encode(text)]));
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
