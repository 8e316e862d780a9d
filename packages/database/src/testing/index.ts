import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, inject } from 'vitest';
import { openDatabase, type Database } from '../database.ts';
import { fingerprint, migrate, readMigrations } from '../migrate.ts';
import { askForPostgres } from './one-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the test run's PostgreSQL is asked for. */
    postgres: string;
  }
}

/**
 * A fresh database with these migrations, for one test file: a copy of a template that is migrated once per run. It is
 * closed and dropped after the file's tests. The PostgreSQL below is started by the first file that needs it.
 */
export async function testDatabase(migrations: readonly (string | URL)[]): Promise<Database> {
  const server = await askForPostgres(inject('postgres'));
  const template = `template_${fingerprint(await readMigrations(migrations))}`;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, async (client) => {
    await client.query('select pg_advisory_lock(1)');
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 0) {
      await client.query(`create database ${template}_new`);
      await migrate(inDatabase(server, `${template}_new`), migrations);
      await client.query(`alter database ${template}_new rename to ${template}`);
    }
    await client.query(`create database ${name} template ${template}`);
  });
  const database = openDatabase(inDatabase(server, name), { name: `pileus ${name}` });
  afterAll(async () => {
    await database.end();
    await administer(server, (client) => client.query(`drop database ${name} with (force)`));
  });
  return database;
}

function inDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
