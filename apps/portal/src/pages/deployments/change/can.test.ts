import { expect, test } from 'vitest';
import type { Run } from '../../../api/types.ts';
import { changes, refusal, rollbackTarget } from './can.ts';

const run = (state: Run['state']): Run => ({
  id: 'run-1',
  kind: 'deployment.update',
  title: 'shop',
  state,
  done: 0,
  total: 1,
  actor: 'admin',
  createdAt: '2026-11-22T10:00:00.000Z',
});
const scaling = [{ node: 'web', count: 1, min: 1, members: ['web'] }];
const well = { state: 'running', run: run('succeeded'), scaling, wanted: 2, revision: 2 } as const;

test('everything but starting can be done with a deployment that runs', () => {
  expect(changes.map((change) => [change, refusal(change, well)])).toEqual([
    ['update', undefined],
    ['scale', undefined],
    ['heal', undefined],
    ['rollback', undefined],
    ['workflow', undefined],
    ['operation', undefined],
    ['stop', undefined],
    ['start', 'isRunning'],
  ]);
});

test('while something is being done or taken down, nothing else can be begun', () => {
  const busy = { ...well, state: 'changing', run: run('running') } as const;
  const going = { ...well, state: 'deleting', run: run('failed') } as const;
  for (const change of changes) {
    expect(refusal(change, busy)).toBe('atWork');
    expect(refusal(change, { ...busy, run: run('paused') })).toBe('atWork');
    expect(refusal(change, going)).toBe('deleting');
  }
});

test('a template without counts cannot be scaled, and a stopped one cannot be stopped', () => {
  expect(refusal('scale', { ...well, scaling: [] })).toBe('nothingCounted');
  expect(refusal('stop', { ...well, state: 'stopped' })).toBe('isStopped');
});

test('rolling back leads to the state before, or after a failure to the one last reached', () => {
  expect(rollbackTarget({ wanted: 3, revision: 3 })).toBe(2);
  expect(rollbackTarget({ wanted: 3, revision: 2 })).toBe(2);
  expect(rollbackTarget({ wanted: 1, revision: 1 })).toBeUndefined();
  expect(rollbackTarget({ wanted: 1 })).toBeUndefined();
  expect(refusal('rollback', { ...well, wanted: 1, revision: 1 })).toBe('nothingEarlier');
});
