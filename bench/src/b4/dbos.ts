/** DBOS, with the pool it would have in production. */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { emptyDatabase, load, printPace } from './load.ts';

const url = await emptyDatabase(process.argv[2] ?? '', 'dbos');
DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, systemDatabasePoolSize: 20, logLevel: 'error' });
const steps = DBOS.registerWorkflow(
  async (count: number) => {
    for (let i = 0; i < count; i++) await DBOS.runStep(async () => i, { name: `step-${i}` });
  },
  { name: 'steps' },
);
await DBOS.launch();
await printPace(url, async () => {
  const handles = await Promise.all(Array.from({ length: load.runs }, () => DBOS.startWorkflow(steps)(load.steps)));
  await Promise.all(handles.map((handle) => handle.getResult()));
});
await DBOS.shutdown();
process.exit(0);
