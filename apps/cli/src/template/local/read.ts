import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  defaultLimits,
  isArchive,
  readArchive,
  readPackage,
  readTemplateOf,
  type ServiceTemplate,
  type TemplateProblem,
} from '@pileus/tosca';
import { exitCodes, Stop } from '../../exit.ts';
import { filesBelow } from '../upload.ts';
import { openTemplate } from './disk.ts';

/** What a path on this machine holds, read without a server. */
export interface LocalTemplate {
  /** As given. */
  readonly file: string;
  /** The files of the problems are paths a person can open, or the archive's path with that of the file in it. */
  readonly problems: readonly TemplateProblem[];
  /** The entry's, and those of the package's other variants; empty when something is wrong. */
  readonly templates: readonly { readonly name: string; readonly entry: string; readonly template: ServiceTemplate }[];
}

/** Whoever runs this reads their own files, so more is allowed than in an upload: a template of 10,000 nodes has 4 MB. */
export const localLimits = { ...defaultLimits, bytesPerFile: 64 * 1024 * 1024, valuesPerFile: 10_000_000 };

/** Reads a YAML file with what it imports, a folder that holds a package, or an archive (zip, tar, tar.gz). */
export async function readLocal(file: string): Promise<LocalTemplate> {
  try {
    if (statSync(file).isDirectory()) return packageOf(file, await folderOf(file));
    return isArchiveFile(file) ? archiveOf(file) : templateOf(file);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isMissing = 'code' in error && typeof error.code === 'string';
    const message = isMissing
      ? `${file} cannot be read: ${error.message}`
      : `Reading ${file} failed in a way it never should: ${error.message}. Please report this with the file`;
    return refused(file, isMissing ? 'missing-file' : 'internal', message);
  }
}

/** The files of a package in a folder or an archive; undefined for a single template. */
export async function readPackageFiles(file: string): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return folderOf(file);
  if (!isArchiveFile(file)) return undefined;
  const { files, problems } = readArchive(readFileSync(file));
  if (!files) throw new Stop(exitCodes.error, problems.map(({ message }) => message).join('\n'));
  return files;
}

function templateOf(file: string): LocalTemplate {
  const { files, entry, shown } = openTemplate(file, localLimits);
  const { template, problems } = readTemplateOf(files, entry, localLimits);
  return {
    file,
    problems: problems.map((problem) => ({ ...problem, file: shown(problem.file) })),
    templates: template ? [{ name: template.name ?? file, entry: file, template }] : [],
  };
}

function archiveOf(file: string): LocalTemplate {
  const { files, problems } = readArchive(readFileSync(file));
  if (files) return packageOf(file, files, { isCsar: true });
  return { file, problems: problems.map((problem) => within(file, problem)), templates: [] };
}

function packageOf(
  file: string,
  files: ReadonlyMap<string, Uint8Array>,
  { isCsar = false }: { readonly isCsar?: boolean } = {},
): LocalTemplate {
  const { variants, problems } = readPackage(files, { isCsar });
  return {
    file,
    problems: problems.map((problem) => within(file, problem)),
    templates: variants.flatMap(({ name, entry, template }) => (template ? [{ name, entry, template }] : [])),
  };
}

async function folderOf(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const paths = await filesBelow(folder);
  return new Map(paths.map((path) => [path.slice(join(folder, '/').length), readFileSync(path)]));
}

/** The first block tells; archives are told by their content, for `.csar` says nothing. */
function isArchiveFile(file: string): boolean {
  if (/\.ya?ml$/i.test(file)) return false;
  return isArchive(readFileSync(file).subarray(0, 512));
}

function within(file: string, problem: TemplateProblem): TemplateProblem {
  return { ...problem, file: problem.file === '' ? file : join(file, problem.file) };
}

function refused(file: string, rule: string, message: string): LocalTemplate {
  return { file, problems: [{ file, line: 1, column: 1, severity: 'error', rule, message }], templates: [] };
}
