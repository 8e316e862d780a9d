import { checkKeys, entriesOf, isNothing, textOf } from './fields.ts';
import { fileKeys, importKeys, repositoryKeys } from './grammar.ts';
import type { Limits } from './limits.ts';
import { isUrl, resolvePath } from './path.ts';
import { Source, type Position } from './position.ts';
import type { Report } from './report.ts';
import { didYouMean, listing } from './suggest.ts';
import type { Repository } from './topology.ts';
import { knownVersions, minorOf, type Minor } from './version.ts';
import { parseYaml } from './yaml.ts';
import type { Yaml, YamlMap } from './yaml-tree.ts';

/** One file of a template, with the files it imports. */
export interface Unit {
  readonly file: string;
  readonly root: YamlMap;
  readonly version: string;
  readonly minor: Minor;
  readonly imports: { readonly unit: Unit; readonly prefix: string | undefined }[];
  readonly declared: Readonly<Record<TypeKind, ReadonlyMap<string, TypeSource>>>;
  readonly repositories: ReadonlyMap<string, Repository>;
  /** Part of a profile that comes with the processor; it is shared by all templates and sees nothing of them. */
  readonly isProfile: boolean;
}

export const typeKinds = [
  'artifact',
  'data',
  'capability',
  'interface',
  'relationship',
  'node',
  'group',
  'policy',
] as const;
export type TypeKind = (typeof typeKinds)[number];

/** A type as it is written down, not yet joined with its ancestors. */
export interface TypeSource {
  readonly kind: TypeKind;
  readonly name: string;
  readonly yaml: Yaml;
  readonly at: Position;
  readonly unit: Unit;
}

/** Where the text of a template comes from. */
export interface Files {
  has(path: string): boolean;
  text(path: string): string | undefined;
}

export interface Loading {
  readonly files: Files;
  readonly report: Report;
  readonly limits: Limits;
  readonly isProfile: boolean;
  /** Profiles that are imported by name, such as `pileus_types_1_0`. */
  profile(name: string): Unit | undefined;
  /** Every file met so far, undefined for those that could not be read; a cycle of imports ends here. */
  readonly units: Map<string, Unit | undefined>;
}

/** Reads a file and everything it imports. */
export function loadUnit(loading: Loading, file: string): Unit | undefined {
  if (loading.units.has(file)) return loading.units.get(file);
  loading.units.set(file, undefined);
  const { report } = loading;
  const text = loading.files.text(file) ?? '';
  const yaml = parseYaml(file, text, report, loading.limits);
  const start = new Source(file, text).position(0);
  if (yaml === undefined) return undefined;
  if (yaml.is !== 'map') {
    report.error(
      yaml.at,
      'not-a-template',
      `${file} is not a TOSCA file: it must be a map that begins with tosca_definitions_version`,
    );
    return undefined;
  }
  const version = versionOf(report, yaml, start);
  if (!version) return undefined;
  checkKeys(report, yaml.entries, fileKeys, 'A TOSCA file');
  const declared: Record<TypeKind, Map<string, TypeSource>> = {
    artifact: new Map(),
    data: new Map(),
    capability: new Map(),
    interface: new Map(),
    relationship: new Map(),
    node: new Map(),
    group: new Map(),
    policy: new Map(),
  };
  const unit: Unit = {
    file,
    root: yaml,
    ...version,
    imports: [],
    declared,
    repositories: repositoriesOf(report, yaml),
    isProfile: loading.isProfile,
  };
  loading.units.set(file, unit);
  for (const kind of typeKinds) {
    for (const [name, { value, at }] of entriesOf(report, yaml.entries.get(`${kind}_types`)?.value, `${kind}_types`)) {
      declared[kind].set(name, { kind, name, yaml: value, at, unit });
    }
  }
  for (const wanted of importsOf(report, yaml)) addImport(loading, unit, wanted);
  return unit;
}

function versionOf(report: Report, root: YamlMap, start: Position): { version: string; minor: Minor } | undefined {
  const yaml = root.entries.get('tosca_definitions_version')?.value;
  const version = textOf(report, yaml, 'tosca_definitions_version');
  if (yaml === undefined || version === undefined) {
    report.error(start, 'missing-version', 'Begin the file with tosca_definitions_version, e.g. tosca_simple_yaml_1_3');
    return undefined;
  }
  const minor = minorOf(version);
  if (minor !== undefined) return { version, minor };
  const message =
    version === 'tosca_2_0'
      ? 'TOSCA 2.0 is not read yet; write the template in tosca_simple_yaml_1_3'
      : `There is no TOSCA version ${version}${didYouMean(version, knownVersions) || `; use ${listing(knownVersions)}`}`;
  report.error(yaml.at, 'unknown-version', message);
  return undefined;
}

