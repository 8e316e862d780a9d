import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type Node as YamlNode } from 'yaml';
import { indented } from './indent.ts';
import type { Limits } from './limits.ts';
import { Source, type Position } from './position.ts';
import { readPlainYaml } from './plain-yaml.ts';
import type { Report } from './report.ts';
import { errorsOf, syntaxProblems } from './yaml-syntax.ts';
import type { Yaml, YamlEntry, YamlScalar } from './yaml-tree.ts';

/**
 * Reads one YAML 1.2 document. Aliases and `<<` merges are resolved; duplicate keys, `__proto__`, aliases that contain
 * themselves and whatever exceeds the limits are reported. Undefined when nothing usable is left, which is then reported too.
 */
export function parseYaml(file: string, text: string, report: Report, limits: Limits): Yaml | undefined {
  // Neither a byte order mark nor Windows' line ends move a line or a column.
  const source = new Source(file, text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  if (isLarger(text, limits.bytesPerFile)) {
    report.error(
      source.position(0),
      'file-too-large',
      `${report.shownFile(file)} is larger than ${limits.bytesPerFile} bytes; split it into imports`,
    );
    return undefined;
  }
  return readPlainYaml(source, limits.depth) ?? readAnyYaml(source, report, limits);
}

/** What `readPlainYaml` leaves: read by the `yaml` package. */
export function readAnyYaml(source: Source, report: Report, limits: Limits): Yaml | undefined {
  const { file, text } = source;
  const start = source.position(0);
  const { depth, anchors } = measure(text);
  if (depth > limits.depth * 4 || compactNesting.test(text)) {
    report.error(start, 'too-deep', `${report.shownFile(file)} nests deeper than ${limits.depth} levels`);
    return undefined;
  }
  if (anchors > mostAnchors) {
    report.error(
      start,
      'too-many-values',
      `${report.shownFile(file)} has more than ${mostAnchors} anchors and aliases; write the values out`,
    );
    return undefined;
  }
  try {
    return parseDocument(source, report, limits);
  } catch (error) {
    // The library recurses; what it cannot hold on its stack is far beyond any template.
    if (!(error instanceof RangeError)) throw error;
    report.error(start, 'too-deep', `${report.shownFile(file)} nests deeper than ${limits.depth} levels`);
    return undefined;
  }
}

function isLarger(text: string, bytes: number): boolean {
  // A UTF-16 unit takes at most three bytes of UTF-8.
  if (text.length > bytes) return true;
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes;
}

function parseDocument(source: Source, report: Report, limits: Limits): Yaml | undefined {
  const { first, second } = composed(source.text);
  const isBroken = first !== undefined && errorsOf(first).length > 0;
  // Where it only stands too far left, it is read all the same; what is wrong with it besides is told of the text as it is.
  const text = isBroken ? indented(source.text) : undefined;
  if (text !== undefined && hasNoErrors(composed(text).first)) {
    return parseDocument(new Source(source.file, text), report, limits);
  }
  const nothing: YamlScalar = { is: 'scalar', value: null, text: '', at: source.position(0) };
  if (first === undefined) return nothing;
  if (isBroken) {
    for (const { offset, message } of syntaxProblems(first, source.text)) {
      report.error(source.position(offset), 'yaml-syntax', message);
    }
    return undefined;
  }
  if (second?.contents) {
    const at = source.position(second.range[0]);
    report.error(at, 'several-documents', 'A TOSCA file is one YAML document; move what follows --- into its own file');
  }
  if (first.contents === null) return nothing;
  return new Converter(source, report, limits).convert(first.contents, 0)?.yaml;
}

function hasNoErrors(document: Pick<Document, 'errors'> | undefined): boolean {
  return document !== undefined && errorsOf(document).length === 0;
}

/** The first two documents of a text. */
function composed(text: string) {
  const composer = new Composer({
    uniqueKeys: false,
    merge: false,
    strict: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = composer.compose(new Parser().parse(text), true, text.length);
  const first = documents.next().value ?? undefined;
  const second = documents.next().value ?? undefined;
  return { first, second };
}

function isSame(one: Yaml, other: Yaml): boolean {
  return one.is === 'scalar' && other.is === 'scalar' && one.text === other.text && one.value === other.value;
}

/** A converted value and how many values it stands for once its aliases are written out. */
interface Converted {
  readonly yaml: Yaml;
  readonly size: number;
}

class Converter {
  readonly #source: Source;
  readonly #report: Report;
  readonly #limits: Limits;
  readonly #anchors = new Map<string, Converted | 'open'>();
  #total = 0;
  #stopped = false;

  constructor(source: Source, report: Report, limits: Limits) {
    this.#source = source;
    this.#report = report;
    this.#limits = limits;
  }

  /** `name` is the key it stands behind. */
  convert(node: YamlNode | null, depth: number, name?: string): Converted | undefined {
    if (this.#stopped) return undefined;
    const at = this.#source.position(node?.range?.[0] ?? 0);
    if (depth > this.#limits.depth)
      return this.#stop(at, 'too-deep', `This nests deeper than ${this.#limits.depth} levels`);
    if (node === null) return this.#count({ yaml: { is: 'scalar', value: null, text: '', at }, size: 1 });
    if (isAlias(node)) return this.#alias(node.source, at);
    const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const converted = isMap(node)
      ? this.#map(node.items, at, depth, name)
      : isSeq(node)
        ? this.#list(node.items, at, depth)
        : this.#scalar(node, at);
    if (anchor === undefined || !converted) return converted;
    const named = { ...converted, yaml: { ...converted.yaml, anchor } };
    this.#anchors.set(anchor, named);
    return named;
  }

  #scalar(node: YamlNode, at: Position): Converted | undefined {
    const value: unknown = isScalar(node) ? node.value : undefined;
    const text = isScalar(node) && typeof node.source === 'string' ? node.source : '';
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return this.#count({
      yaml: { is: 'scalar', value: plain, text: typeof plain === 'string' ? plain : text, at },
      size: 1,
    });
  }

  #list(nodes: readonly unknown[], at: Position, depth: number): Converted | undefined {
    const items: Yaml[] = [];
    let size = 1;
    for (const node of nodes) {
      const item = this.convert(node as YamlNode | null, depth + 1); // A parsed sequence holds parsed nodes.
      if (!item) continue;
      items.push(item.yaml);
      size += item.size;
    }
    return this.#count({ yaml: { is: 'list', items, at }, size });
  }

  #map(
    pairs: readonly { key: unknown; value: unknown }[],
    at: Position,
    depth: number,
    name?: string,
  ): Converted | undefined {
    const entries = new Map<string, YamlEntry>();
    const merged: Yaml[] = [];
    let size = 1;
    for (const pair of pairs) {
      const key = this.#key(pair.key);
      const value = this.convert(pair.value as YamlNode | null, depth + 1, key?.text); // A parsed map holds parsed nodes.
      if (!key || !value) continue;
      size += value.size + 1;
      if (key.text === '<<') {
        merged.push(value.yaml);
        continue;
      }
      const before = entries.get(key.text);
      if (before && key.text === 'type' && isEmptySchema(entries)) {
        const message = `type stands twice in this map, and entry_schema is empty; it is taken for that of entry_schema, indent it`;
        this.#report.warn(key.at, 'duplicate-key', message);
        const inner = new Map([['type', { at: key.at, value: value.yaml }]]);
        entries.set('entry_schema', { at: key.at, value: { is: 'map', entries: inner, at: key.at } });
        continue;
      }
      if (before) {
        const message = `${key.text} stands twice in this map, first in line ${before.at.line}; keep one of them`;
        // Twice the same says nothing new, and metadata changes nothing about a template.
        const isHarmless = name === 'metadata' || isSame(before.value, value.yaml);
        this.#report[isHarmless ? 'warn' : 'error'](key.at, 'duplicate-key', message);
        continue;
      }
      entries.set(key.text, { at: key.at, value: value.yaml });
    }
    for (const from of merged) this.#merge(from, entries);
    return this.#count({ yaml: { is: 'map', entries, at }, size });
  }

  #key(node: unknown): { text: string; at: Position } | undefined {
    const key = node as YamlNode | null; // A parsed map holds parsed nodes.
    const at = this.#source.position(key?.range?.[0] ?? 0);
    // `[ requirement, 2 ]` and paths are keys of mappings in 2.0 (chapter 15).
    if (isSeq(key) && key.items.every(isScalar)) {
      return { text: `[ ${key.items.map((item) => (isScalar(item) ? String(item.value) : '')).join(', ')} ]`, at };
    }
    // A function that makes a key (2.0 §10.1) is kept as it is written.
    if (isMap(key) && key.items.length === 1 && key.flow && key.range) {
      return { text: this.#source.text.slice(key.range[0], key.range[1]), at };
    }
    if (key !== null && !isScalar(key)) {
      this.#report.error(at, 'key-not-text', 'The key of a map is a plain name here; quote it if it is meant as text');
      return undefined;
    }
    const text = key === null ? '' : typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
    if (text === '__proto__') {
      this.#report.error(at, 'reserved-name', '__proto__ is not allowed as a name; choose another');
      return undefined;
    }
    return { text, at };
  }

  /** `<<`: keys of the named maps that the map itself does not have; earlier maps win. */
  #merge(from: Yaml, entries: Map<string, YamlEntry>): void {
    if (from.is === 'list') {
      for (const item of from.items) this.#merge(item, entries);
    } else if (from.is === 'map') {
      for (const [name, entry] of from.entries) if (!entries.has(name)) entries.set(name, entry);
    } else {
      this.#report.error(from.at, 'bad-merge', '<< takes a map, or a list of maps, such as <<: *defaults');
    }
  }

  #alias(name: string, at: Position): Converted | undefined {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.#report.error(at, 'unknown-anchor', `There is no anchor &${name} above this alias`);
      return undefined;
    }
    if (target === 'open') {
      this.#report.error(at, 'circular-alias', `*${name} stands inside what it refers to`);
      return undefined;
    }
    this.#total += target.size;
    return this.#count(target, 0);
  }

  #count(converted: Converted, own = 1): Converted | undefined {
    this.#total += own;
    if (this.#total <= this.#limits.valuesPerFile) return converted;
    const message = `${this.#report.shownFile(this.#source.file)} holds more than ${this.#limits.valuesPerFile} values once its aliases are written out`;
    return this.#stop(converted.yaml.at, 'too-many-values', message);
  }

  #stop(at: Position, rule: string, message: string): undefined {
    this.#stopped = true;
    this.#report.error(at, rule, message);
    return undefined;
  }
}

/** The package slows down with every anchor. */
const mostAnchors = 10_000;
/** `- - - -`, which nests as deep as the line is long. */
const compactNesting = /(?:[-?:] +){100}/;

/** The deepest nesting of flow brackets, and how many anchors and aliases there are; one pass, before anything recurses. */
function measure(text: string): { depth: number; anchors: number } {
  let deepest = 0;
  let depth = 0;
  let anchors = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth -= 1;
    else if (token[0] === '*' || token[0] === '&') anchors += 1;
  }
  return { depth: deepest, anchors };
}

/** `entry_schema:` with nothing behind it, above what was to stand below it but for its indentation. */
function isEmptySchema(entries: ReadonlyMap<string, YamlEntry>): boolean {
  const [name, { value }] = [...entries].at(-1) ?? ['', { value: undefined }];
  return name === 'entry_schema' && value?.is === 'scalar' && value.value === null;
}
