import { checkKeys, entriesOf, entry, isNothing, lacks, shown, textOf } from './fields.ts';
import type { Grammar } from './grammar.ts';
import { importsOf, profileFile, type WantedImport } from './imports.ts';
import type { Limits } from './limits.ts';
import { locate, urlOf } from './locate.ts';
import { withoutFileScheme } from './path.ts';
import { primitiveTypesTwo } from './primitive-types.ts';
import { resolveScalar } from './scalar.ts';
import { Source, type Position } from './position.ts';
import type { Report } from './report.ts';
import { didYouMean, listing } from './suggest.ts';
import type { Repository } from './topology.ts';
import { dialectOf, knownVersions, type Dialect, type Minor } from './version.ts';
import { putInPlace } from './wrong-section.ts';
import { parseYaml } from './yaml.ts';
import type { Yaml, YamlMap } from './yaml-tree.ts';

/** One file of a template, with the files it imports. */
export interface Unit {
  readonly file: string;
  readonly root: YamlMap;
  readonly version: string;
  readonly grammar: Grammar;
  /** Of the normative types it knows without importing them; undefined for 2.0. */
  readonly minor: Minor | undefined;
  readonly implied: string | undefined;
  readonly isTwo: boolean;
  /** The profile it defines (2.0 §6.7). */
  readonly profile: string | undefined;
  readonly imports: { readonly unit: Unit; readonly prefix: string | undefined }[];
  readonly declared: Readonly<Record<DeclaredKind, ReadonlyMap<string, TypeSource>>>;
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
/** What files share by name: types, and functions of their own (2.0). */
export type DeclaredKind = TypeKind | 'function';

/** A type as it is written down, not yet joined with its ancestors. */
export interface TypeSource {
  readonly kind: DeclaredKind;
  readonly name: string;
  readonly yaml: Yaml;
  readonly at: Position;
  readonly unit: Unit;
  /** Of a function that a service template refines: the one of the same name outside it, in the same file (2.0 §10.4). */
  readonly refined?: TypeSource | undefined;
}

/** Where the text of a template comes from. */
export interface Files {
  has(path: string): boolean;
  text(path: string): string | undefined;
  /** A path as the person gave it or would write it, for sentences; without it paths are shown as they are. */
  shown?(path: string): string;
  /** Every file there is, to find one that defines a profile; without it profiles are found among imported files only. */
  paths?(): Iterable<string>;
  /** Why a URL that was asked for cannot be had; undefined where nobody has asked yet. */
  missed?(url: string): Missed | undefined;
}

/** The network answered that there is no such file, or did not answer as it should. */
export interface Missed {
  readonly is: 'missing' | 'unreachable';
  readonly reason: string;
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
  /** Kinds and names of the types met so far. */
  readonly taken: Set<string>;
  /** URLs that are imported and were not asked for yet. */
  readonly wanted?: Set<string>;
}

/** Reads a file and everything it imports. */
export function loadUnit(loading: Loading, file: string, importer?: Unit): Unit | undefined {
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
      `${report.shownFile(file)} is not a TOSCA file: it must be a map that begins with tosca_definitions_version`,
    );
    return undefined;
  }
  const version = versionOf(report, yaml, start, importer);
  if (!version) return undefined;
  const what = 'the TOSCA file';
  checkKeys(report, yaml.entries, version.grammar.file, what);
  const declared: Record<DeclaredKind, Map<string, TypeSource>> = {
    artifact: new Map(),
    data: new Map(),
    capability: new Map(),
    interface: new Map(),
    relationship: new Map(),
    node: new Map(),
    group: new Map(),
    policy: new Map(),
    function: new Map(),
  };
  const profile = version.isTwo ? textOf(report, yaml.entries.get('profile')?.value, 'profile') : undefined;
  const unit: Unit = {
    file,
    root: yaml,
    ...version,
    profile,
    imports: [],
    declared,
    repositories: repositoriesOf(report, yaml, version.grammar),
    isProfile: loading.isProfile,
  };
  loading.units.set(file, unit);
  if (unit.isTwo) checkFileTwo(report, unit);
  for (const kind of typeKinds) declare(loading, unit, declared[kind], kind, yaml.entries.get(`${kind}_types`)?.value);
  if (!unit.isTwo && !unit.isProfile) putInPlace(report, declared);
  if (unit.isTwo) {
    declare(loading, unit, declared.function, 'function', yaml.entries.get('functions')?.value);
    const template = entry(yaml, 'service_template');
    declare(loading, unit, declared.function, 'function', entry(template, 'functions'));
  }
  for (const wanted of importsOf(report, unit)) addImport(loading, unit, wanted);
  const implied = version.implied === undefined ? undefined : loading.profile(version.implied);
  if (implied) unit.imports.push({ unit: implied, prefix: undefined });
  if (unit.isTwo) refuseDoubles(report, unit);
  return unit;
}

