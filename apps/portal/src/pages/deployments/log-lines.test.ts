import { expect, test } from 'vitest';
import type { LogLine } from '../../api/types.ts';
import { addLines, filterLines, lastLinesOf } from './log-lines.ts';

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

test('what was written before comes before what came live', () => {
  const at = (seq: number) => ({ ...line(seq), at: `2026-11-22T10:00:0${seq}.000Z` });
  expect(addLines([at(3)], [at(1), at(2), at(3)]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('lines are filtered by node, step, stream, run and by text, whatever its case', () => {
  const lines = [
    line(1, 'Listening'),
    line(2, 'listening', 'db'),
    line(3, 'done'),
    { ...line(4, 'no disk'), stream: 'err' as const, step: 'web.start' },
    { ...line(5), run: 'run-2' },
  ];
  expect(filterLines(lines, {})).toBe(lines);
  expect(filterLines(lines, { node: 'web', text: 'LISTEN' })).toEqual([lines[0]]);
  expect(filterLines(lines, { onlyErrors: true })).toEqual([lines[3]]);
  expect(filterLines(lines, { step: 'web.start' })).toEqual([lines[3]]);
  expect(filterLines(lines, { run: 'run-2' })).toEqual([lines[4]]);
});

test('the end of a step’s log is what it said last, without empty lines', () => {
  const lines = [line(1), line(2, 'two'), line(3, ' '), { ...line(4), step: 'other' }, line(5, 'five')];
  expect(lastLinesOf(lines, 'web.create', 2).map(({ text }) => text)).toEqual(['two', 'five']);
});
