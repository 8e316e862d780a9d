import { testDatabase } from '@pileus/database/testing';
import { Failure, milliseconds, systemClock, type RunId } from '@pileus/model';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createEngine, defineRun, engineMigrations, walk, type Engine, type Projection } from './index.ts';
import { seeded } from './testing/seeded.ts';

const database = await testDatabase([engineMigrations]);
await sql`create table made (run text, key text, primary key (run, key))`.execute(database);
const running = new Set<Engine>();
afterAll(() => Promise.all([...running].map((engine) => engine.stop())));

/** A cloud that knows client tokens: the same token twice makes one thing. */
const cloud = new Map<string, Set<string>>();
let random = seeded(1);

const definition = defineRun({
  name: 'random',
  input: z.object({ nodes: z.number() }),
  async tell(run, { nodes }) {
    // The graph must be the same at every telling: it depends on the run alone.
    const choose = seeded(nodes);
    const graph = new Map(
      Array.from({ length: nodes }, (_, i) => [
        `n${i}`,
        i ? [`n${Math.floor(choose() * i)}`, `n${Math.floor(choose() * i)}`] : [],
      ]),
    );
    await run.plan([...graph.keys()].map((key) => ({ key, name: key })));
    const outcomes = await walk(
      graph,
      (key) =>
        run.step(
          { key, name: key, retry: { first: milliseconds(1), attempts: 3 }, record: () => [made(run.id, key)] },
          act(run.id, key),
        ),
      { signal: run.signal, skip: (key, because) => run.skip(key, because) },
    );
    for (const outcome of outcomes.values()) if (outcome.is === 'failed') throw outcome.error;
    for (const outcome of outcomes.values()) if (outcome.is !== 'done') throw new Failure('cancelled');
  },
});

const made = (run: RunId, key: string) => ({ into: 'made', row: { run, key } });

/** Refuses clearly, loses requests, loses replies, takes its time. */
function act(run: RunId, key: string) {
  return async ({ token }: { token: string }) => {
    await systemClock.sleep(milliseconds(random() * 8));
    const dice = random();
    if (dice < 0.1) throw new Failure('provider-conflict', { provider: 'c', detail: 'busy' });
    if (dice < 0.15) throw new Failure('provider-invalid', { provider: 'c', detail: 'no' });
    if (dice < 0.2) throw new Failure('provider-throttled', { provider: 'c', detail: 'slow' });
    if (dice < 0.27) throw new Failure('provider-unreachable', { provider: 'c', detail: 'request lost' });
    const name = `${run} ${key}`;
    cloud.set(name, (cloud.get(name) ?? new Set()).add(token));
    if (dice < 0.37) throw new Failure('provider-unreachable', { provider: 'c', detail: 'reply lost' });
  };
}

const record: Projection = async (transaction, rows) => {
  await sql`insert into made select x.run, x.key from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(run text, key text)`.execute(
    transaction,
  );
};

test.each([1, 2, 3])(
  'whatever fails, is cancelled, resumed or restarted, each thing is made once (seed %i)',
  { timeout: 60_000 },
  async (seed) => {
    random = seeded(seed);
    const bugs: unknown[] = [];
    const start = async () => {
      const engine = createEngine({
        database,
        definitions: [definition],
        projections: { made: record },
        onBug: (error) => bugs.push(error),
      });
      running.add(engine);
      await engine.work();
      return engine;
    };
    let engine = await start();
    const sizes = Array.from({ length: 12 }, () => 1 + Math.floor(random() * 15));
    const ids = await Promise.all(
      sizes.map((nodes) => engine.start(definition, { nodes }, { title: `${nodes} nodes` })),
    );
    for (let left = ids; left.length > 0;) {
      await systemClock.sleep(milliseconds(random() * 60));
      const victim = left[Math.floor(random() * left.length)] ?? ids[0]!;
      const dice = random();
      if (dice < 0.2) await engine.cancel(victim).catch(refused);
      if (dice > 0.85) {
        const next = start();
        await engine.stop();
        running.delete(engine);
        engine = await next;
      }
      const runs = await Promise.all(left.map((id) => engine.get(id)));
      for (const run of runs) if (run?.state === 'failed' || run?.state === 'cancelled') await engine.resume(run.id);
      left = left.filter((_, i) => runs[i]?.state !== 'succeeded');
    }
    await engine.stop();
    for (const [i, id] of ids.entries()) {
      const steps = await engine.steps(id);
      expect(steps.map(({ state }) => state)).toEqual(Array.from({ length: sizes[i] ?? 0 }, () => 'done'));
      for (const { key, token } of steps) expect([...(cloud.get(`${id} ${key}`) ?? [])]).toEqual([token]);
      expect(await engine.get(id)).toMatchObject({ done: sizes[i], total: sizes[i] });
    }
    expect(bugs).toEqual([]);
  },
);

function refused(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'conflict') throw error;
}
