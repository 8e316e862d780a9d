/** What pgbench does: clients that insert one row and commit, again and again. */
import { Client } from 'pg';
import { emptyDatabase, load, printPace } from './load.ts';

const url = await emptyDatabase(process.argv[2] ?? '', 'commits');
const clients = await Promise.all(
  Array.from({ length: load.runs }, async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  }),
);
await clients[0]?.query('create table step (run int, seq int, name text, output jsonb, at timestamptz default now())');
const insert = { name: 'insert', text: 'insert into step (run, seq, name, output) values ($1, $2, $3, $4)' };
await printPace(url, () =>
  Promise.all(
    clients.map(async (client, run) => {
      for (let i = 0; i < load.steps; i++) await client.query({ ...insert, values: [run, i, `Step ${i}`, '1'] });
    }),
  ),
);
await Promise.all(clients.map((client) => client.end()));
