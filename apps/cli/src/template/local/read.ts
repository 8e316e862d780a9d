import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  defaultLimits,
  importsWanted,
  packageImportsWanted,
  readPackage,
  readTemplateOf,
  withFetched,
  type Files,
  type ServiceTemplate,
  type TemplateProblem,
} from '@pileus/tosca/read';
import { exitCodes, Stop } from '../../exit.ts';
import { filesBelow } from '../upload.ts';
import { openTemplate } from './disk.ts';
import type { fetchImports } from './fetch-imports.ts';

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

/** How what is imported from the network is had; without it nothing is asked of the network. */
export type FetchImports = typeof fetchImports;

/** Reads a YAML file with what it imports, a folder that holds a package, or an archive (zip, tar, tar.gz). */
export async function readLocal(file: string, fetching?: FetchImports): Promise<LocalTemplate> {
  try {
    if (statSync(file).isDirectory()) return await packageOf(file, await folderOf(file), { fetching });
    return await ((await isArchiveFile(file)) ? archiveOf(file, fetching) : templateOf(file, fetching));
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
  if (!(await isArchiveFile(file))) return undefined;
  const { readArchive } = await import('@pileus/tosca');
  const { files, problems } = readArchive(readFileSync(file));
  if (!files) throw new Stop(exitCodes.error, problems.map(({ message }) => message).join('\n'));
  return files;
}

async function templateOf(file: string, fetching: FetchImports | undefined): Promise<LocalTemplate> {
  const { files, entry, shown } = openTemplate(file, localLimits);
  const read = (so?: Files) => readTemplateOf(so ?? files, entry, localLimits);
  let { template, problems } = read();
  if (fetching && lacksImports(problems)) {
    const fetched = await fetching((so) => importsWanted(withFetched(files, so), entry, localLimits));
    ({ template, problems } = read(withFetched(files, fetched)));
  }
  return {
    file,
    problems: problems.map((problem) => ({ ...problem, file: shown(problem.file) })),
    templates: template ? [{ name: template.name ?? file, entry: file, template }] : [],
  };
}

async function archiveOf(file: string, fetching: FetchImports | undefined): Promise<LocalTemplate> {
  const { readArchive } = await import('@pileus/tosca');
  const { files, problems } = readArchive(readFileSync(file));
  if (files) return packageOf(file, files, { isCsar: true, fetching });
  return { file, problems: problems.map((problem) => within(file, problem)), templates: [] };
}

async function packageOf(
  file: string,
  files: ReadonlyMap<string, Uint8Array>,
  { isCsar = false, fetching }: { readonly isCsar?: boolean; readonly fetching?: FetchImports | undefined },
): Promise<LocalTemplate> {
  let { variants, problems } = readPackage(files, { isCsar });
  if (fetching && lacksImports(problems)) {
    const fetched = await fetching((so) => packageImportsWanted(files, so));
    ({ variants, problems } = readPackage(files, { isCsar, fetched }));
  }
  return {
    file,
    problems: problems.map((problem) => within(file, problem)),
    templates: variants.flatMap(({ name, entry, template }) => (template ? [{ name, entry, template }] : [])),
  };
}

/** Whether something is imported from the network. */
function lacksImports(problems: readonly TemplateProblem[]): boolean {
  return problems.some(({ rule }) => rule === 'import-unreachable');
}

async function folderOf(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const paths = await filesBelow(folder);
  return new Map(paths.map((path) => [path.slice(join(folder, '/').length), readFileSync(path)]));
}

/** The first block tells; archives are told by their content, for `.csar` says nothing. */
async function isArchiveFile(file: string): Promise<boolean> {
  if (/\.ya?ml$/i.test(file)) return false;
  const { isArchive } = await import('@pileus/tosca');
  return isArchive(readFileSync(file).subarray(0, 512));
}

function within(file: string, problem: TemplateProblem): TemplateProblem {
  const isOnNetwork = /^https?:/.test(problem.file);
  return { ...problem, file: problem.file === '' ? file : isOnNetwork ? problem.file : join(file, problem.file) };
}

function refused(file: string, rule: string, message: string): LocalTemplate {
  return { file, problems: [{ file, line: 1, column: 1, severity: 'error', rule, message }], templates: [] };
}
