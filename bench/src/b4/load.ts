import { Client } from 'pg';

/** The same for every contender. */
export const load = { runs: 50, steps: 100 };

/** Makes an empty database for one measurement, and removes that of the last one. */
export async function emptyDatabase(url: string, name: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`drop database if exists ${name} with (force)`);
  await client.query(`create database ${name}`);
  await client.query('checkpoint');
  await client.end();
  const inside = new URL(url);
  inside.pathname = `/${name}`;
  return inside.href;
}

/** Prints how many a second `work` did, the last time it was run: the first time warms up. */
export async function printPace(count: number, work: () => Promise<unknown>): Promise<void> {
  await work();
  const start = performance.now();
  await work();
  console.log((count / (performance.now() - start)) * 1_000);
}
