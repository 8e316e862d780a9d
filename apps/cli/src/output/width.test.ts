import { expect, test } from 'vitest';
import { clip, harmless, pad, width } from './width.ts';

test('a text is as wide as a terminal draws it', () => {
  const widths = {
    abc: 3,
    云账户: 6,
    Ｗ１: 4,
    한국: 4,
    'e\u0301': 1,
    '👩‍💻': 2,
    '→…━': 3,
    '\x1b[31mred\x1b[0m': 3,
    '': 0,
  };
  for (const [text, columns] of Object.entries(widths)) expect([text, width(text)]).toEqual([text, columns]);
});

test('a clipped text never passes its limit, nor cuts a wide character in half', () => {
  expect(clip('云账户列表', 6)).toBe('云账…');
  expect(clip('云账户', 6)).toBe('云账户');
  expect(pad('云', 4)).toBe('云  ');
});

test('foreign text cannot command the terminal', () => {
  expect(harmless('a\x1b[2Jb\x1b]0;title\x07c\r\nd\x9bK\te')).toBe('abc d  e');
});
