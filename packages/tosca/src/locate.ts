import type { WantedImport } from './imports.ts';
import { isUrl, resolvePath } from './path.ts';
import { didYouMean } from './suggest.ts';
import type { Loading, Unit } from './unit.ts';

/**
 * Where an imported file is (2.0 §6.8.2.2): a path, beside the file that imports it, else counted from the template's root; or
 * a URL that has been fetched. What cannot be had is reported.
 */
export function locate(loading: Loading, unit: Unit, wanted: WantedImport): string | undefined {
  const { report } = loading;
  const repository = wanted.repository === undefined ? undefined : unit.repositories.get(wanted.repository);
  if (wanted.repository !== undefined && !repository) {
    const hint = didYouMean(wanted.repository, unit.repositories.keys()) || '; declare it under repositories';
    const message = `There is no repository ${wanted.repository}${hint}`;
    report.error(wanted.at, 'unknown-repository', message);
    return undefined;
  }
  if (repository && isUrl(wanted.file) && unit.isTwo) {
    const message = `${wanted.file} is a whole URL, so it is in no repository; leave out repository, or all but the path`;
    report.error(wanted.at, 'bad-import', message);
    return undefined;
  }
  const url = urlOf(unit, wanted);
  if (url !== undefined) return fetched(loading, url, wanted);
  // As with any URL (RFC 3986 §5.2.4), `..` above the root is the root.
  const fromRoot = `/${wanted.file.replace(/^(?:\.\.\/)+/, '')}`;
  const written = [...(repository ? [`${repository.url}/${wanted.file}`] : []), wanted.file, fromRoot];
  // `/base.yaml` counts from the root of whatever holds the files, which is one of the folders above.
  const above = wanted.file.startsWith('/') ? foldersAbove(unit.file).map((folder) => `${folder}${wanted.file}`) : [];
  const candidates = [...written.map((path) => resolvePath(unit.file, path)), ...above];
  const found = candidates.find((path) => path !== undefined && loading.files.has(path));
  if (found === undefined) {
    const message = `There is no file ${wanted.file}, neither beside ${report.shownFile(unit.file)} nor in the template's root`;
    report.error(wanted.at, 'missing-import', message);
  }
  return found;
}

/** The URL of an import that is not among the template's own files: written out, of its repository, or of the file that imports it. */
export function urlOf(unit: Unit, { file, repository, isProfile }: WantedImport): string | undefined {
  if (isProfile) return undefined;
  if (isUrl(file)) return joined(file, undefined);
  const root = repository === undefined ? undefined : unit.repositories.get(repository)?.url;
  if (root !== undefined)
    return isUrl(root) ? joined(file.replace(/^\/+/, ''), `${root.replace(/\/+$/, '')}/`) : undefined;
  return isUrl(unit.file) ? joined(file, unit.file) : undefined;
}

function joined(url: string, base: string | undefined): string {
  return URL.parse(url, base)?.href ?? url;
}

function fetched({ files, report, wanted }: Loading, url: string, { at }: WantedImport): string | undefined {
  if (files.has(url)) return url;
  const missed = files.missed?.(url);
  if (!missed) wanted?.add(url);
  const message = missed
    ? `${url} cannot be had: ${missed.reason}`
    : `${url} is on the network, which is not asked here; put the file into the template and import it by its path`;
  report.error(at, missed?.is === 'missing' ? 'missing-import' : 'import-unreachable', message);
  return undefined;
}

function foldersAbove(file: string): string[] {
  const segments = file.split('/').slice(0, -1);
  return segments.map((_, index) => segments.slice(0, segments.length - index).join('/'));
}
