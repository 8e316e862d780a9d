import { expect, test } from 'vitest';
import { Live, type Open } from './live.ts';
import type { LiveEvent } from './types.ts';

const event = (title: string): LiveEvent => ({
  is: 'run',
  run: {
    id: 'run-1',
    kind: 'k',
    title,
    state: 'running',
    done: 0,
    total: 1,
    actor: 'admin',
    createdAt: '2026-11-22T10:00:00.000Z',
  },
});
const settled = () => new Promise((resolve) => setTimeout(resolve, 40));

test('there is one stream for all that is wanted, and none once nothing is', async () => {
  const opened: string[] = [];
  const open: Open = async function* (topics, _after, signal, accepted) {
    opened.push(topics);
    accepted();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    yield* [];
  };
  const live = new Live({ open, onEvent: () => {}, onGap: () => {} });
  const first = live.want(['runs']);
  const second = live.want(['deployments', 'runs']);
  await settled();
  second();
  await settled();
  first();
  await settled();
  expect(opened).toEqual(['deployments,runs', 'runs']);
  expect(live.state).toBe('idle');
});

test('after a lost connection the stream goes on from the last event seen', async () => {
  const asked: (string | undefined)[] = [];
  const seen: LiveEvent[] = [];
  const states: string[] = [];
  const open: Open = async function* (_topics, after, signal, accepted) {
    asked.push(after);
    accepted();
    if (asked.length === 1) {
      yield { id: '41', data: event('first') };
      throw new TypeError('network error');
    }
    yield { id: '42', data: event('second') };
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  let gaps = 0;
  const live = new Live({
    open,
    onEvent: (one) => seen.push(one),
    onGap: () => (gaps += 1),
    wait: () => Promise.resolve(),
  });
  live.watch(() => states.push(live.state));
  const stop = live.want(['runs']);
  await settled();
  expect(asked).toEqual([undefined, '41']);
  expect(seen).toHaveLength(2);
  expect(gaps).toBe(1);
  expect(states).toEqual(['connecting', 'open', 'interrupted', 'open']);
  stop();
  await settled();
});

test('a topic that comes later may have had news before the stream carried it: what was read is read again', async () => {
  let sent = 0;
  const open: Open = async function* (_topics, _after, signal, accepted) {
    accepted();
    yield { id: String((sent += 1)), data: event('news') };
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  };
  let gaps = 0;
  const live = new Live({ open, onEvent: () => {}, onGap: () => (gaps += 1) });
  const runs = live.want(['runs']);
  await settled();
  expect(gaps).toBe(1);
  const deployment = live.want(['deployment:dep-1']);
  await settled();
  expect(gaps).toBe(2);
  deployment();
  await settled();
  expect(gaps).toBe(2);
  runs();
});
