import { expect, test } from 'vitest';
import { readTemplate } from './template.ts';

const told = (text: string) =>
  readTemplate(new Map([['t.yaml', text]]), 't.yaml').problems.map(
    ({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`,
  );

test.each<[slip: string, text: string, expected: string]>([
  [
    'a quote that is not closed',
    "a: 1\nb:\n  'open\nc: 2\nd: 3\n",
    "3:3 yaml-syntax The text that begins here is not closed; end it with '",
  ],
  ['a bracket that is not closed', 'a: [ 1, 2\nb: 3\nc: 4\n', '1:4 yaml-syntax [ is not closed; write ] where it ends'],
  ['a brace that is not closed', 'a: { b: 1, c: 2\nd: 3\n', '1:4 yaml-syntax { is not closed; write } where it ends'],
  [
    'a colon in a value',
    'a: web; purpose: to show: it\n  by: somebody\n  on: monday\nlast: 1\n',
    '1:4 yaml-syntax In this value a colon and a space begin another value; put it in quotes, or indent the key that was meant like those around it',
  ],
  ['tabs', 'a:\n\tb: 1\n\tc: 2\n', '2:1 yaml-syntax YAML is indented with spaces; replace the tabs'],
  [
    'an item that stands further left',
    'a: 1\nb:\n  - c\n- d: 1\ne: f\n',
    '4:1 yaml-syntax An item of a list stands where a key is expected; indent it like the other items of its list',
  ],
  [
    'an item that stands further right',
    'a:\n- b: 1\n  c: 2\n - d: 3\n',
    '4:2 yaml-syntax The items of a list stand one below the other; indent this one like the others',
  ],
  [
    'a key without a space behind its colon',
    'a:\n  b:1\n  c: 2\n',
    '2:3 yaml-syntax Here a key is expected; write a colon and a space behind it',
  ],
  [
    'a text that begins with a sign of YAML',
    'a: @b\n',
    '1:4 yaml-syntax A text cannot begin with @ unless it is in quotes; put it in quotes',
  ],
  [
    'a bracket too many',
    'a: ]\nb: 1\n',
    '1:4 yaml-syntax The value has ended before this; take it out, or put all of it in quotes',
  ],
  [
    'an unknown escape',
    'a: "\\q"\n',
    '1:5 yaml-syntax \\q means nothing in double quotes; write \\\\q, or use single quotes',
  ],
])('%s is told once, where it is, with what to do', (_, text, expected) => {
  expect(told(text)).toEqual([expected]);
});

test('slips that have nothing to do with one another are all told', () => {
  const lines = told('a: web: shop\nb: 1\nc:\n\td: 1\ne: @f\n').map((one) => one.split(' ')[0]);
  expect(lines).toEqual(['1:4', '4:1', '5:4']);
});