function repositoriesOf(report: Report, root: YamlMap): ReadonlyMap<string, Repository> {
  const repositories = new Map<string, Repository>();
  for (const [name, { value, at }] of entriesOf(report, root.entries.get('repositories')?.value, 'repositories')) {
    if (value.is === 'map') checkKeys(report, value.entries, repositoryKeys, 'A repository');
    const url = textOf(
      report,
      value.is === 'map' ? value.entries.get('url')?.value : value,
      `The url of repository ${name}`,
    );
    if (url === undefined) report.error(at, 'missing-key', `The repository ${name} needs a url`);
    else repositories.set(name, { name, url });
  }
  return repositories;
}

interface WantedImport {
  readonly file: string;
  readonly repository: string | undefined;
  readonly prefix: string | undefined;
  readonly at: Position;
}

/** §3.6.8: a file name, a map with `file`, or (1.0) either of them under a name. */
function importsOf(report: Report, root: YamlMap): WantedImport[] {
  const yaml = root.entries.get('imports')?.value;
  if (yaml === undefined || isNothing(yaml)) return [];
  if (yaml.is === 'map') return [...yaml.entries.values()].flatMap(({ value }) => importOf(report, value) ?? []);
  if (yaml.is === 'list') return yaml.items.flatMap((item) => importOf(report, item) ?? []);
  report.error(yaml.at, 'expected-list', 'imports is a list of files; write "- file.yaml" below it');
  return [];
}

function importOf(report: Report, yaml: Yaml): WantedImport | undefined {
  if (yaml.is === 'scalar' && yaml.text !== '') {
    return { file: yaml.text, repository: undefined, prefix: undefined, at: yaml.at };
  }
  if (yaml.is === 'map') {
    const file = yaml.entries.get('file');
    if (file) {
      checkKeys(report, yaml.entries, importKeys, 'An import');
      const name = textOf(report, file.value, 'The file of an import');
      if (name === undefined || name === '') {
        report.error(file.at, 'missing-file', 'An import names a file');
        return undefined;
      }
      const repository = textOf(report, yaml.entries.get('repository')?.value, 'The repository of an import');
      const prefix = textOf(report, yaml.entries.get('namespace_prefix')?.value, 'The namespace_prefix of an import');
      return { file: name, repository, prefix, at: file.value.at };
    }
    const [named, ...more] = yaml.entries.values();
    if (named && more.length === 0) return importOf(report, named.value);
  }
  report.error(yaml.at, 'bad-import', 'An import is a file name or a map with the key file');
  return undefined;
}

function addImport(loading: Loading, unit: Unit, wanted: WantedImport): void {
  const { report } = loading;
  const profile = loading.profile(wanted.file);
  if (profile) {
    unit.imports.push({ unit: profile, prefix: wanted.prefix });
    return;
  }
  const found = locate(loading, unit, wanted);
  if (found === undefined) {
    loading.units.set(wanted.file, undefined);
    return;
  }
  if (loading.units.size >= loading.limits.imports && !loading.units.has(found)) {
    report.error(wanted.at, 'too-many-imports', `The template imports more than ${loading.limits.imports} files`);
    return;
  }
  const imported = loadUnit(loading, found);
  if (imported) unit.imports.push({ unit: imported, prefix: wanted.prefix });
}

/** The path of an imported file: beside the file that imports it, else counted from the template's root. */
function locate(loading: Loading, unit: Unit, wanted: WantedImport): string | undefined {
  const { report } = loading;
  const repository = wanted.repository === undefined ? undefined : unit.repositories.get(wanted.repository);
  if (wanted.repository !== undefined && !repository) {
    const message = `There is no repository ${wanted.repository}${didYouMean(wanted.repository, unit.repositories.keys())}`;
    report.error(wanted.at, 'unknown-repository', message);
    return undefined;
  }
  if (isUrl(wanted.file) || (repository && isUrl(repository.url))) {
    const message = `${wanted.file} is on the network, which reading a template never uses; put the file into the template and import it by its path`;
    report.error(wanted.at, 'import-unreachable', message);
    return undefined;
  }
  const candidates = [...(repository ? [`${repository.url}/${wanted.file}`] : []), wanted.file, `/${wanted.file}`].map(
    (path) => resolvePath(unit.file, path),
  );
  const found = candidates.find((path) => path !== undefined && loading.files.has(path));
  if (found === undefined) {
    report.error(
      wanted.at,
      'missing-import',
      `There is no file ${wanted.file}, neither beside ${unit.file} nor in the template's root`,
    );
  }
  return found;
}
