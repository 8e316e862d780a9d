import { testDatabase } from '@pileus/database/testing';
import { hours, systemClock } from '@pileus/model';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineRun, engineMigrations, type Engine } from './index.ts';

const database = await testDatabase([engineMigrations]);
const doneAgain: string[] = [];
const counting = defineRun({
  name: 'counting',
  input: z.unknown(),
  async tell(run) {
    const first = await run.step({ key: 'first', name: 'First' }, async () => {
      doneAgain.push(run.id);
      return 0;
    });
    return run.step({ key: 'second', name: 'Second' }, async () => first + 1);
  },
});
/** Goes on for as long as the test does. */
const endless = defineRun({
  name: 'endless',
  input: z.unknown(),
  async tell(run) {
    await run.step({ key: 'wait', name: 'Wait' }, ({ signal }) => systemClock.sleep(hours(1), signal));
  },
});
const engines: Engine[] = [];
function working(concurrency: number): Engine {
  const engine = createEngine({ database, definitions: [counting, endless], concurrency });
  engines.push(engine);
  return engine;
}
/** A worker without a lock; its lease would last for an hour. */
const gone = 999_999;

beforeEach(() => sql`truncate run, run_step`.execute(database));
afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.stop())));

test('thousands of runs whose worker is gone go on, each from its own journal', { timeout: 60_000 }, async () => {
  const runs = 2_500;
  await sql`
    insert into run (id, kind, title, share, input, state, owner, epoch, lease_until, started, done, total)
    select 'run-' || n, 'counting', 'Counting', 'share ' || n % 3, '{}', 'running', ${gone}, 1,
      now() + interval '1 hour', now(), 1, 1
    from generate_series(1, ${runs}::int) as n`.execute(database);
  await sql`
    insert into run_step (run, seq, key, name, state, attempt, tries, token, output, started, ended)
    select 'run-' || n, 1, 'first', 'First', 'done', 1, 1, 'run-' || n || '/first', to_jsonb(n), now(), now()
    from generate_series(1, ${runs}::int) as n`.execute(database);

  await working(runs).work();
  await expect
    .poll(async () => (await sql`select 1 from run where state <> 'succeeded'`.execute(database)).rows.length, {
      timeout: 55_000,
    })
    .toBe(0);
  const { rows } = await sql`
    select count(*)::int as runs, max(epoch) as epoch, min(done) as done, max(total) as total from run
    where output = to_jsonb(substr(id, 5)::int + 1)`.execute(database);
  expect(rows).toEqual([{ runs, epoch: 2, done: 2, total: 2 }]);
  expect(doneAgain).toEqual([]);
});

test('runs whose worker is gone go on at one that has as much to do as it may', { timeout: 30_000 }, async () => {
  const engine = working(3);
  await engine.work();
  for (let n = 1; n <= 5; n++) await engine.start(endless, {}, { title: 'Endless', share: 'a' });
  const held = () => sql`select 1 from run where state = 'running' and owner <> ${gone}`.execute(database);
  await expect.poll(async () => (await held()).rows.length, { timeout: 10_000 }).toBe(3);

  await sql`
    insert into run (id, kind, title, share, input, state, owner, epoch, lease_until, started)
    select 'run-' || n, 'endless', 'Begun', 'a', '{}', 'running', ${gone}, 1, now() + interval '1 hour', now()
    from generate_series(1, 4) as n`.execute(database);
  const free = await engine.start(counting, {}, { title: 'First', share: 'b' });
  await expect.poll(async () => (await engine.get(free))?.state, { timeout: 10_000 }).toBe('succeeded');
  await expect.poll(async () => (await held()).rows.length, { timeout: 10_000 }).toBe(6); // twice as many
  const { rows } = await sql`
    select title, state, count(*)::int as runs from run where kind = 'endless' and (owner is null or owner <> ${gone})
    group by title, state order by title, state`.execute(database);
  expect(rows).toEqual([
    { title: 'Begun', state: 'running', runs: 3 },
    { title: 'Endless', state: 'queued', runs: 2 },
    { title: 'Endless', state: 'running', runs: 3 },
  ]);
});