function declare(
  loading: Loading,
  unit: Unit,
  into: Map<string, TypeSource>,
  kind: DeclaredKind,
  yaml: Yaml | undefined,
): void {
  const { report } = loading;
  const section = kind === 'function' ? 'functions' : `${kind}_types`;
  for (const [name, { value, at }] of entriesOf(report, yaml, section)) {
    if (unit.isTwo && typeof resolveScalar(name) !== 'string') {
      const message = `The name of a ${kind === 'function' ? 'function' : `${kind} type`} is a text; here stands ${name === '' ? 'nothing' : name}`;
      report.error(at, 'bad-name', message);
    }
    if (unit.isTwo && kind === 'data' && builtInTypes.has(name)) {
      report.error(at, 'reserved-name', `${name} is a type that 2.0 has built in; give your own another name`);
    }
    const refined = into.get(name);
    const own = unit.isTwo && !refined ? uniqueName(loading, kind, name, unit) : name;
    into.set(name, { kind, name: own, yaml: value, at, unit, refined });
  }
}

/** 2.0 §9.1: names no data type may take. */
const builtInTypes: ReadonlySet<string> = new Set(primitiveTypesTwo);

/** Types of two files may bear one name in two namespaces; the later one goes by its profile's (or file's) name too. */
function uniqueName({ taken }: Loading, kind: DeclaredKind, name: string, unit: Unit): string {
  const key = `${kind} ${name}`;
  if (!taken.has(key)) {
    taken.add(key);
    return name;
  }
  return `${unit.profile ?? unit.file}:${name}`;
}

/** 2.0 §6.1: the version comes first, and a profile has no template. */
function checkFileTwo(report: Report, { root, profile }: Unit): void {
  const [first] = root.entries.keys();
  const version = root.entries.get('tosca_definitions_version');
  if (version && first !== 'tosca_definitions_version') {
    report.error(
      version.at,
      'version-not-first',
      'tosca_definitions_version must be the first line of the file; move it up',
    );
  }
  // Metadata is free in 2.0 (§5.3.1); these two name the template and who made it wherever templates are listed.
  for (const name of ['template_name', 'template_author']) {
    const value = entry(root.entries.get('metadata')?.value, name);
    if (value?.is === 'scalar' && typeof value.value !== 'string') {
      report.error(value.at, 'expected-text', `${name} in metadata is a text; here stands ${shown(value)}`);
    }
  }
  const definitions = root.entries.get('dsl_definitions')?.value;
  for (const [name, { value }] of definitions?.is === 'map' ? definitions.entries : []) {
    if (isNothing(value))
      report.error(value.at, 'expected-value', `The definition ${name} holds nothing; give it a value and an anchor`);
    else if (!hasAnchor(value)) {
      const message = `The definition ${name} has no anchor, so nothing can use it; write "${name}: &${name}" and what it stands for`;
      report.error(value.at, 'missing-anchor', message);
    }
  }
  const template = root.entries.get('service_template');
  if (template && profile !== undefined) {
    const message =
      'A file that defines a profile has no service_template; move the template into a file that imports the profile';
    report.error(template.at, 'template-in-profile', message);
  }
}

function hasAnchor(yaml: Yaml): boolean {
  if (yaml.anchor !== undefined) return true;
  if (yaml.is === 'list') return yaml.items.some(hasAnchor);
  return yaml.is === 'map' && [...yaml.entries.values()].some(({ value }) => hasAnchor(value));
}

/** 2.0 §6.8.4: repositories imported without a namespace share that of the file. Types a file defines go before imported ones. */
function refuseDoubles(report: Report, unit: Unit): void {
  for (const { unit: imported, prefix } of unit.imports) {
    if (prefix !== undefined || imported === unit || !imported.isTwo) continue;
    for (const [name] of unit.repositories) {
      const at = repositoryAt(unit, name);
      if (!imported.repositories.has(name) || !at) continue;
      const message = `The repository ${name} is defined in ${report.shownFile(imported.file)} too; rename it or import that file with a namespace`;
      report.error(at, 'duplicate-name', message);
    }
  }
}

