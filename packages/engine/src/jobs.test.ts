import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { testDatabase } from '@pileus/database/testing';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineJob, engineMigrations, type Engine, type JobDefinition } from './index.ts';

const database = await testDatabase([engineMigrations]);
let engine: Engine | undefined;
afterEach(() => engine?.stop());

const done = new Set<string>();
const bugs: unknown[] = [];
const greet = defineJob({
  name: 'greet',
  input: z.object({ name: z.string() }),
  run: async ({ name }) => void done.add(name),
});

test('a job is done once it is committed, by any process that works', async () => {
  const api = createEngine({ database, definitions: [] });
  await database.transaction().execute(async (transaction) => {
    await api.jobs.add(greet, { name: 'one' }, { in: transaction });
  });
  await database
    .transaction()
    .execute(async (transaction) => {
      await api.jobs.add(greet, { name: 'taken back' }, { in: transaction });
      throw new Error('taken back');
    })
    .catch(() => {});
  await api.jobs.add(greet, { name: 'later' }, { key: 'same', at: new Date(Date.now() + 3_600_000) });
  await api.jobs.add(greet, { name: 'two' }, { key: 'same' });
  await work([greet]);
  await expect.poll(() => done).toEqual(new Set(['one', 'two']));
});

test('what a job throws is reported, and it stays to be tried again', async () => {
  const broken: JobDefinition = {
    name: 'broken',
    input: z.unknown(),
    run: async () => {
      throw new TypeError('no');
    },
  };
  await work([broken]);
  await engine?.jobs.add(broken, {});
  await expect.poll(() => bugs).toEqual([new TypeError('no')]);
  const left = () =>
    sql<{ last_error: string }>`select last_error from graphile_worker.jobs where task_identifier = 'broken'`.execute(
      database,
    );
  await expect.poll(async () => (await left()).rows).toEqual([{ last_error: 'no' }]);
});

test('the jobs of a worker that was killed are done by the next one', async () => {
  const api = createEngine({ database, definitions: [] });
  const slow: JobDefinition = { name: 'slow', input: z.unknown(), run: async () => void done.add('slow') };
  await api.jobs.add(slow, {});
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/job-worker.ts'), database.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((busy) => child.stdout.once('data', busy));
  const exited = new Promise((gone) => child.once('exit', gone));
  child.kill('SIGKILL');
  await exited;
  // PostgreSQL notices a moment later, and gives up what the process has held.
  const held = sql`select from pg_locks where locktype = 'advisory' and classid = 7005434::oid
    and database = (select oid from pg_database where datname = current_database())`;
  await expect.poll(async () => (await held.execute(database)).rows, { timeout: 15_000 }).toEqual([]);
  await sql`update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute' where locked_at is not null`.execute(
    database,
  );
  await work([slow]);
  await expect.poll(() => done, { timeout: 15_000 }).toContain('slow');
});

async function work(jobs: readonly JobDefinition[]): Promise<void> {
  engine = createEngine({ database, definitions: [], jobs, onBug: (error) => bugs.push(error) });
  await engine.work();
}
