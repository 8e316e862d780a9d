import { expect, test } from 'vitest';
import { refusedPassword } from './password.ts';

const codeOf = (password: string, names: readonly string[] = []) => refusedPassword(password, names)?.code;

test('a password has 8 to 256 characters, of whatever kind', () => {
  expect(codeOf('x7Kq2vZ')).toBe('password-length');
  expect(codeOf('x7Kq2vZ9')).toBeUndefined();
  expect(codeOf('正确的马电池订书钉')).toBeUndefined();
  expect(codeOf('🐎🔋📎🐎🔋📎🐎')).toBe('password-length');
  expect(codeOf('🐎🔋📎🐎🔋📎🐎🔋')).toBeUndefined();
  expect(codeOf('ab cd'.repeat(51))).toBeUndefined();
  expect(codeOf('ab cd'.repeat(52))).toBe('password-length');
  expect(codeOf('')).toBe('password-length');
});

test.each([
  'password',
  'PassWord',
  'ｐａｓｓｗｏｒｄ',
  'password123!',
  '12345678',
  'iloveyou',
  'qwertyuiop',
  '1qaz2wsx',
  'football2026',
  'aaaaaaaaaaaaaaaa',
  '        ',
])('“%s” is too common', (password) => expect(codeOf(password)).toBe('password-common'));

test.each([
  ['adalovelace', ['Ada Lovelace']],
  ['lovelace1815', ['Ada Lovelace']],
  ['ecalevol!!', ['Ada Lovelace']],
  ['Ada.Lovelace', ['ada.lovelace@example.org']],
  ['example.org1', ['ada@example.org']],
  ['pileus-12345', ['ada', 'pileus']],
])('“%s” is little more than a name of %s', (password, names) => expect(codeOf(password, names)).toBe('password-name'));

test('a name inside a long password does no harm, nor does a name of two letters', () => {
  expect(codeOf('lovelace and the analytical engine', ['Ada Lovelace'])).toBeUndefined();
  expect(codeOf('lithium4', ['Li Lei'])).toBeUndefined();
});
