import { checkKeys, entriesOf, isNothing, lacks, textOf } from './fields.ts';
import { lineage } from './names.ts';
import { extensionOf, isUrl, resolvePath } from './path.ts';
import type { Position } from './position.ts';
import { readingIn } from './profile.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import { schemasOf } from './read-schema.ts';
import type { Schema } from './schema.ts';
import { didYouMean } from './suggest.ts';
import type { Artifact, Value } from './topology.ts';
import type { TypeSource, Unit } from './unit.ts';
import { assignProperties } from './assign.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

export interface ArtifactType {
  readonly name: string;
  readonly types: readonly string[];
  readonly extensions: readonly string[];
  readonly properties: Readonly<Record<string, Schema>>;
}

const artifactTypes = new WeakMap<TypeSource, ArtifactType>();

export function readArtifactType(given: Reading, source: TypeSource): ArtifactType {
  const known = artifactTypes.get(source);
  if (known) return known;
  const reading = readingIn(given, source.unit);
  const { report, names } = reading;
  const what = `the artifact type ${source.name}`;
  const yaml = entriesOf(report, source.yaml, what);
  checkKeys(report, yaml, reading.unit.grammar.artifactType, what);
  const line = lineage(report, names, source);
  const parent = line[1] && readArtifactType(reading, line[1]);
  const extensions = yaml.get('file_ext')?.value;
  const type: ArtifactType = {
    name: source.name,
    types: line.map(({ name }) => name),
    extensions:
      extensions?.is === 'list'
        ? extensions.items.flatMap((item) => (item.is === 'scalar' ? item.text.replace(/^\./, '') : []))
        : [],
    properties: schemasOf(reading, yaml.get('properties')?.value, source.unit, what, parent?.properties),
  };
  artifactTypes.set(source, type);
  return type;
}

/**
 * Artifact definitions over those inherited from a type, §3.6.7. What one in a type leaves out each node may say; what one of a type
 * that is not wholly known leaves out may be said there.
 */
export function artifactsOf(
  reading: Reading,
  yaml: Yaml | undefined,
  unit: Unit,
  inherited: Readonly<Record<string, Artifact>>,
  { isInType = false, isWhole = true }: { readonly isInType?: boolean; readonly isWhole?: boolean } = {},
): Readonly<Record<string, Artifact>> {
  // 1.0 drafts wrote a list of one-entry maps.
  const entries =
    yaml?.is === 'list'
      ? yaml.items.flatMap((item) => (item.is === 'map' ? [...item.entries] : []))
      : [...entriesOf(reading.report, yaml, 'artifacts')];
  if (entries.length === 0) return inherited;
  const artifacts = emptyRecord<Artifact>();
  Object.assign(artifacts, inherited);
  for (const [name, { value, at }] of entries) {
    const options = { inherited: inherited[name], isInType, isWhole };
    const artifact = artifactOf(reading, value, at, unit, `the artifact ${name}`, options);
    if (artifact) artifacts[name] = artifact;
  }
  return artifacts;
}

interface ArtifactOptions {
  readonly inherited?: Artifact | undefined;
  readonly isInType?: boolean;
  readonly isWhole?: boolean;
}

/** A file name, or a map with `file`, `type` and more. One that a node gives may leave to that of its type what the file is. */
export function artifactOf(
  reading: Reading,
  yaml: Yaml,
  at: Position,
  unit: Unit,
  what: string,
  { inherited, isInType = false, isWhole = true }: ArtifactOptions = {},
): Artifact | undefined {
  const { report } = reading;
  if (yaml.is === 'scalar' && !isNothing(yaml)) return artifactOfFile(reading, yaml.text, yaml.at, unit);
  const entries = entriesOf(report, yaml, what);
  checkKeys(report, entries, reading.unit.grammar.artifact, what);
  const text = (key: string) => textOf(report, entries.get(key)?.value, `${key} of the artifact`);
  const deployPath = deployPathOf(reading, entries);
  const file = text('file');
  if (file === undefined) {
    if (!inherited || isNothing(yaml)) {
      if (isWhole && lacks(entries, 'file', reading.unit.grammar.artifact)) {
        report.error(at, 'missing-key', `${what} needs a file`);
      }
    } else {
      const message = `${what} says no file, so it is that of its node type (1.3 §3.6.7, 2.0 §12.2); write out what it is`;
      report.warn(at, 'missing-key', message);
      return { ...inherited, deployPath: deployPath ?? inherited.deployPath };
    }
    return undefined;
  }
  const repositoryName = text('repository');
  const repository = repositoryName === undefined ? undefined : unit.repositories.get(repositoryName);
  if (repositoryName !== undefined && !repository) {
    const place = entries.get('repository')?.value.at ?? at;
    const hint = didYouMean(repositoryName, unit.repositories.keys()) || '; declare it under repositories';
    report.error(place, 'unknown-repository', `There is no repository ${repositoryName}${hint}`);
  }
  const named = entries.get('type')?.value;
  const typeName = text('type');
  const source = named && typeName !== undefined ? typeNamed(reading, typeName, unit, named.at) : undefined;
  const type = source ? readArtifactType(reading, source) : typeOfFile(reading, file, unit);
  if (unit.isTwo) checkArtifact(reading, entries, at, what);
  const properties: Readonly<Record<string, Value>> = assignProperties(
    reading,
    entries.get('properties')?.value,
    type.properties,
    what,
    at,
    // Properties are for whoever processes the artifact; 2.0's own examples give some that no type defines.
    { open: !source || unit.isTwo, partial: isInType },
  );
  return {
    type: type.name,
    types: type.types,
    file: repository ? file : pathOf(reading, file, unit),
    repository,
    description: text('description'),
    deployPath,
    version: text('artifact_version') ?? text('version'),
    checksum: text('checksum'),
    checksumAlgorithm: text('checksum_algorithm'),
    properties,
    at: entries.get('file')?.value.at ?? at,
  };
}

