import { expect, test, vi } from 'vitest';
import { figuresOf, wrongIn } from './report.ts';
import { simulate } from './simulate.ts';

test(
  'whatever is lost, late, refused, stopped or killed: nothing is orphaned, doubled, deleted by mistake or stuck',
  { timeout: 120_000 },
  async () => {
    const outcomes = await simulate({ from: 1, seeds: 200, design: 'ours' });
    const wrong = outcomes.filter(({ notes, bugs }) => notes.length + bugs.length > 0);
    expect(wrong.map(({ seed, notes, bugs }) => ({ seed, notes, bugs }))).toEqual([]);
    const figures = figuresOf(outcomes, 0);
    expect(Object.values(wrongIn(figures)).filter((count) => count > 0)).toEqual([]);
    expect(figures).toMatchObject({ seeds: 200, orphans: 0, duplicates: 0, stuck: 0, falseDeletes: 0 });
    expect(figures.crashes).toBeGreaterThan(500);
  },
);

test(
  'after the database was put back to an earlier moment all that there is is known, or reported; nothing is made twice',
  { timeout: 120_000 },
  async () => {
    const outcomes = await simulate({ from: 1, seeds: 60, design: 'ours', always: 'F23' });
    expect(outcomes.flatMap(({ seed, notes, bugs }) => [...notes, ...bugs].map((what) => ({ seed, what })))).toEqual(
      [],
    );
    const { reported, adopted, ...figures } = figuresOf(outcomes, 0);
    expect(figures).toMatchObject({ seeds: 60, orphans: 0, duplicates: 0, stuck: 0, falseDeletes: 0 });
    expect(reported).toBeGreaterThan(50);
    expect(adopted).toBeGreaterThan(0);
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

test('one seed has one history: the same boundaries and calls, in the same order, at the same times', async () => {
  // Enough of them are mended while their cloud throttles, fail, and go on at another worker.
  const [first, second] = [
    await simulate({ from: 1, seeds: 24, design: 'ours' }),
    await simulate({ from: 1, seeds: 24, design: 'ours' }),
  ];
  expect(second).toEqual(first);
});

test('nothing in a history asks what time it really is, waits for it, or draws lots of its own', async () => {
  const real = [
    vi.spyOn(Math, 'random'),
    vi.spyOn(Date, 'now'),
    vi.spyOn(performance, 'now'),
    vi.spyOn(globalThis, 'setTimeout'),
    vi.spyOn(AbortSignal, 'timeout'),
    vi.spyOn(crypto, 'getRandomValues'),
  ];
  try {
    await simulate({ from: 1, seeds: 24, design: 'ours' });
    expect(Object.fromEntries(real.map((spy) => [spy.getMockName(), spy.mock.calls.length]))).toEqual(
      Object.fromEntries(real.map((spy) => [spy.getMockName(), 0])),
    );
  } finally {
    for (const spy of real) spy.mockRestore();
  }
});
