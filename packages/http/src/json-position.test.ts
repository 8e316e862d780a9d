import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whereJsonBreaks } from './json-position.ts';

test.each([
  ['{"a": 1,}', 1, 9],
  ['{"a" 1}', 1, 6],
  ['[1, 2', 1, 6],
  ['{\n "a": tru\n}', 2, 7],
  ['{"a": "\n"}', 1, 7],
  ['{} {}', 1, 4],
  ["{'a': 1}", 1, 2],
  ['', 1, 1],
])('%j breaks at line %i, column %i', (text, line, column) => {
  expect(whereJsonBreaks(text)).toEqual({ line, column });
});

/** Whether nothing is found wrong before the text's end. */
function isSound(text: string): boolean {
  const lines = text.split('\n');
  const end = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  return JSON.stringify(whereJsonBreaks(text)) === JSON.stringify(end);
}

test('nothing is found wrong with what is JSON', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(isSound(text)).toBe(true);
    }),
  );
});

test('a character that JSON has nowhere is found exactly where it is', () => {
  const nested = fc.letrec((tie) => ({ any: fc.oneof(fc.nat(), fc.array(tie('any'))) })).any;
  fc.assert(
    fc.property(nested, fc.nat(), (value, where) => {
      const text = JSON.stringify(value);
      const at = where % (text.length + 1);
      expect(whereJsonBreaks(`${text.slice(0, at)}@${text.slice(at)}`)).toEqual({ line: 1, column: at + 1 });
    }),
  );
});
