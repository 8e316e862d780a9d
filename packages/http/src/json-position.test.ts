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

test('it finds nothing wrong with what is JSON, and something with what is not', () => {
  const sound = (text: string) => {
    const { line, column } = whereJsonBreaks(text);
    const lines = text.split('\n');
    return line === lines.length && column === (lines.at(-1)?.length ?? 0) + 1;
  };
  fc.assert(fc.property(fc.json(), (text) => sound(text)));
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom(',', ']', '}', '"', ':', '@'), (text, where, extra) => {
      const at = where % text.length;
      const changed = text.slice(0, at) + extra + text.slice(at);
      let isJson = true;
      try {
        JSON.parse(changed);
      } catch {
        isJson = false;
      }
      // A text that is cut short breaks at its end, as a whole one does.
      return isJson ? sound(changed) : !sound(changed) || cutShort(changed);
    }),
  );
});

function cutShort(text: string): boolean {
  return ['"', '"}', '}', ']', ':0}', '":0}'].some((ending) => endings(text, ending, 6));
}

function endings(text: string, ending: string, depth: number): boolean {
  try {
    JSON.parse(text + ending);
    return true;
  } catch {
    return depth > 0 && ['}', ']'].some((more) => endings(text, ending + more, depth - 1));
  }
}
