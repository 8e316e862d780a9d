import { expect, test } from 'vitest';
import type { LogLine } from '../../api/types.ts';
import { addLines, filterLines } from './log-lines.ts';

const line = (seq: number, text = 'ready', node = 'web'): LogLine => ({
  run: 'run-1',
  step: 'web.create',
  node,
  seq,
  at: '2026-11-22T10:00:00.000Z',
  stream: 'out',
  text,
});

test('a line that was read and also came live is shown once', () => {
  expect(addLines([line(1), line(2)], [line(2), line(3)]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const known = [line(1)];
  expect(addLines(known, [line(1)])).toBe(known);
});

test('lines are filtered by node and by text, whatever its case', () => {
  const lines = [line(1, 'Listening'), line(2, 'listening', 'db'), line(3, 'done')];
  expect(filterLines(lines, 'web', 'LISTEN')).toEqual([lines[0]]);
});
