import { testDatabase } from '@pileus/database/testing';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineRun, engineMigrations } from './index.ts';

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
const runs = 2_500;
const engine = createEngine({ database, definitions: [counting], concurrency: runs });
afterAll(() => engine.stop());

test('thousands of runs whose worker is gone go on, each from its own journal', { timeout: 60_000 }, async () => {
  // Its lease would last for an hour, but nobody holds its lock.
  const gone = 999_999;
  await sql`
    insert into run (id, kind, title, share, input, state, owner, epoch, lease_until, started, done, total)
    select 'run-' || n, 'counting', 'Counting', 'share ' || n % 3, '{}', 'running', ${gone}, 1,
      now() + interval '1 hour', now(), 1, 1
    from generate_series(1, ${runs}::int) as n`.execute(database);
  await sql`
    insert into run_step (run, seq, key, name, state, attempt, tries, token, output, started, ended)
    select 'run-' || n, 1, 'first', 'First', 'done', 1, 1, 'run-' || n || '/first', to_jsonb(n), now(), now()
    from generate_series(1, ${runs}::int) as n`.execute(database);

  await engine.work();
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