/** An artifact of 1.x that names its file can be had without its type, which tools of 1.x often leave undefined. */
function typeNamed({ report, names }: Reading, name: string, unit: Unit, at: Position): TypeSource | undefined {
  const source = names.find('artifact', name, unit, at);
  const near = unit.isTwo || source || names.isIncomplete ? '' : didYouMean(name, names.known('artifact', unit));
  if (source || unit.isTwo || names.isIncomplete || near !== '')
    return source ?? names.require('artifact', name, unit, at);
  const message = `There is no artifact type ${name} (1.3 §3.6.7), so the artifact is taken for the file it is; define the type or import the file that does`;
  report.warn(at, 'unknown-type', message);
  return undefined;
}

/** 2.0 has no `deploy_path` any more; where it stands it says what it said in 1.x. */
function deployPathOf({ report, unit }: Reading, entries: ReadonlyMap<string, YamlEntry>): string | undefined {
  const entry = entries.get('deploy_path');
  if (entry && unit.isTwo) {
    const message = '2.0 has no deploy_path (§12.2); give the artifact type a property for it';
    report.warn(entry.at, 'unknown-key', message);
  }
  return textOf(report, entry?.value, 'deploy_path of the artifact');
}

/** 2.0 §12.2: what an artifact written out must say. */
function checkArtifact({ report }: Reading, fields: ReadonlyMap<string, YamlEntry>, at: Position, what: string): void {
  if (!fields.has('type')) report.error(at, 'missing-key', `${what} needs a type: the artifact type it is of`);
  const checksum = fields.get('checksum');
  if (checksum && !fields.has('checksum_algorithm')) {
    report.error(checksum.at, 'missing-key', `${what} has a checksum, so it needs a checksum_algorithm, e.g. SHA-256`);
  }
}

export function artifactOfFile(reading: Reading, file: string, at: Position, unit: Unit): Artifact {
  const type = typeOfFile(reading, file, unit);
  return { type: type.name, types: type.types, file: pathOf(reading, file, unit), properties: emptyRecord(), at };
}

/** Beside the file that names it; where nothing is there, counted from the template's root. */
function pathOf(reading: Reading, file: string, unit: Unit): string {
  if (isUrl(file)) return file;
  if (isUrl(unit.file)) return URL.parse(file, unit.file)?.href ?? file;
  const beside = resolvePath(unit.file, file);
  if (beside !== undefined && reading.files.has(beside)) return beside;
  const fromRoot = resolvePath('', file);
  return fromRoot !== undefined && reading.files.has(fromRoot) ? fromRoot : (beside ?? file);
}

/** The artifact type that claims the file's extension, §3.7.4; `tosca.artifacts.File` where none does. */
function typeOfFile(reading: Reading, file: string, unit: Unit): ArtifactType {
  const source =
    extensionTypes(reading, unit).get(extensionOf(file)) ??
    reading.names.find('artifact', 'tosca.artifacts.File', unit);
  return source
    ? readArtifactType(reading, source)
    : { name: 'tosca.artifacts.Root', types: ['tosca.artifacts.Root'], extensions: [], properties: emptyRecord() };
}

const extensionsOf = new WeakMap<Unit, Map<string, TypeSource>>();

function extensionTypes(reading: Reading, unit: Unit): Map<string, TypeSource> {
  const known = extensionsOf.get(unit);
  if (known) return known;
  const extensions = new Map<string, TypeSource>();
  extensionsOf.set(unit, extensions);
  for (const name of reading.names.known('artifact', unit)) {
    const source = reading.names.find('artifact', name, unit);
    if (!source) continue;
    // A type of the template is preferred to a normative one for the same extension.
    const isOurs = !source.unit.isProfile;
    for (const extension of readArtifactType(reading, source).extensions) {
      if (!extensions.has(extension) || (isOurs && extensions.get(extension)?.unit.isProfile)) {
        extensions.set(extension.toLowerCase(), source);
      }
    }
  }
  return extensions;
}
