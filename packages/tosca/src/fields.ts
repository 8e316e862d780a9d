import { emptyRecord } from './record.ts';
import { isOpen, type KeyKind, type Keys } from './grammar.ts';
import type { Report } from './report.ts';
import { hintAt, isSlip } from './suggest.ts';
import type { Data } from './topology.ts';
import type { Yaml, YamlEntry } from './yaml-tree.ts';

const noEntries: ReadonlyMap<string, YamlEntry> = new Map();
/** What stands for the entries of something that is no map, which is told where it is found. */
const refused: ReadonlyMap<string, YamlEntry> = new Map();

/** The entries of a map; nothing written (`properties:`) is an empty map. What is not a map is reported. */
export function entriesOf(report: Report, yaml: Yaml | undefined, what: string): ReadonlyMap<string, YamlEntry> {
  if (yaml === undefined || isNothing(yaml)) return noEntries;
  if (yaml.is === 'map') return yaml.entries;
  report.error(yaml.at, 'expected-map', `${what} is a map of names to values; here stands ${shown(yaml)}`);
  return refused;
}

/** Whether a construct lacks a key it needs, and nothing was said yet of what stands in its place. */
export function lacks(entries: ReadonlyMap<string, YamlEntry>, key: string, known: Keys): boolean {
  if (entries === refused) return false;
  const given = entries.get(key)?.value;
  return given === undefined || (isNothing(given) && (known.get(key) ?? 'any') === 'any');
}

export function itemsOf(report: Report, yaml: Yaml | undefined, what: string): readonly Yaml[] {
  if (yaml === undefined || isNothing(yaml)) return [];
  if (yaml.is === 'list') return yaml.items;
  report.error(yaml.at, 'expected-list', `${what} is a list; put what stands here behind "- "`);
  return [];
}

/** A text; a number or a boolean is taken as it is written. */
export function textOf(report: Report, yaml: Yaml | undefined, what: string): string | undefined {
  if (yaml === undefined || isNothing(yaml)) return undefined;
  if (yaml.is === 'scalar') return yaml.text;
  report.error(yaml.at, 'expected-text', `${what} is a text; here stands ${shown(yaml)}`);
  return undefined;
}

export function booleanOf(report: Report, yaml: Yaml | undefined, what: string): boolean | undefined {
  if (yaml === undefined || isNothing(yaml)) return undefined;
  if (yaml.is === 'scalar') {
    if (typeof yaml.value === 'boolean') return yaml.value;
    const old = oldBooleans.get(yaml.text.toLowerCase());
    if (old !== undefined) return old;
  }
  report.error(yaml.at, 'expected-boolean', `${what} is true or false; here stands ${shown(yaml)}`);
  return undefined;
}

/** What YAML 1.1 reads as a boolean and many templates still write. */
const oldBooleans = new Map([
  ['yes', true],
  ['on', true],
  ['true', true],
  ['no', false],
  ['off', false],
  ['false', false],
]);

/** Texts of a list; a single text is a list of one. */
export function textsOf(report: Report, yaml: Yaml | undefined, what: string): string[] {
  if (yaml === undefined || isNothing(yaml)) return [];
  const items = yaml.is === 'scalar' ? [yaml] : itemsOf(report, yaml, what);
  return items.flatMap((item) => textOf(report, item, `An entry of ${what}`) ?? []);
}

export function metadataOf(report: Report, yaml: Yaml | undefined, isFree = false): Record<string, string> {
  const metadata = emptyRecord<string>();
  if (yaml && yaml.is !== 'map' && !isNothing(yaml) && !isFree) {
    report.warn(
      yaml.at,
      'expected-map',
      `metadata is a map of names to texts (1.3 §3.6.2); here stands ${shown(yaml)}`,
    );
    return metadata;
  }
  for (const [name, { value }] of entriesOf(report, yaml, 'metadata')) {
    if (value.is === 'scalar') metadata[name] = textOf(report, value, `${name} in metadata`) ?? '';
    // 2.0 lets metadata hold whatever YAML can write; only texts matter here.
    else if (!isFree) {
      const tell = /^template_(?:name|author|version)$/.test(name) ? 'error' : 'warn';
      const message = `${name} in metadata is a text (1.3 §3.6.2); here stands ${shown(value)}`;
      report[tell](value.at, 'expected-text', message);
    }
  }
  return metadata;
}

