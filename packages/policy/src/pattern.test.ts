import { expect, test } from 'vitest';
import { bind, matcher, matcherOfAny, readWritten, type Pattern } from './pattern.ts';

function pattern(text: string): Pattern {
  const written = readWritten(text, true);
  const bound = 'unreadable' in written ? undefined : bind(written, {});
  if (!bound) throw new Error(`${text} is no pattern`);
  return bound;
}

test('a pattern made to take for ever is tried in no time', () => {
  const hostile = matcher(pattern(`${'*a'.repeat(200)}*b`));
  expect(hostile('a'.repeat(20_000))).toBe(false);
  expect(hostile(`${'a'.repeat(20_000)}b`)).toBe(true);
});

test('of many patterns any one will do', () => {
  const any = matcherOfAny(['web-*', 'web-1', 'w?', '*-db', 'shop-x*'].map(pattern));
  for (const text of ['web-', 'web-17', 'wx', '-db', 'x-db', 'shop-x']) expect(any(text)).toBe(true);
  for (const text of ['web', 'w', 'wxy', 'db', 'shop-', '']) expect(any(text)).toBe(false);
});
