import { expect, test } from 'vitest';
import { barOf, extentOf } from './gantt.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, second)).toISOString();
const step = (startedAt?: string, endedAt?: string) => ({
  run: 'run-1',
  seq: 1,
  key: 'k',
  name: 'n',
  state: 'done' as const,
  attempt: 1,
  ...(startedAt && { startedAt }),
  ...(endedAt && { endedAt }),
});

test('a bar covers its share of the run, and one still at work reaches to now', () => {
  const extent = extentOf(
    { createdAt: at(0), startedAt: at(0), steps: [step(at(0), at(5)), step(at(5))] },
    Date.parse(at(20)),
  );
  expect(barOf(step(at(0), at(5)), extent)).toEqual({ left: 0, width: 25 });
  expect(barOf(step(at(5)), extent)).toEqual({ left: 25, width: 75 });
  expect(barOf(step(), extent)).toBeUndefined();
});
