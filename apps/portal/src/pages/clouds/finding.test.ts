import { expect, test } from 'vitest';
import { isOpen } from './finding.ts';

test('a person decides about what nobody knows, until it is deleted or left alone; what was taken in needs nobody', () => {
  const at = '2026-11-22T10:00:00.000Z';
  expect(isOpen({ is: 'unknown' })).toBe(true);
  expect(isOpen({ is: 'double' })).toBe(true);
  expect(isOpen({ is: 'adopted' })).toBe(false);
  expect(isOpen({ is: 'orphan', removedAt: at })).toBe(false);
  expect(isOpen({ is: 'unknown', ignored: { at, by: 'admin', note: '' } })).toBe(false);
});
