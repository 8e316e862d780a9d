/** Our engine. */
import { migrate, openDatabase } from '@pileus/database';
import { createEngine, defineRun, engineMigrations } from '@pileus/engine';
import { hours } from '@pileus/model';
import { Client } from 'pg';
import { z } from 'zod';
import { given, runs, stepsOf, until } from './load.ts';

const asked = given();
const steps = stepsOf(asked, () => console.log('in flight'));
const definition = defineRun({
  name: 'three',
  input: z.unknown(),
  async tell(run) {
    await run.step({ key: 'one', name: 'One' }, () => steps.one(run.id));
    await run.step({ key: 'two', name: 'Two', within: hours(1) }, () => steps.two());
    await run.step({ key: 'three', name: 'Three' }, () => steps.three(run.id));
  },
});

await migrate(asked.url, [engineMigrations]);
const database = openDatabase(asked.url);
const engine = createEngine({ database, definitions: [definition], concurrency: runs });
const client = new Client({ connectionString: asked.url });
await client.connect();
if (asked.phase === 'begin') {
  await client.query(
    `insert into run (id, kind, title, input) select 'run-' || n, 'three', 'Three', '{}' from generate_series(1, $1::int) as n`,
    [runs],
  );
  await engine.work();
} else {
  await engine.work();
  const done = () => client.query<{ count: string }>(`select count(*) from run where state = 'succeeded'`);
  await until(async () => Number((await done()).rows[0]?.count) === runs);
  console.log('done');
  await engine.stop();
  await database.end();
  await client.end();
}
