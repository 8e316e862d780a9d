import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { dataOf } from '../fields.ts';
import { defaultLimits } from '../limits.ts';
import { Report } from '../report.ts';
import { tryEdit } from '../testing/edits.ts';
import { Random } from '../testing/random.ts';
import { randomTemplate } from '../testing/random-template.ts';
import { threeTier } from '../testing/three-tier.ts';
import type { Data } from '../topology.ts';
import { parseYaml } from '../yaml.ts';
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
  expect(edited((t) => addItem(t, ['list'], { k: 1, m: 2 }))).toBe(text.replace('-   y', '-   y\n- k: 1\n  m: 2'));
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
  expect(() => setValue('a:\n  b: [ c ]:\n    d: 1\n', ['a', 'e'], 1)).toThrow('lines of its own');
});

test('texts that mean something else without quotes get them', () => {
  for (const word of [
    'yes',
    'No',
    'on',
    '1.0',
    '0x1F',
    '~',
    'null',
    'a: b',
    'a #b',
    ' x',
    'x ',
    '- x',
    '*x',
    '&x',
    '!x',
    '%x',
    '@x',
    '`x',
    '"',
    "'",
    '',
    'a\nb\n',
    '\u0085',
    '\uFEFFx',
    '\u{1F600}',
    '2026-11-22',
    '<<',
    '=',
  ]) {
    for (const source of ['a: x\n', 'a: "x"\n', "a: 'x'\n", 'b: { a: x }\n', 'b: { a: [ x ] }\n', 'a: |\n  x\n  y\n']) {
      const path = source.startsWith('b') ? ['b', 'a'] : ['a'];
      const edited = applyEdits(source, [setValue(source, path, word)]);
      expect(read(edited, path), edited).toBe(word);
    }
  }
});

/** As the reader of templates sees it. */
function read(source: string, path: EditPath): Data | undefined {
  const report = new Report();
  const yaml = parseYaml('a.yaml', source, report, defaultLimits);
  expect(report.problems([])).toEqual([]);
  let data: Data | undefined = yaml && dataOf(yaml);
  for (const step of path) data = (data as Readonly<Record<string, Data>> | undefined)?.[String(step)]; // A map is asked for.
  return data;
}

const shared = `base: &base { a: 1, l: [ x ] }
one: *base
two: { <<: *base, b: 2 }
own: &own [ 1 ]
three:
  <<: *base
  c: 3
`;

test('what aliases see too is not changed behind their back', () => {
  const refused = 'used in several places';
  expect(() => setValue(shared, ['base', 'a'], 2)).toThrow(refused);
  expect(() => setValue(shared, ['base'], 2)).toThrow(refused);
  expect(() => setValue(shared, ['one', 'a'], 2)).toThrow(refused);
  expect(() => addItem(shared, ['base', 'l'], 'y')).toThrow(refused);
  expect(() => removeAt(shared, ['base'])).toThrow(refused);
  expect(() => renameKey(shared, ['base', 'a'], 'z')).toThrow(refused);
  expect(applyEdits(shared, [setValue(shared, ['one'], { a: 2 })])).toBe(shared.replace('one: *base', 'one:\n  a: 2'));
  expect(applyEdits(shared, [setValue(shared, ['two', 'a'], 9)])).toBe(shared.replace('b: 2 }', 'b: 2, a: 9 }'));
  expect(applyEdits(shared, [setValue(shared, ['three', 'a'], 9)])).toBe(`${shared}  a: 9\n`);
  expect(applyEdits(shared, [addItem(shared, ['own'], 2)])).toBe(shared.replace('[ 1 ]', '[ 1, 2 ]'));
  expect(applyEdits(shared, [renameKey(shared, ['base'], 'first')])).toBe(shared.replace('base:', 'first:'));
});

test('setting what stands there already changes nothing', () => {
  for (const source of ['a: 0x10\n', "a: '16'\n", 'a:  {b: [ 1,2 ]} # c\n', '\uFEFFa: x\r\n']) {
    const data = (parse(source) as { readonly a: Data }).a; // Each has it.
    expect(applyEdits(source, [setValue(source, ['a'], data)])).toBe(source);
  }
});

const made = Array.from({ length: 4 }, (_, number) => [...randomTemplate(new Random(number)).values()]).flat();
const texts = [
  text,
  text.replaceAll('\n', '\r\n'),
  text.trimEnd(),
  `\uFEFF${text}`,
  shared,
  ...threeTier.values(),
  ...made,
];

test(
  'whatever is set, added, renamed or taken out anywhere, the text then says just that',
  { timeout: 120_000 },
  () => {
    const counts = { changed: 0, refused: 0 };
    for (let number = 0; number < 500; number++) {
      const random = new Random(number);
      counts[tryEdit(random, random.pick(texts)) ? 'changed' : 'refused'] += 1;
    }
    expect(counts.changed).toBeGreaterThan(250);
  },
);
