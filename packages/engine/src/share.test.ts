import { testDatabase } from '@pileus/database/testing';
import { milliseconds, systemClock } from '@pileus/model';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { engineMigrations, type Engine } from './index.ts';
import { ended, enginesOn, story } from './testing/stories.ts';

const database = await testDatabase([engineMigrations]);
const { resting } = enginesOn(database);
const nothing = story(async () => {});

test('the run of one share begins at once, however many another one has under way and waiting', async () => {
  const open = Promise.withResolvers<void>();
  const definition = story(async (run) => {
    const isBig = await run.step({ key: 'whose', name: 'Whose' }, async () => run.id.startsWith('run-big'));
    if (isBig) await open.promise;
  });
  const engine = resting([definition], { concurrency: 5 });
  await many('big', 1_000);
  await engine.work();
  await expect.poll(() => running(engine)).toBe(5);
  const id = await engine.start(nothing, {}, { title: 'Small', actor: 'u-small' });
  expect((await ended(engine, id)).state).toBe('succeeded');
  expect(await running(engine)).toBe(5); // of the big share, which has waited for nothing
  await sql`delete from run where state = 'queued'`.execute(database);
  open.resolve();
  await expect.poll(() => running(engine)).toBe(0);
});

test('shares have their turns, one run each, whoever came first', async () => {
  const order: string[] = [];
  const definition = story(async (run) => {
    await run.step({ key: 'one', name: 'One' }, () => systemClock.sleep(milliseconds(1)));
    order.push(run.id.split('-')[1] ?? '');
  });
  const engine = resting([definition], { concurrency: 2 });
  for (const share of ['a', 'b', 'c']) await many(share, 40);
  await engine.work();
  await expect.poll(() => order.length, { timeout: 15_000 }).toBe(120);
  // Turns that are equal go by lot: where one share went before another, 40 runs would come before its first.
  for (const share of ['a', 'b', 'c']) {
    expect(order.indexOf(share)).toBeLessThan(39);
    expect(order.lastIndexOf(share)).toBeGreaterThan(80);
  }
});

/** Runs that wait, put there at once. */
async function many(share: string, count: number): Promise<void> {
  await sql`
    insert into run (id, kind, title, share, input)
    select 'run-' || ${share}::text || '-' || lpad(n::text, 4, '0'), 'test', 'Many', ${share}, '{}'
    from generate_series(1, ${count}::int) as n`.execute(database);
}

async function running(engine: Engine): Promise<number> {
  return (await engine.runs({ state: 'running', limit: 100 })).items.length;
}
