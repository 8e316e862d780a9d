import { checkKeys, isNothing, textOf } from './fields.ts';
import { resolvePath, withoutFileScheme } from './path.ts';
import type { Position } from './position.ts';
import type { Report } from './report.ts';
import { listing } from './suggest.ts';
import type { Loading, Unit } from './unit.ts';
import type { Yaml } from './yaml-tree.ts';

export interface WantedImport {
  /** A path or URL, or the name of a profile. */
  readonly file: string;
  readonly repository: string | undefined;
  readonly prefix: string | undefined;
  readonly isProfile: boolean;
  readonly at: Position;
}

/** 1.3 §3.6.8: a file name, a map with `file`, or (1.0) either of them under a name. 2.0 §6.8: a URL, or a map with `url` or `profile`. */
export function importsOf(report: Report, unit: Unit): WantedImport[] {
  const yaml = unit.root.entries.get('imports')?.value;
  if (yaml === undefined || isNothing(yaml)) return [];
  if (yaml.is === 'list') return yaml.items.flatMap((item) => importOf(report, unit, item) ?? []);
  if (yaml.is === 'map' && !unit.isTwo) {
    return [...yaml.entries.values()].flatMap(({ value }) => importOf(report, unit, value) ?? []);
  }
  report.error(yaml.at, 'expected-list', 'imports is a list of files; write "- file.yaml" below it');
  return [];
}

function importOf(report: Report, unit: Unit, yaml: Yaml): WantedImport | undefined {
  if (yaml.is === 'scalar' && yaml.text !== '') {
    return {
      file: withoutFileScheme(yaml.text),
      repository: undefined,
      prefix: undefined,
      isProfile: false,
      at: yaml.at,
    };
  }
  if (yaml.is === 'map') {
    const url = yaml.entries.get(unit.isTwo ? 'url' : 'file');
    const profile = unit.isTwo ? yaml.entries.get('profile') : undefined;
    const file = url ?? profile;
    const draft = unit.isTwo ? undefined : yaml.entries.get('profile');
    if (draft?.value.is === 'scalar' && yaml.entries.size === 1) {
      const message =
        'Imports of 1.x name files (1.3 §3.6.8), those of 2.0 profiles; of 1.x the Simple Profile need not be imported';
      report.warn(draft.at, 'draft-of-two', message);
      return { file: draft.value.text, repository: undefined, prefix: undefined, isProfile: true, at: draft.value.at };
    }
    if (file) {
      checkKeys(report, yaml.entries, unit.grammar.import, 'the import');
      const name = textOf(report, file.value, 'the file of an import');
      if (name === undefined || name === '') {
        report.error(file.at, 'missing-file', 'An import names a file');
        return undefined;
      }
      const text = (key: string) => textOf(report, yaml.entries.get(key)?.value, `The ${key} of an import`);
      const repository = text('repository');
      const prefix = text(unit.isTwo ? 'namespace' : 'namespace_prefix');
      const other = url && profile ? profile : profile && yaml.entries.get('repository');
      if (other) report.error(other.at, 'bad-import', 'An import names either a url (and its repository) or a profile');
      return { file: url ? withoutFileScheme(name) : name, repository, prefix, isProfile: !url, at: file.value.at };
    }
    const [named, ...more] = yaml.entries.values();
    if (named && more.length === 0 && !unit.isTwo) {
      const wanted = importOf(report, unit, named.value);
      return wanted && { ...wanted, at: named.at };
    }
  }
  const names = yaml.is === 'map' && !unit.isTwo ? [...yaml.entries] : [];
  const [, second] = names;
  if (
    second &&
    names.every(([, { value }]) => value.is === 'map' || value.is === 'scalar') &&
    !names.some(([key]) => unit.grammar.import.has(key))
  ) {
    const message = `One entry of imports is one import; begin ${second[0]} behind its own "- "`;
    report.error(second[1].at, 'bad-import', message);
    return undefined;
  }
  const usage = unit.isTwo ? 'a url, or a map with the key url or profile' : 'a file name or a map with the key file';
  report.error(yaml.at, unit.isTwo ? 'missing-key' : 'bad-import', `An import is ${usage}`);
  return undefined;
}

/** The file of the template that defines a profile, §6.7. */
export function profileFile(loading: Loading, unit: Unit, wanted: WantedImport): string | undefined {
  for (const other of loading.units.values()) if (other?.profile === wanted.file) return other.file;
  const defined = new Set<string>();
  const nameIn = (path: string) => /^profile:\s*["']?([^\s"'#]+)/m.exec(loading.files.text(path) ?? '')?.[1];
  for (const path of loading.files.paths?.() ?? []) {
    if (!/\.ya?ml$/.test(path) || path === unit.file) continue;
    const name = nameIn(path);
    if (name === wanted.file) return path;
    if (name !== undefined) defined.add(name);
  }
  // It may also bear the profile's name instead of one that ends in .yaml.
  for (const name of [wanted.file, wanted.file.replace(/:[^:]*$/, '')]) {
    const path = resolvePath(unit.file, name);
    if (path !== undefined && loading.files.has(path) && nameIn(path) === wanted.file) return path;
  }
  const hint =
    defined.size > 0
      ? `; this template defines ${listing(defined)}`
      : '; put the files that define it into the template';
  loading.report.error(wanted.at, 'missing-import', `There is no profile ${wanted.file}${hint}`);
  return undefined;
}