/** Refuses keys the construct does not have (notes them where it is open and they are no slip), and values of another kind than the grammar asks for. */
export function checkKeys(report: Report, entries: ReadonlyMap<string, YamlEntry>, known: Keys, what: string): void {
  for (const [name, { at, value }] of entries) {
    const kind = known.get(name);
    if (kind === undefined) {
      const isNoted = isOpen(known) && !isSlip(name, known.keys());
      if (isNoted) report.warn(at, 'unknown-key', `${what} has no key ${name}, so it is not read`);
      else report.error(at, 'unknown-key', `${what} has no key ${name}${hintAtKey(name, known)}`);
    } else if (kind !== 'any') checkKind(report, kind, name, value, what);
  }
}

/** What 2.0 calls keys of 1.x that have another name and form there. */
const newKeys = new Map([
  ['constraints', 'validation'],
  ['occurrences', 'count_range'],
  ['valid_source_types', 'valid_source_node_types'],
  ['valid_target_types', 'valid_capability_types'],
]);

function hintAtKey(name: string, known: Keys): string {
  const now = newKeys.get(name);
  return now !== undefined && known.has(now) ? `; 2.0 has ${now} in its place` : hintAt(name, known.keys());
}

/** 1.3 §3.3.2: `major.minor[.fix[.qualifier[-build]]]`; a bare major is common and harmless. */
export const versionText = /^\d+(?:\.\d+(?:\.\d+(?:\.[A-Za-z][\w]*(?:-\d+)?|[.-][\w.-]+)?)?)?$/;

/** 2.0 §9.1.2.3, as it stands there: with a minor number at least. */
export const versionTextTwo = /^\d+\.\d+(?:\.\d+(?:\.[A-Za-z_]\w*(?:-\d+)?)?)?$/;

function checkKind(report: Report, kind: KeyKind, name: string, value: Yaml, what: string): void {
  const noun = `${name} of ${what}`;
  if (isNothing(value))
    report.error(value.at, 'expected-value', `${noun} holds nothing; give it a value or leave it out`);
  else if (kind === 'map' && value.is !== 'map')
    report.error(value.at, 'expected-map', `${noun} is a map of names to values; here stands ${shown(value)}`);
  else if (kind === 'list' && value.is !== 'list')
    report.error(value.at, 'expected-list', `${noun} is a list; put what stands here behind "- "`);
  else if (kind === 'text' && (value.is !== 'scalar' || typeof value.value !== 'string' || value.value === ''))
    report.error(value.at, 'expected-text', `${noun} is a text; here stands ${shown(value)}`);
  else if (kind === 'version' && !(value.is === 'scalar' && versionTextTwo.test(value.text)))
    report.error(value.at, 'bad-version', `${noun} is a version such as 1.2.3; here stands ${shown(value)}`);
  else if (
    kind === 'boolean' &&
    (value.is !== 'scalar' || typeof value.value !== 'boolean' || value.text !== String(value.value))
  )
    report.error(value.at, 'expected-boolean', `${noun} is true or false; here stands ${shown(value)}`);
}

/** The items of a list of one-entry maps (`- name: value`), as TOSCA writes requirements and policies. */
export function namedItemsOf(
  report: Report,
  yaml: Yaml | undefined,
  what: string,
  { isIndented = true }: { isIndented?: boolean } = {},
): [name: string, entry: YamlEntry][] {
  if (yaml?.is === 'map') return [...yaml.entries];
  const named: [string, YamlEntry][] = [];
  for (const item of itemsOf(report, yaml, what)) {
    const [first, ...more] = item.is === 'map' ? item.entries : [];
    if (first && more.length === 0) named.push(first);
    else if (first && !isIndented && isNothing(first[1].value)) {
      const [name, { at }] = first;
      report.warn(at, 'not-indented', `What stands beside ${name} is taken for what is below it; indent it further`);
      named.push([name, { at, value: { is: 'map', entries: new Map(more), at } }]);
    } else
      report.error(item.at, 'expected-named-item', `An entry of ${what} is written "- name: value", one name each`);
  }
  return named;
}

/** Plain data, functions not understood. */
export function dataOf(yaml: Yaml): Data {
  if (yaml.is === 'scalar') return yaml.value;
  if (yaml.is === 'list') return yaml.items.map(dataOf);
  const data = emptyRecord<Data>();
  for (const [name, { value }] of yaml.entries) data[name] = dataOf(value);
  return data;
}

export function isNothing(yaml: Yaml): boolean {
  return yaml.is === 'scalar' && yaml.value === null;
}

export function entry(yaml: Yaml | undefined, name: string): Yaml | undefined {
  return yaml?.is === 'map' ? yaml.entries.get(name)?.value : undefined;
}

/** A value in a sentence. */
export function shown(yaml: Yaml): string {
  if (yaml.is === 'map') return 'a map';
  if (yaml.is === 'list') return 'a list';
  if (yaml.value === null) return 'nothing';
  return yaml.text.length > 40 ? `${yaml.text.slice(0, 40)}…` : yaml.text || 'an empty text';
}