function repositoryAt({ root }: Unit, name: string): Position | undefined {
  const yaml = root.entries.get('repositories')?.value;
  return yaml?.is === 'map' ? yaml.entries.get(name)?.at : undefined;
}

/** A file of 1.x that is imported and does not say its version is taken for one of its importer's. */
function versionOf(
  report: Report,
  root: YamlMap,
  start: Position,
  importer: Unit | undefined,
): ({ version: string } & Dialect) | undefined {
  const yaml = root.entries.get('tosca_definitions_version')?.value;
  const version = textOf(report, yaml, 'tosca_definitions_version');
  if (yaml === undefined || version === undefined) {
    const message = 'Begin the file with tosca_definitions_version, e.g. tosca_2_0';
    if (importer && !importer.isTwo) {
      report.warn(start, 'missing-version', message);
      const { version: theirs, grammar, minor, implied, isTwo } = importer;
      return { version: theirs, grammar, minor, implied, isTwo };
    }
    report.error(start, 'missing-version', message);
    return undefined;
  }
  const draft = root.entries.get('topology_template');
  if (version === 'tosca_2_0' && draft && !root.entries.has('service_template') && !callsTwo(root)) {
    const message =
      '2.0 has service_template and functions that begin with $ (§6.1, §10); this file is read as tosca_simple_yaml_1_3, write that into its first line';
    report.warn(draft.at, 'draft-of-two', message);
    return versionNamed(simpleVersion);
  }
  const known = versionNamed(version);
  if (known) return known;
  const hint = didYouMean(version, knownVersions) || `; use ${listing(knownVersions)}`;
  report.error(yaml.at, 'unknown-version', `There is no TOSCA version ${version}${hint}`);
  return undefined;
}

const simpleVersion = 'tosca_simple_yaml_1_3';

function versionNamed(version: string): ({ version: string } & Dialect) | undefined {
  const dialect = dialectOf(version);
  return dialect && { version, ...dialect };
}

/** Whether a function is called as only 2.0 calls it. */
function callsTwo(yaml: Yaml): boolean {
  if (yaml.is === 'list') return yaml.items.some(callsTwo);
  return yaml.is === 'map' && [...yaml.entries].some(([key, { value }]) => key.startsWith('$') || callsTwo(value));
}

function repositoriesOf(report: Report, root: YamlMap, grammar: Grammar): ReadonlyMap<string, Repository> {
  const repositories = new Map<string, Repository>();
  for (const [name, { value, at }] of entriesOf(report, root.entries.get('repositories')?.value, 'repositories')) {
    if (value.is === 'map') checkKeys(report, value.entries, grammar.repository, 'the repository');
    const url = textOf(
      report,
      value.is === 'map' ? value.entries.get('url')?.value : value,
      `the url of repository ${name}`,
    );
    if (url === undefined) {
      const isMissing = value.is === 'map' ? lacks(value.entries, 'url', grammar.repository) : value.is === 'scalar';
      if (isMissing) report.error(at, 'missing-key', `The repository ${name} needs a url`);
    } else repositories.set(name, { name, url: withoutFileScheme(url) });
  }
  return repositories;
}

/** What some orchestrators call the normative types, which every file of 1.x knows anyway. */
const normativeTypes = /^tosca-normative-types(?::[\w.*-]*)?$/;

function addImport(loading: Loading, unit: Unit, wanted: WantedImport): void {
  const { report } = loading;
  if (!unit.isTwo && normativeTypes.test(wanted.file)) return;
  const profile = loading.profile(urlOf(unit, wanted) ?? wanted.file);
  if (profile) {
    unit.imports.push({ unit: profile, prefix: wanted.prefix });
    return;
  }
  const found = wanted.isProfile ? profileFile(loading, unit, wanted) : locate(loading, unit, wanted);
  if (found === undefined) {
    loading.units.set(wanted.file, undefined);
    return;
  }
  if (loading.units.size >= loading.limits.imports && !loading.units.has(found)) {
    report.error(wanted.at, 'too-many-imports', `The template imports more than ${loading.limits.imports} files`);
    return;
  }
  const imported = loadUnit(loading, found, unit);
  if (imported) unit.imports.push({ unit: imported, prefix: wanted.prefix });
}
