import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { convertToTwo } from '../convert/convert.ts';
import { readArchive } from '../csar/read-archive.ts';
import { archiveFormats, writeArchive } from '../csar/write-archive.ts';
import { completionsAt } from '../describe/complete.ts';
import { openTypes } from '../describe/types.ts';
import { addItem, applyEdits, removeAt, renameKey, setValue } from '../edit/edit.ts';
import { EditRefused, type EditPath } from '../edit/edit-refused.ts';
import { evaluate, type State } from '../evaluate.ts';
import { inputsSchema } from '../inputs-schema.ts';
import { readInputs } from '../inputs.ts';
import { matchesWithin } from '../match.ts';
import { readPackage } from '../package.ts';
import { readTemplate } from '../template.ts';
import type { Data, ServiceTemplate } from '../topology.ts';
import { typeKinds } from '../unit.ts';
import { chained } from './chains.ts';
import type { FuzzSeeds } from './fuzz-seeds.ts';
import { mutated, restructured } from './mutate.ts';
import { mutatedBytes } from './mutate-bytes.ts';
import { Random } from './random.ts';

type Texts = ReadonlyMap<string, string>;

/**
 * One mutated template (three of four) or archive, made from its number alone, read as far as it can be. Throws when the
 * reader does, and when it says nothing about what it refuses or tells a problem without a place. Of the templates most are
 * small, so that many can be tried, some are whole ones, and some long chains.
 */
export function fuzzCase(number: number, seeds: FuzzSeeds): void {
  const random = new Random(number);
  const all = random.whole(25) === 0 ? seeds.whole : seeds.small;
  const seed = random.pick(all);
  if (random.whole(4) === 0) fuzzArchive(random, seed);
  else fuzzTemplate(random, random.whole(150) === 0 ? chained(random) : seed, all);
}

function fuzzTemplate(random: Random, seed: Texts, seeds: readonly Texts[]): void {
  const files = new Map(seed);
  for (let times = random.whole(5); times > 0; times--) {
    const path = random.pick([...files.keys()]);
    const other = random.pick([...random.pick(seeds).values()]);
    const change = random.pick([mutated, restructured, restructured]);
    files.set(path, change(random, files.get(path) ?? '', other));
  }
  const [entry = ''] = files.keys();
  const { template, problems } = readTemplate(files, entry);
  if (template) fuzzRead(template);
  else if (!problems.some(({ severity }) => severity === 'error')) throw new Error('Refused without a reason');
  placed(problems);
  // The slower tools get every so many.
  if (random.whole(100) === 0) fuzzConversion(files, entry);
  if (random.whole(100) === 0) fuzzDescriptions(random, files, entry);
  if (random.whole(40) === 0) fuzzEdit(random, files.get(entry) ?? '');
}

/** What is done with a template that is right. */
function fuzzRead(template: ServiceTemplate): void {
  const { topology } = template;
  inputsSchema(template);
  readInputs(template, { i0: 1, size: 'x', port: null });
  const state: State = { inputs: { i0: 'x', size: 3 }, attribute: (_, path) => (path.length > 1 ? undefined : 'seen') };
  for (const { value } of Object.values(topology.outputs)) evaluate(value, { topology }, state);
  for (const node of Object.values(topology.nodes).slice(0, 20)) {
    const place = { topology, node: node.name };
    for (const value of Object.values(node.properties)) evaluate(value, place, state);
    for (const { operations } of Object.values(node.interfaces)) {
      for (const { inputs } of Object.values(operations))
        for (const value of Object.values(inputs)) evaluate(value, place, state);
    }
    for (const dangling of node.dangling.slice(0, 5)) matchesWithin(topology, node, dangling, state);
  }
}

function fuzzConversion(texts: Texts, entry: string): void {
  const { files, problems } = convertToTwo(
    { has: (path) => texts.has(path), text: (path) => texts.get(path), paths: () => texts.keys() },
    entry,
  );
  if (!files && problems.length === 0) throw new Error('Refused without a reason');
  placed(problems);
}

function fuzzDescriptions(random: Random, texts: Texts, entry: string): void {
  const library = openTypes({ has: (path) => texts.has(path), text: (path) => texts.get(path) }, entry);
  if (!library) return;
  const paths = pathsIn(texts.get(entry) ?? '');
  for (let times = 0; times < 3 && paths.length > 0; times++) completionsAt(library, random.pick(paths).map(String));
  for (const kind of typeKinds) for (const name of library.names(kind).slice(0, 20)) library.describe(kind, name);
}

const values: readonly Data[] = [
  'x',
  'yes',
  ': #',
  1.5,
  null,
  true,
  [1, ['a']],
  { a: { b: [] } },
  'two\nlines',
  '\u{1F600}',
];

/** An edit is refused, or its text is YAML again. */
function fuzzEdit(random: Random, text: string): void {
  const paths = pathsIn(text);
  const path = paths.length > 0 ? random.pick(paths) : ['x'];
  const value = random.pick(values);
  const edit = random.pick([
    () => setValue(text, path, value),
    () => setValue(text, [...path, 'more'], value),
    () => addItem(text, path, value),
    () => removeAt(text, path),
    () => renameKey(text, path, 'other name'),
  ]);
  try {
    const { errors } = parseDocument(applyEdits(text, [edit()]), { uniqueKeys: false, logLevel: 'silent' });
    if (errors[0]) throw new Error(`An edit at ${path.join('.')} breaks the text: ${errors[0].message}`);
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
  }
}

/** Some of the paths of a text; none where the library cannot read it. */
function pathsIn(text: string): EditPath[] {
  const paths: EditPath[] = [];
  const walk = (node: unknown, path: EditPath): void => {
    if (paths.length > 500 || path.length > 30) return;
    if (path.length > 0) paths.push(path);
    if (isMap(node)) {
      for (const { key, value } of node.items) if (isScalar(key)) walk(value, [...path, String(key.value)]);
    } else if (isSeq(node)) node.items.forEach((item, index) => walk(item, [...path, index]));
  };
  try {
    walk(parseDocument(text, { uniqueKeys: false, logLevel: 'silent' }).contents, []);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return paths;
}

function fuzzArchive(random: Random, seed: Texts): void {
  const encoder = new TextEncoder();
  const files = new Map([...seed].map(([path, text]) => [path, encoder.encode(text)]));
  if (random.whole(3) === 0) files.set('TOSCA.meta', encoder.encode(metaText(random, [...seed.keys()])));
  let bytes = writeArchive(files, random.pick(archiveFormats));
  for (let times = 1 + random.whole(8); times > 0; times--) bytes = mutatedBytes(random, bytes);
  const { files: found, problems } = readArchive(bytes);
  if (!found && problems.length === 0) throw new Error('Refused without a reason');
  placed(problems);
  if (found) placed(readPackage(found).problems);
}

function metaText(random: Random, paths: readonly string[]): string {
  const entry = random.pick([...paths, '../x', '', 'a b', '\0']);
  return mutated(
    random,
    `CSAR-Version: 2.0\nEntry-Definitions: ${entry}\nOther-Definitions: ${paths.join(' ')}\n\nName: a\n`,
    '',
  );
}

function placed(problems: readonly { line: number; column: number; rule: string; message: string }[]): void {
  for (const { line, column, rule, message } of problems) {
    if (!(line >= 1 && column >= 1) || rule === '' || message === '') {
      throw new Error(`A problem has no place: ${line}:${column} ${rule} ${message}`);
    }
  }
}
