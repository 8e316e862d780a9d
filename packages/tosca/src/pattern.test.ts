import { expect, test } from 'vitest';
import { patternOf } from './pattern.ts';

test('patterns match whole texts as JavaScript matches them', () => {
  const patterns = [
    'abc',
    'a*',
    'a+b?',
    '(ab|cd)+',
    '(?:a|b|)c',
    '[a-z0-9_]+',
    '[^a-c]',
    '^a.c$',
    '^(a|b)*$|cc',
    'a{2}',
    'a{2,}',
    'a{1,3}b',
    '\\d{1,3}(\\.\\d{1,3}){3}',
    '[a-z]([-a-z0-9]*[a-z0-9])?',
    '\\w+\\s\\S*',
    '(a*)*b',
    '((a|ab)(c|bcd))(d*)',
    '\\.\\*\\(',
    '[\\]\\-a]+',
    'a{,2}',
    '\\u0061\\x62',
    '\\p{L}+',
    '.*?b',
    'a|',
    '()',
    '[.]',
    'x{0}',
  ];
  const texts = [
    '',
    'a',
    'b',
    'c',
    'ab',
    'abc',
    'aac',
    'aab',
    'aaab',
    'aaaab',
    'abcd',
    'cdab',
    'cc',
    'a.c',
    'a\nc',
    '10.0.0.1',
    '1.2.3',
    'web-1',
    '-web',
    'a b',
    '.*(',
    ']-a',
    'a{,2}',
    'é',
    'xyz',
    'bbb',
    '😀',
  ];
  for (const pattern of patterns) {
    let native: RegExp;
    try {
      native = new RegExp(`^(?:${pattern})$`, 'u');
    } catch {
      native = new RegExp(`^(?:${pattern})$`);
    }
    const ours = patternOf(pattern);
    if (pattern === 'a{,2}') expect(ours).toBeUndefined();
    else
      for (const text of texts)
        expect(ours?.matches(text), `${pattern} on ${JSON.stringify(text)}`).toBe(native.test(text));
  }
});

test('a pattern made to take for ever does not', () => {
  const text = `${'a'.repeat(2_000)}!`;
  for (const pattern of ['(a+)+', '(a|a)*b', '(a|aa)+$', '(.*)*x', '((a*)*)*c'])
    expect(patternOf(pattern)?.matches(text)).toBe(false);
});

test('what cannot be matched so is no pattern', () => {
  for (const pattern of ['(', ')', '[a', '*a', 'a{3,1}', '(?=a)b', '(a)\\1', '((a{99}){99}){99}', 'a\\', '[b-a]']) {
    expect(patternOf(pattern), pattern).toBeUndefined();
  }
});
