import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase, startPostgres } from '@pileus/database';
import { milliseconds, minutes, systemClock } from '@pileus/model';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineRun, engineMigrations } from './index.ts';

const directory = await mkdtemp(join(tmpdir(), 'pileus-outage-'));
const postgres = await startPostgres({ directory });
await migrate(postgres.url, [engineMigrations]);
const database = openDatabase(postgres.url);
const made: string[] = [];
const definition = defineRun({
  name: 'patient',
  input: z.unknown(),
  async tell(run) {
    for (let i = 0; i < 40; i++) {
      await run.step({ key: `s${i}`, name: `Step ${i}` }, async ({ token }) => {
        await systemClock.sleep(milliseconds(10));
        made.push(token);
      });
    }
  },
});
const bugs: unknown[] = [];
const engine = createEngine({
  database,
  definitions: [definition],
  lease: minutes(1),
  onBug: (error) => bugs.push(error),
});
afterAll(async () => {
  await engine.stop();
  await database.end();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

test(
  'a run outlasts the death of the database: nothing is lost and nothing is done twice',
  { timeout: 60_000 },
  async () => {
    await engine.work();
    const id = await engine.start(definition, {}, { title: 'Patient' });
    for (const count of [8, 20]) {
      await expect.poll(() => made.length, { interval: 5, timeout: 20_000 }).toBeGreaterThan(count);
      process.kill(Number.parseInt(await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8'), 10), 'SIGKILL');
    }
    await expect.poll(() => made.length, { timeout: 30_000 }).toBe(40);
    const state = async () =>
      (await sql<{ state: string }>`select state from run where id = ${id}`.execute(database)).rows[0]?.state;
    await expect.poll(() => state().catch(() => 'away'), { timeout: 20_000 }).toBe('succeeded');
    expect(made).toEqual(Array.from({ length: 40 }, (_, i) => `${id}/s${i}`));
    expect(bugs).toEqual([]);
  },
);
