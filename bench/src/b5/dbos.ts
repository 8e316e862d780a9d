/** DBOS, with the pool it would have in production. What is pending goes on when it is launched. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { Client } from 'pg';
import { given, runs, stepsOf, until } from './load.ts';

const asked = given();
const steps = stepsOf(asked, () => console.log('in flight'));
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: asked.url, systemDatabasePoolSize: 20, logLevel: 'error' });
const three = DBOS.registerWorkflow(
  async (run: string) => {
    await DBOS.runStep(() => steps.one(run), { name: 'one' });
    await DBOS.runStep(() => steps.two(), { name: 'two' });
    await DBOS.runStep(() => steps.three(run), { name: 'three' });
  },
  { name: 'three' },
);
await DBOS.launch();
if (asked.phase === 'begin') {
  for (let from = 0; from < runs; from += 100) {
    const each = Array.from({ length: 100 }, (_, n) => `run-${from + n + 1}`);
    await Promise.all(each.map((run) => DBOS.startWorkflow(three, { workflowID: run })(run)));
  }
} else {
  const client = new Client({ connectionString: asked.url });
  await client.connect();
  const done = () =>
    client.query<{ count: string }>(`select count(*) from dbos.workflow_status where status = 'SUCCESS'`);
  await until(async () => Number((await done()).rows[0]?.count) === runs);
  console.log('done');
  await client.end();
  await DBOS.shutdown();
  process.exit(0);
}
