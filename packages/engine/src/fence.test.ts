import { testDatabase } from '@pileus/database/testing';
import { milliseconds, seconds, systemClock } from '@pileus/model';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineRun, engineMigrations, RunLost } from './index.ts';

const database = await testDatabase([engineMigrations]);
const reasons: unknown[] = [];
const definition = defineRun({
  name: 'fenced',
  input: z.unknown(),
  tell: async (run) => {
    run.signal.addEventListener('abort', () => reasons.push(run.signal.reason));
    await run.step({ key: 'one', name: 'One', record: () => [{ into: 'note', row: {} }] }, async ({ log }) => {
      // Another worker claims the run while this one is busy with it.
      await sql`update run set epoch = epoch + 1, owner = null, lease_until = now() + interval '1 hour'`.execute(
        database,
      );
      await sql`update run set state = 'succeeded'`.execute(database);
      log('too late');
      return 'too late';
    });
    await run.step({ key: 'two', name: 'Two' }, async () => {});
  },
});
let notes = 0;
const bugs: unknown[] = [];
const engine = createEngine({
  database,
  definitions: [definition],
  projections: { note: async () => void notes++ },
  lease: seconds(60),
  onBug: (error) => bugs.push(error),
});
afterAll(() => engine.stop());

test('what a worker writes about a run that another has claimed is refused, and it lets go of the run', async () => {
  const id = await engine.start(definition, {}, { title: 'Fenced' });
  await engine.work();
  await expect.poll(() => reasons).toEqual([expect.any(RunLost)]);
  await systemClock.sleep(milliseconds(150)); // longer than a log line waits
  expect(await engine.steps(id)).toMatchObject([{ key: 'one', state: 'started', output: null }]);
  expect((await engine.logs({ run: id })).items).toEqual([]);
  expect([notes, bugs]).toEqual([0, []]);
});
