import { expect, test } from 'vitest';
import { ago, span } from './time.ts';

test('a length of time is told in the two units that matter', () => {
  expect([400, 12_400, 185_000, 7_800_000].map((ms) => span(ms, 'en'))).toEqual([
    '400 ms',
    '12 s',
    '3 min 05 s',
    '2 h 10 min',
  ]);
  expect(span(185_000, 'zh-CN')).toBe('3 分 05 秒');
});

test('how long ago something was is told in the reader’s language', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  expect(ago('2026-11-22T09:57:00Z', now, 'zh-CN')).toBe('3分钟前');
  expect(ago('2026-11-22T09:57:00Z', now, 'en')).toBe('3 min. ago');
  expect(ago('2026-11-22T09:59:58Z', now, 'en')).toBe('now');
});
