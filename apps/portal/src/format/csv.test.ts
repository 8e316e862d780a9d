import { expect, test } from 'vitest';
import { csv } from './csv.ts';

test('cells with commas, quotes and line ends are quoted', () => {
  expect(csv(['用户', '操作'], [['a"b', 'x,\ny']])).toBe('用户,操作\r\n"a""b","x,\ny"\r\n');
});

test('what a spreadsheet would run as a formula stays text', () => {
  expect(csv(['name'], [['=HYPERLINK("http://x")']])).toBe(`name\r\n"'=HYPERLINK(""http://x"")"\r\n`);
});
