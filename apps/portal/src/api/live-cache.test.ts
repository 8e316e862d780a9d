import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { applyEvent, keepLive, readOmitted } from './live-cache.ts';
import type { LiveEvent, Run, RunDetail } from './types.ts';

const aRun = (change: Partial<Run> = {}): Run => ({
  id: 'run-1',
  kind: 'deployment.create',
  title: 'Deploy shop',
  state: 'running',
  done: 1,
  total: 5,
  deployment: 'dep-1',
  actor: 'admin',
  createdAt: '2026-11-22T10:00:00.000Z',
  ...change,
});
const key = ['get /runs/{run}', { params: { run: 'run-1' } }];
const detail = (run: Run): RunDetail => ({ ...run, steps: [] });
const runEvent = (change: Partial<Run>): LiveEvent => ({ is: 'run', run: aRun(change) });

test('an event changes a run wherever it was read, and keeps its steps', () => {
  const cache = new QueryClient();
  cache.setQueryData(key, {
    ...detail(aRun()),
    steps: [{ run: 'run-1', seq: 0, key: 'a', name: 'a', state: 'done', attempt: 1 }],
  });
  cache.setQueryData(['get /runs', 'pages', {}], { pages: [{ items: [aRun()] }], pageParams: [undefined] });
  applyEvent(cache, runEvent({ done: 3 }));
  expect(cache.getQueryData(key)).toMatchObject({ done: 3, steps: [{ key: 'a' }] });
  expect(cache.getQueryData(['get /runs', 'pages', {}])).toMatchObject({ pages: [{ items: [{ done: 3 }] }] });
});

test('an answer that was on its way while events came does not take their news back', async () => {
  const cache = new QueryClient();
  const keep = keepLive(cache);
  let answer = (_: RunDetail) => {};
  const reading = cache.fetchQuery({
    queryKey: key,
    queryFn: () => new Promise<RunDetail>((resolve) => (answer = resolve)),
  });
  await Promise.resolve();
  keep(runEvent({ done: 4 }));
  keep(runEvent({ done: 5, state: 'succeeded' }));
  answer(detail(aRun({ done: 2 })));
  await reading;
  expect(cache.getQueryData(key)).toMatchObject({ done: 5, state: 'succeeded' });
});

test('an old run does not push the newer one off its deployment', () => {
  const cache = new QueryClient();
  const deployment = ['get /deployments/{deployment}', { params: { deployment: 'dep-1' } }];
  cache.setQueryData(deployment, { id: 'dep-1', run: aRun({ id: 'run-2', createdAt: '2026-11-22T11:00:00.000Z' }) });
  applyEvent(cache, runEvent({ state: 'failed' }));
  expect(cache.getQueryData(deployment)).toMatchObject({ run: { id: 'run-2' } });
});

test('a list that is due to be read again stays so, whatever events say of its items', () => {
  const cache = new QueryClient();
  const lists = [
    ['get /deployments', 'pages', {}],
    ['get /runs', 'pages', {}],
  ];
  for (const list of lists) {
    cache.setQueryData(list, { pages: [{ items: [aRun()] }], pageParams: [undefined] }, { updatedAt: 1000 });
    void cache.invalidateQueries({ queryKey: list });
  }
  applyEvent(cache, runEvent({ done: 3 }));
  expect(cache.getQueryData(lists[1]!)).toMatchObject({ pages: [{ items: [{ done: 3 }] }] });
  for (const list of lists)
    expect(cache.getQueryState(list)).toMatchObject({ isInvalidated: true, dataUpdatedAt: 1000 });
});

test('what events do not carry is read again, once for many events', async () => {
  const cache = new QueryClient();
  let readings = 0;
  const queryKey = ['get /deployments/{deployment}', { params: { deployment: 'dep-1' } }];
  const read = async () => ({ id: 'dep-1', run: aRun(), outputs: [{ name: 'url', value: (readings += 1) }] });
  const stop = new QueryObserver(cache, { queryKey, queryFn: read }).subscribe(() => {});
  await new Promise((resolve) => setTimeout(resolve, 10));
  const see = readOmitted(cache, 20);
  for (const seq of [1, 2, 3]) {
    see({ is: 'step', step: { run: 'run-1', seq, key: `s${seq}`, name: 's', state: 'done', attempt: 1 } });
  }
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(readings).toBe(2);
  stop();
});

test('a run that goes on has no end and no failure any more', () => {
  const cache = new QueryClient();
  const failure = { code: 'script-failed', facts: {} };
  cache.setQueryData(key, detail(aRun({ state: 'failed', endedAt: '2026-11-22T10:01:00.000Z', failure })));
  applyEvent(cache, runEvent({ state: 'queued' }));
  expect(cache.getQueryData(key)).toEqual(detail(aRun({ state: 'queued' })));
});

test('the steps of a run are read once more when it has ended', async () => {
  const cache = new QueryClient();
  let readings = 0;
  const queryFn = () => Promise.resolve(detail(aRun({ done: ++readings })));
  const stop = new QueryObserver(cache, { queryKey: key, queryFn, staleTime: Infinity }).subscribe(() => {});
  await expect.poll(() => readings).toBe(1);
  const see = readOmitted(cache, 20);
  see(runEvent({ done: 2 }));
  see(runEvent({ done: 5, state: 'failed', endedAt: '2026-11-22T10:01:00.000Z' }));
  await expect.poll(() => readings).toBe(2);
  stop();
});

test('a reading that was under way when an event came is followed by another one', async () => {
  const cache = new QueryClient();
  const answers: ((run: RunDetail) => void)[] = [];
  const queryFn = () => new Promise<RunDetail>((resolve) => void answers.push(resolve));
  const stop = new QueryObserver(cache, { queryKey: key, queryFn, staleTime: Infinity }).subscribe(() => {});
  await expect.poll(() => answers.length).toBe(1);
  readOmitted(cache, 20)(runEvent({ done: 5, state: 'failed', endedAt: '2026-11-22T10:01:00.000Z' }));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(answers).toHaveLength(1);
  answers[0]?.(detail(aRun({ done: 2 })));
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.(detail(aRun({ done: 5, state: 'failed' })));
  await expect.poll(() => cache.getQueryData(key)).toMatchObject({ done: 5, state: 'failed' });
  stop();
});
