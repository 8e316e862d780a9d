import type { Database } from '@pileus/database';
import { seconds, type RunId } from '@pileus/model';
import { sql } from 'kysely';
import { afterEach, expect } from 'vitest';
import { z } from 'zod';
import {
  createEngine,
  defineRun,
  type Engine,
  type EngineOptions,
  type Json,
  type Run,
  type RunDefinition,
  type RunRecord,
} from '../index.ts';

/** A run of kind `test`. */
export function story(tell: (run: Run) => Promise<Json | void>): RunDefinition {
  return defineRun({ name: 'test', input: z.unknown(), tell });
}

/** Engines that stop after each test, on a database whose runs are then forgotten. What they report as bugs fails it. */
export function enginesOn(database: Database) {
  const engines: Engine[] = [];
  const bugs: unknown[] = [];
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
    await sql`truncate run, run_step, run_log`.execute(database);
    expect(bugs.splice(0)).toEqual([]);
  });
  const resting = (definitions: readonly RunDefinition[], options: Partial<EngineOptions> = {}): Engine => {
    const onBug = (error: unknown) => bugs.push(error);
    const engine = createEngine({ database, definitions, lease: seconds(15), onBug, ...options });
    engines.push(engine);
    return engine;
  };
  return {
    bugs,
    resting,
    async working(...given: Parameters<typeof resting>): Promise<Engine> {
      const engine = resting(...given);
      await engine.work();
      return engine;
    },
  };
}

/** Starts a run of kind `test`. */
export async function begin(engine: Engine): Promise<RunId> {
  return engine.start(
    story(async () => {}),
    {},
    { title: 'Test' },
  );
}

export async function ended(engine: Engine, id: RunId): Promise<RunRecord> {
  await expect.poll(async () => (await engine.get(id))?.ended, { timeout: 10_000, interval: 10 }).toBeTruthy();
  const run = await engine.get(id);
  if (!run) throw new Error(`${id} is gone`);
  return run;
}
