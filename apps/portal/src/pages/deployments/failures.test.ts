import { expect, test } from 'vitest';
import type { Step } from '../../api/types.ts';
import { failuresOf, filterSteps } from './failures.ts';

const step = (seq: number, node: string, state: Step['state'], endedAt?: string): Step => ({
  run: 'run-1',
  seq,
  key: `${node}.${seq}`,
  name: `Run Standard.start of ${node}`,
  node,
  state,
  attempt: 1,
  ...(endedAt !== undefined && { endedAt }),
});
const steps = [
  step(1, 'data', 'done', '2026-11-22T10:00:01Z'),
  step(2, 'web-1', 'failed', '2026-11-22T10:00:09Z'),
  step(3, 'web-2', 'failed', '2026-11-22T10:00:04Z'),
];

test('the failure that came first is told first', () => {
  expect(failuresOf(steps).map(({ seq }) => seq)).toEqual([3, 2]);
});

test('steps are filtered by node, by text, and by having failed', () => {
  const seqs = (filter: Parameters<typeof filterSteps>[1]) => filterSteps(steps, filter).map(({ seq }) => seq);
  expect(seqs({})).toEqual([1, 2, 3]);
  expect(seqs({ onlyFailed: true })).toEqual([2, 3]);
  expect(seqs({ node: 'data' })).toEqual([1]);
  expect(seqs({ text: 'OF WEB-2' })).toEqual([3]);
});
