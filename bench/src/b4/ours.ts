/** Our engine. */
import { migrate, openDatabase } from '@pileus/database';
import { createEngine, defineRun, engineMigrations } from '@pileus/engine';
import { z } from 'zod';
import { emptyDatabase, load, printPace } from './load.ts';

let finished = 0;
let allDone = () => {};

const steps = defineRun({
  name: 'steps',
  input: z.object({ steps: z.number() }),
  async tell(run, { steps }) {
    for (let i = 0; i < steps; i++) await run.step({ key: `step-${i}`, name: `Step ${i}` }, async () => i);
    if (++finished === load.runs) allDone();
  },
});

const url = await emptyDatabase(process.argv[2] ?? '', 'ours');
await migrate(url, [engineMigrations]);
const database = openDatabase(url);
const engine = createEngine({ database, definitions: [steps], concurrency: load.runs });
await engine.work();
await printPace(url, async () => {
  finished = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  allDone = resolve;
  await Promise.all(
    Array.from({ length: load.runs }, () => engine.start(steps, { steps: load.steps }, { title: 'Steps' })),
  );
  await promise;
});
await engine.stop();
await database.end();
