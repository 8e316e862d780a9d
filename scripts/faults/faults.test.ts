import { expect, test } from 'vitest';
import { figuresOf } from './report.ts';
import { simulate } from './simulate.ts';

test(
  'whatever is lost, late, refused, stopped or killed: nothing is orphaned, doubled, deleted by mistake or stuck',
  { timeout: 120_000 },
  async () => {
    const outcomes = await simulate({ from: 1, seeds: 200, design: 'ours' });
    const wrong = outcomes.filter(({ notes, bugs }) => notes.length + bugs.length > 0);
    expect(wrong.map(({ seed, notes, bugs }) => ({ seed, notes, bugs }))).toEqual([]);
    const { seconds: _, crashes, ...figures } = figuresOf(outcomes, 0);
    expect(figures).toEqual({ seeds: 200, orphans: 0, duplicates: 0, stuck: 0, falseDeletes: 0 });
    expect(crashes).toBeGreaterThan(500);
  },
);

test(
  'the same faults find the leaks of a design that creates first and records then',
  { timeout: 120_000 },
  async () => {
    const { orphans, duplicates } = figuresOf(await simulate({ from: 1, seeds: 60, design: 'naive' }), 0);
    expect(orphans).toBeGreaterThan(5);
    expect(duplicates).toBeGreaterThan(5);
  },
);

test('one seed has one history', async () => {
  const [first, second] = [
    await simulate({ from: 77, seeds: 3, design: 'ours' }),
    await simulate({ from: 77, seeds: 3, design: 'ours' }),
  ];
  expect(second).toEqual(first);
});
