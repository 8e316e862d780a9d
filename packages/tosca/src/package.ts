import type { Text } from '@pileus/model';
import { importsWanted, withFetched, type Fetched } from './fetched.ts';
import { packageLimits } from './limits.ts';
import { isUrl, resolvePath } from './path.ts';
import type { TemplateProblem } from './problem.ts';
import { readTemplateOf } from './template.ts';
import type { Artifact, Interface, ServiceTemplate } from './topology.ts';
import type { Files } from './unit.ts';
import { dialectOf } from './version.ts';

/** One entry definition of a package: the same application for another kind of cloud. */
export interface Variant {
  /** `variant` in the template's metadata, else the name of its file. */
  readonly name: string;
  readonly entry: string;
  /** Ids of the providers it is made for (`providers` in its metadata, separated by commas or spaces); empty for any. */
  readonly providers: readonly string[];
  /** Absent when something is wrong with it. */
  readonly template?: ServiceTemplate | undefined;
}

export interface PackageResult {
  readonly name: string;
  readonly version: string;
  readonly title: Text;
  readonly description: Text;
  readonly author?: string | undefined;
  readonly variants: readonly Variant[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Of all variants. */
  readonly problems: readonly TemplateProblem[];
  /** Of the entry definition. */
  readonly metadata: Readonly<Record<string, string>>;
}

const metaFiles = ['TOSCA-Metadata/TOSCA.meta', 'TOSCA.meta'] as const;

type PackageFiles = ReadonlyMap<string, Uint8Array | string>;

/** The URLs the templates of a package import that were not fetched yet, as `importsWanted` tells them of one template. */
export function packageImportsWanted(files: PackageFiles, fetched: ReadonlyMap<string, Fetched>): string[] {
  const entries = entriesOf(files, () => undefined);
  return [...new Set(entries.flatMap((entry) => importsWanted(textsOf(files, fetched), entry)))];
}

/**
 * Reads an unpacked CSAR, §6: `TOSCA.meta` names the entry (`Entry-Definitions`) and further ones (`Other-Definitions`), each
 * of them a variant; without it the one YAML file in the root is the entry. Files that artifacts name must be there. Of a CSAR
 * in the strict sense (`isCsar`) 1.x asks more than of a template and its scripts in a folder.
 */
export function readPackage(
  files: PackageFiles,
  {
    isCsar = false,
    fetched = new Map(),
  }: { readonly isCsar?: boolean; readonly fetched?: ReadonlyMap<string, Fetched> } = {},
): PackageResult {
  const problems: TemplateProblem[] = [];
  const sizes = [...files].map(([path, content]) => ({ path, bytes: bytesIn(content) }));
  const told = (file: string, rule: string, message: string, line = 1) =>
    problems.push({ file, line, column: 1, severity: 'error', rule, message });
  for (const { path, message } of brokenLimits(sizes)) told(path, 'package-limit', message);
  const entries = problems.length === 0 ? entriesOf(files, told) : [];
  const variants = entries.map((entry) => variantOf(files, fetched, entry, problems));
  const main = variants[0]?.template;
  const metadata = main?.metadata ?? {};
  if (isCsar && main && main.toscaVersion !== 'tosca_2_0' && !metaFiles.some((path) => files.has(path))) {
    problems.push(...nameless(main, entries[0] ?? ''));
  }
  const name = main?.name ?? stem(entries[0] ?? 'template');
  const title = metadata['title'] ?? name;
  const description = metadata['description'] ?? main?.description ?? '';
  return {
    name,
    version: main?.version ?? '1.0.0',
    title: { en: title, 'zh-CN': metadata['title_zh'] ?? title },
    description: { en: description, 'zh-CN': metadata['description_zh'] ?? description },
    author: main?.author,
    variants: distinct(variants),
    files: sizes,
    problems: withoutDoubles(problems),
    metadata,
  };
}

function* brokenLimits(sizes: readonly { path: string; bytes: number }[]): Iterable<{ path: string; message: string }> {
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (sizes.length > packageLimits.files) {
    yield { path: '', message: `The package has ${sizes.length} files; at most ${packageLimits.files} are allowed` };
  }
  if (total > packageLimits.bytes) {
    yield { path: '', message: `The package holds ${total} bytes; at most ${packageLimits.bytes} are allowed` };
  }
  for (const { path, bytes } of sizes) {
    if (bytes > packageLimits.bytesPerFile) {
      yield {
        path,
        message: `${path} holds ${bytes} bytes; at most ${packageLimits.bytesPerFile} are allowed per file`,
      };
    }
    if (path.length > packageLimits.pathLength || resolvePath('', path) !== path || path === '__proto__') {
      yield { path, message: `${path} is no path within a package; use a relative one without . and ..` };
    }
  }
}

type Tell = (file: string, rule: string, message: string, line?: number) => void;

function entriesOf(files: PackageFiles, tell: Tell): string[] {
  const [meta, second] = metaFiles.filter((path) => files.has(path));
  if (second !== undefined) tell(second, 'bad-meta', `An archive has one TOSCA.meta; remove ${second} or ${meta}`);
  if (meta !== undefined) return entriesOfMeta(files, meta, tell);
  const inRoot = [...files.keys()].filter((path) => /^[^/]+\.ya?ml$/.test(path));
  const [only, ...others] = inRoot;
  if (only === undefined) {
    tell(
      '',
      'no-entry',
      'The package has no template: put a YAML file into its root, or name it in TOSCA-Metadata/TOSCA.meta',
    );
    return [];
  }
  if (others.length > 0) {
    tell(
      '',
      'no-entry',
      `The root holds ${inRoot.join(', ')}; say in TOSCA-Metadata/TOSCA.meta which is the Entry-Definitions`,
    );
    return [];
  }
  return [only];
}

/**
 * 1.3 §6.3: without TOSCA-Metadata the template itself says what the archive is. Without that the archive's own name does; but 1.0
 * (§6.1) has no archives without TOSCA-Metadata.
 */
function nameless({ metadata, toscaVersion }: ServiceTemplate, file: string): TemplateProblem[] {
  const missing = ['template_name', 'template_version'].filter((key) => metadata[key] === undefined);
  if (missing.length === 0) return [];
  const isOld = dialectOf(toscaVersion)?.minor === 0;
  const message = `An archive without TOSCA-Metadata/TOSCA.meta ${isOld ? 'needs' : 'should have'} ${missing.join(' and ')} in the metadata of its template (${isOld ? '1.0 §6.1' : '1.3 §6.3'}); add what is missing`;
  return [{ file, line: 1, column: 1, severity: isOld ? 'error' : 'warning', rule: 'missing-metadata', message }];
}

/** §6.2: `Name: value` lines; a line that begins with a space continues the one above. */
function entriesOfMeta(files: PackageFiles, meta: string, tell: Tell): string[] {
  const values = new Map<string, { value: string; line: number }>();
  let last: string | undefined;
  for (const [index, line] of textIn(files.get(meta)).split(/\r?\n/).entries()) {
    const match = /^([A-Za-z][\w-]*)\s*:\s*(.*?)\s*$/.exec(line);
    const before = last === undefined ? undefined : values.get(last);
    if (match) {
      const key = (match[1] ?? '').toLowerCase();
      // The first block is about the archive; those behind it are about whatever their author likes.
      last = values.has(key) ? undefined : key;
      if (last !== undefined) values.set(last, { value: match[2] ?? '', line: index + 1 });
    } else if (before && /^\s+\S/.test(line)) before.value += ` ${line.trim()}`;
    else if (line.trim() !== '' && !line.startsWith('#') && line.trim() !== '---') {
      tell(meta, 'bad-meta', `${line.trim().slice(0, 60)} is not a "Name: value" line`, index + 1);
    }
  }
  const entry = values.get('entry-definitions');
  if (!entry || entry.value === '') {
    tell(meta, 'no-entry', 'Name the template in a line "Entry-Definitions: file.yaml"');
    return [];
  }
  const others = values.get('other-definitions');
  const named = [
    { path: entry.value, line: entry.line },
    ...splitPaths(others?.value ?? '').map((path) => ({ path, line: others?.line ?? 1 })),
  ];
  return named.flatMap(({ path, line }) => {
    const resolved = resolvePath('', unquoted(path));
    if (resolved !== undefined && files.has(resolved)) return [resolved];
    tell(meta, 'missing-file', `There is no file ${path} in the package`, line);
    return [];
  });
}

/** Paths separated by spaces or commas; one with spaces stands in quotes. */
function splitPaths(text: string): string[] {
  return text.match(/"[^"]*"|[^\s,]+/g) ?? [];
}

function unquoted(path: string): string {
  return path.replace(/^(["'])(.*)\1$/, '$2');
}

function textsOf(files: PackageFiles, fetched: ReadonlyMap<string, Fetched>): Files {
  const own: Files = {
    has: (path) => files.has(path),
    text: (path) => textIn(files.get(path)),
    paths: () => files.keys(),
  };
  return withFetched(own, fetched);
}

function variantOf(
  files: PackageFiles,
  fetched: ReadonlyMap<string, Fetched>,
  entry: string,
  problems: TemplateProblem[],
): Variant {
  const read = readTemplateOf(textsOf(files, fetched), entry);
  problems.push(...read.problems);
  const { template } = read;
  const missing = template ? missingFiles(template, (path) => files.has(path)) : [];
  problems.push(...missing);
  const { metadata = {} } = template ?? {};
  return {
    name: metadata['variant'] ?? stem(entry),
    entry,
    providers: (metadata['providers'] ?? '').split(/[\s,]+/).filter((id) => id !== ''),
    template: missing.length > 0 ? undefined : template,
  };
}

/** Artifacts whose file is neither in the package, nor a URL, nor in a repository. */
function missingFiles({ topology }: ServiceTemplate, has: (path: string) => boolean): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  for (const artifact of artifactsIn(topology.nodes)) {
    const { file, at, repository, types } = artifact;
    // The file of a deployment image may be the name of an image, known to the cloud and not to the package.
    if (repository || isUrl(file) || has(file) || types.includes('tosca.artifacts.Deployment.Image')) continue;
    const message = `There is no file ${file} in the package`;
    problems.push({
      file: at.file,
      line: at.line,
      column: at.column,
      severity: 'error',
      rule: 'missing-file',
      message,
    });
  }
  return problems;
}

function* artifactsIn(nodes: ServiceTemplate['topology']['nodes']): Iterable<Artifact> {
  for (const node of Object.values(nodes)) {
    yield* Object.values(node.artifacts);
    yield* implementationsIn(node.interfaces);
    for (const { relationship } of node.requirements) yield* implementationsIn(relationship.interfaces);
  }
}

function* implementationsIn(interfaces: Readonly<Record<string, Interface>>): Iterable<Artifact> {
  for (const { operations } of Object.values(interfaces)) {
    for (const { implementation } of Object.values(operations)) {
      if (implementation) yield* [implementation.primary, ...implementation.dependencies];
    }
  }
}

/** Two variants of one name are told apart by their files. */
function distinct(variants: readonly Variant[]): Variant[] {
  return variants.map((variant) => {
    const isAlone = variants.filter(({ name }) => name === variant.name).length === 1;
    return isAlone ? variant : { ...variant, name: variant.entry };
  });
}

/** Variants share imports, and with them problems. */
function withoutDoubles(problems: readonly TemplateProblem[]): TemplateProblem[] {
  const seen = new Map(problems.map((one) => [`${one.file}:${one.line}:${one.column}:${one.message}`, one]));
  return [...seen.values()];
}

function stem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}

function textIn(content: Uint8Array | string | undefined): string {
  return content instanceof Uint8Array ? new TextDecoder().decode(content) : (content ?? '');
}

function bytesIn(content: Uint8Array | string): number {
  return typeof content === 'string' ? new TextEncoder().encode(content).length : content.length;
}
