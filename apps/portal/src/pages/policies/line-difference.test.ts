import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDifference } from './line-difference.ts';

const text = fc
  .array(fc.constantFrom('{', '}', 'a', 'a,', 'b', ''), { maxLength: 12 })
  .map((lines) => lines.join('\n'));

test('a difference leads from the one text to the other', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDifference(before, after);
      const without = (gone: string) => lines.flatMap((line) => (line.is === gone ? [] : [line.text])).join('\n');
      expect(without('removed')).toBe(after);
      const bare = (given: string) => given.replaceAll(/,$/gm, '');
      expect(bare(without('added'))).toBe(bare(before));
    }),
  );
});

test('what is the same in both is not shown as changed', () => {
  expect(lineDifference('a\nb\nc\nd', 'a,\nc\nx\nd').map(({ is, text: line }) => `${is} ${line}`)).toEqual([
    'same a,',
    'removed b',
    'same c',
    'added x',
    'same d',
  ]);
});
