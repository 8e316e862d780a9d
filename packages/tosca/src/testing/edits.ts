import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, parse, parseDocument, visit, type Document } from 'yaml';
import { addItem, applyEdits, removeAt, renameKey, setValue, type TextEdit } from '../edit/edit.ts';
import { EditRefused, type EditPath } from '../edit/edit-refused.ts';
import type { Data } from '../topology.ts';
import type { Random } from './random.ts';

const scalars: readonly Data[] = [
  'plain', 'a: b', '- x', '# no', 'yes', '1.10', '', ' lead', 'two\nlines', '{', "it's", 'ünï', '*x', '\u{1F600}', 0, -1.5, true, null,
]; // oxfmt-ignore

function valueOf(random: Random, depth = 0): Data {
  const shape = random.whole(depth < 2 ? 4 : 2);
  if (shape < 2) return random.pick(scalars);
  const inner = Array.from({ length: random.whole(4) }, () => valueOf(random, depth + 1));
  const keys = ['a', 'b c', 'type', '1', 'no', 'x:y'];
  return shape === 2 ? inner : Object.fromEntries(inner.map((one) => [random.pick(keys), one]));
}

const added = 'added key';

/**
 * Edits a text somewhere, and throws unless the text then says just what was wanted; false where the edit is refused. What is
 * outside the edit is the same by the way edits are made: one range of the text is replaced.
 */
export function tryEdit(random: Random, text: string): boolean {
  const paths = pathsOf(text);
  if (paths.length === 0) return false;
  const path = random.pick(paths);
  const value = valueOf(random);
  const before = plain(text);
  const [edit, wanted] = random.pick<readonly [() => TextEdit, () => Data]>([
    [() => setValue(text, path, value), () => withValue(before, path, value)],
    [() => setValue(text, [...path, added], value), () => withValue(before, [...path, added], value)],
    [() => addItem(text, path, value), () => withItem(before, path, value)],
    [() => removeAt(text, path), () => without(before, path)],
    [() => renameKey(text, path, added), () => renamed(before, path)],
  ]);
  try {
    const edited = applyEdits(text, [edit()]);
    if (isDeepStrictEqual(plain(edited), wanted())) return true;
    throw new Error(
      `After an edit at ${path.join('.')} with ${JSON.stringify(value)} the text says something else:\n${edited}`,
    );
  } catch (error) {
    if (error instanceof EditRefused) return false;
    throw error;
  }
}

/** With aliases written out, so that what is changed in one place is changed there only. */
function plain(text: string): Data {
  return JSON.parse(JSON.stringify(parse(text, { uniqueKeys: false }) as Data)) as Data; // YAML is plain data.
}

/** The paths that lead to something in the text, all keys being texts; none in a text with keys that stand there twice. */
function pathsOf(text: string): EditPath[] {
  const paths: EditPath[] = [];
  const walk = (node: unknown, path: EditPath): void => {
    if (path.length > 0) paths.push(path);
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        if (isScalar(key) && typeof key.value === 'string') walk(value, [...path, key.value]);
      }
    } else if (isSeq(node)) node.items.forEach((item, index) => walk(item, [...path, index]));
  };
  const document = parseDocument(text, { logLevel: 'silent' });
  const isWhole = document.errors.length === 0 && !hasLooseAlias(document);
  if (isWhole) walk(document.contents, []);
  return paths;
}

function hasLooseAlias(document: Document): boolean {
  let isLoose = false;
  visit(document, { Alias: (_, alias) => void (isLoose ||= alias.resolve(document) === undefined) });
  return isLoose;
}

function changed(data: Data, path: EditPath, change: (data: Data) => Data): Data {
  const [step, ...rest] = path;
  if (step === undefined) return change(data);
  if (Array.isArray(data)) {
    const items: readonly Data[] = data;
    return items.map((item, index) => (index === step ? changed(item, rest, change) : item));
  }
  const map = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, Data>>; // No list, so a map.
  return { ...map, [step]: changed(map[step] ?? null, rest, change) };
}

function withValue(data: Data, path: EditPath, value: Data): Data {
  return changed(data, path, () => JSON.parse(JSON.stringify(value)) as Data); // What it was, once more.
}

function withItem(data: Data, path: EditPath, value: Data): Data {
  return changed(data, path, (list) => (Array.isArray(list) ? [...(list as readonly Data[]), value] : [value])); // A list of data.
}

function without(data: Data, path: EditPath): Data {
  const last = path.at(-1);
  return changed(data, path.slice(0, -1), (parent) =>
    Array.isArray(parent)
      ? (parent as readonly Data[]).filter((_, index) => index !== last) // A list of data.
      : Object.fromEntries(Object.entries(parent ?? {}).filter(([key]) => key !== last)),
  );
}

function renamed(data: Data, path: EditPath): Data {
  const last = path.at(-1);
  return changed(data, path.slice(0, -1), (parent) =>
    Object.fromEntries(Object.entries(parent ?? {}).map(([key, value]) => [key === last ? added : key, value])),
  );
}
