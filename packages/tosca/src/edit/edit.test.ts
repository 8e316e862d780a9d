import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMap, isScalar, isSeq, parse, parseDocument } from 'yaml';
import { threeTier } from '../testing/three-tier.ts';
import type { Data } from '../topology.ts';
import { addItem, applyEdits, removeAt, renameKey, setValue } from './edit.ts';
import { EditRefused, type EditPath } from './edit-refused.ts';

const text = `# A shop
a: 1   # one
list:
- x # first
-   y

map: { k: v, l: [ 1, 2 ] }
nested:
    # deep
    block: |
      text

    quoted: "old"
    empty:
    items:
      - name: n
        size: 1
`;

test('an edit changes its own place and nothing else', () => {
  const edited = (edit: (text: string) => ReturnType<typeof setValue>) => applyEdits(text, [edit(text)]);
  expect(edited((t) => setValue(t, ['a'], 2))).toBe(text.replace('a: 1 ', 'a: 2 '));
  expect(edited((t) => setValue(t, ['nested', 'quoted'], 'new'))).toBe(text.replace('"old"', '"new"'));
  expect(edited((t) => setValue(t, ['nested', 'empty'], { b: [1] }))).toBe(
    text.replace('empty:', 'empty:\n      b:\n        - 1'),
  );
  expect(edited((t) => setValue(t, ['map', 'm'], 'x, y'))).toBe(text.replace('2 ] }', '2 ], m: "x, y" }'));
  expect(edited((t) => setValue(t, ['nested', 'items', 0, 'c'], true))).toBe(`${text}        c: true\n`);
  expect(edited((t) => addItem(t, ['list'], { n: 1, m: 2 }))).toBe(text.replace('-   y', '-   y\n- n: 1\n  m: 2'));
  expect(edited((t) => addItem(t, ['list'], 'w', 0))).toBe(text.replace('- x', '- w\n- x'));
  expect(edited((t) => removeAt(t, ['list', 0]))).toBe(text.replace('- x # first\n', ''));
  expect(edited((t) => removeAt(t, ['map', 'k']))).toBe(text.replace('k: v, ', ''));
  expect(edited((t) => removeAt(t, ['nested', 'items', 0, 'name']))).toBe(
    text.replace('name: n\n        size: 1', 'size: 1'),
  );
  expect(edited((t) => renameKey(t, ['nested', 'block'], 'x y'))).toBe(text.replace('block:', 'x y:'));
  expect(applyEdits(text, [])).toBe(text);
});

test('what cannot be edited says why', () => {
  expect(() => setValue(text, ['a', 'b', 'c'], 1)).toThrow(EditRefused);
  expect(() => removeAt(text, ['list', 7])).toThrow('There is nothing at list.7');
  expect(() => setValue('a: [', ['a'], 1)).toThrow('no YAML that can be edited');
});

const value: fc.Arbitrary<Data> = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Data>(
      'plain',
      'a: b',
      '- x',
      '# no',
      'yes',
      '1.10',
      '',
      ' lead',
      'two\nlines',
      '{',
      "it's",
      'ünï',
      '*x',
      0,
      -1.5,
      true,
      null,
    ),
    fc.array(tie('data'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b c', 'type', '1', 'no', 'x:y'), tie('data'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).data;

const texts = [text, text.replaceAll('\n', '\r\n'), text.trimEnd(), ...threeTier.values()];

test('whatever is set, added or taken out anywhere, the text then says just that', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.constantFrom('set', 'add', 'remove'),
      value,
      (source, pick, kind, given) => {
        const paths = pathsOf(source);
        const path = paths[pick % paths.length] ?? [];
        const before = parse(source, { uniqueKeys: false }) as Data;
        let edit;
        let wanted: Data;
        try {
          if (kind === 'remove') [edit, wanted] = [removeAt(source, path), without(before, path)];
          else if (kind === 'set') [edit, wanted] = [setValue(source, path, given), withValue(before, path, given)];
          else
            [edit, wanted] = [
              setValue(source, [...path, 'added key'], given),
              withValue(before, [...path, 'added key'], given),
            ];
        } catch (error) {
          if (error instanceof EditRefused) return;
          throw error;
        }
        expect(parse(applyEdits(source, [edit]), { uniqueKeys: false })).toEqual(wanted);
      },
    ),
    { numRuns: 1_000, seed: 7 },
  );
});

/** All paths but those through anchors, whose change shows in several places. */
function pathsOf(source: string): EditPath[] {
  const paths: EditPath[] = [];
  const walk = (node: unknown, path: EditPath): void => {
    if (path.length > 0) paths.push(path);
    if (isMap(node)) {
      for (const { key, value: inner } of node.items) {
        const isShared = typeof inner === 'object' && inner !== null && 'anchor' in inner && inner.anchor !== undefined;
        if (isScalar(key) && typeof key.value === 'string' && !isShared) walk(inner, [...path, key.value]);
      }
    } else if (isSeq(node)) node.items.forEach((item, index) => walk(item, [...path, index]));
  };
  walk(parseDocument(source).contents, []);
  return paths.filter((path) => path[0] !== 'dsl_definitions');
}

function withValue(data: Data, path: EditPath, given: Data): Data {
  const [step, ...rest] = path;
  if (step === undefined) return given;
  if (Array.isArray(data))
    return data.map((item: Data, index) => (index === step ? withValue(item, rest, given) : item));
  const map = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, Data>>; // No list, so a map.
  return { ...map, [step]: withValue(map[step] ?? null, rest, given) };
}

function without(data: Data, path: EditPath): Data {
  const [step, ...rest] = path;
  if (Array.isArray(data)) {
    const items: readonly Data[] = data;
    return rest.length === 0
      ? items.filter((_, index) => index !== step)
      : items.map((item, index) => (index === step ? without(item, rest) : item));
  }
  const map = data as Readonly<Record<string, Data>>; // The path leads through it.
  if (rest.length > 0) return { ...map, [String(step)]: without(map[String(step)] ?? null, rest) };
  return Object.fromEntries(Object.entries(map).filter(([key]) => key !== step));
}
