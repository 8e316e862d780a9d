import { expect, test } from 'vitest';
import { figuresOf, tables, wrongIn } from './report.ts';
import { simulate } from './simulate.ts';

/** The same ones each time, so that what fails is what was changed; PILEUS_SEED=… has others. */
const from = Number(process.env['PILEUS_SEED'] ?? 1);

test(`10,000 histories from seed ${from} on, of every kind: 0 orphans, 0 duplicates, 0 stuck, 0 false deletions`, async () => {
  const start = performance.now();
  const outcomes = await simulate({ from, seeds: 10_000, design: 'ours' });
  for (const table of tables(outcomes)) console.table(table);
  const figures = figuresOf(outcomes, (performance.now() - start) / 1_000);
  console.table([figures]);
  const wrong = outcomes.filter(({ notes, bugs }) => notes.length + bugs.length > 0);
  expect(wrong.map(({ seed, notes, bugs }) => ({ seed, notes, bugs }))).toEqual([]);
  expect(Object.values(wrongIn(figures)).filter((count) => count > 0)).toEqual([]);
  expect(figures).toMatchObject({ seeds: 10_000, orphans: 0, duplicates: 0, stuck: 0, falseDeletes: 0 });
});
