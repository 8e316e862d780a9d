import { testDatabase } from '@pileus/database/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { engineMigrations } from './index.ts';
import { begin, ended, enginesOn, story } from './testing/stories.ts';

const database = await testDatabase([engineMigrations]);
const engines = enginesOn(database);

test('what a run begins is looked for first when the database may be of an earlier time, and then for good', async () => {
  const unclear: boolean[] = [];
  const stale: boolean[] = [];
  const definition = story(async (run) => {
    for (const key of ['one', 'two']) {
      await run.step({ key, name: key }, async ({ unclearSince, isStale = false }) => {
        unclear.push(unclearSince !== undefined);
        stale.push(isStale);
      });
    }
  });
  const resting = engines.resting([definition]);
  const fresh = await begin(resting);
  const restored = await begin(resting);
  await sql`update run set state = 'running', lease_until = now() - interval '1 hour' where id = ${restored}`.execute(
    database,
  );
  const engine = await engines.working([definition]);
  await Promise.all([ended(engine, fresh), ended(engine, restored)]);
  expect(unclear.toSorted((a, b) => Number(a) - Number(b))).toEqual([false, false, true, true]);
  expect(stale.toSorted((a, b) => Number(a) - Number(b))).toEqual([false, false, true, true]);
  const { rows } = await sql<{ id: string; stale: boolean }>`select id, stale from run`.execute(database);
  expect(new Map(rows.map(({ id, stale }) => [id, stale]))).toEqual(
    new Map<string, boolean>([
      [fresh, false],
      [restored, true],
    ]),
  );
});
