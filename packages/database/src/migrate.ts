import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { connecting } from './database.ts';
import { databaseFailure, unavailable } from './unavailable.ts';

/** One step of the schema, e.g. `000001_engine.sql`. Once released it stays as it is. */
export interface Migration {
  readonly number: number;
  /** `000001_engine` */
  readonly name: string;
  readonly sql: string;
}

/**
 * Brings a database up to date with the migrations of all packages, which are numbered in one sequence. One process
 * does it while others wait. Each file is one transaction: it is there whole or not at all. A schema newer than ours,
 * or a released file that was changed, is refused with a sentence that says so.
 */
export async function migrate(url: string, directories: readonly (string | URL)[]): Promise<void> {
  const migrations = await readMigrations(directories);
  const client = new Client(connecting(url, 'pileus migration'));
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    if (!(await isThere(client))) await client.query(bookkeeping);
    for (const migration of await missing(client, migrations)) await apply(client, migration);
  } catch (error) {
    throw databaseFailure(error) ?? error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The migrations of several directories, in order. */
export async function readMigrations(directories: readonly (string | URL)[]): Promise<readonly Migration[]> {
  const migrations: Migration[] = [];
  for (const directory of directories) {
    const path = directory instanceof URL ? fileURLToPath(directory) : directory;
    for (const file of await readdir(path)) {
      const match = /^((\d{6})_[a-z0-9-]+)\.sql$/.exec(file);
      if (!match) throw new Error(`${join(path, file)} is not called like a migration: 000001_name.sql`);
      migrations.push({
        number: Number(match[2]),
        name: match[1] ?? '',
        sql: await readFile(join(path, file), 'utf8'),
      });
    }
  }
  migrations.sort((a, b) => a.number - b.number);
  for (const [index, { number, name }] of migrations.entries()) {
    const before = migrations[index - 1];
    if (before?.number === number) throw new Error(`two migrations have the same number: ${before.name} and ${name}`);
  }
  return migrations;
}

/** Changes with the migrations' content. */
export function fingerprint(migrations: readonly Migration[]): string {
  return createHash('sha256').update(migrations.map(checksum).join()).digest('hex').slice(0, 16);
}

const migrationLock = 7_005_430;

/** Who may only work with the tables may not even ask for one to be made that is there. */
async function isThere(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('migration') is not null as there`);
  return rows[0]?.there ?? false;
}

const bookkeeping = `
  create table migration (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied timestamptz not null default now()
  )`;

async function missing(client: Client, ours: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await client.query<{ number: number; name: string; checksum: string }>(
    'select number, name, checksum from migration order by number',
  );
  const applied = new Map(rows.map((row) => [row.number, row]));
  const newest = ours.at(-1)?.number ?? 0;
  const unknown = rows.find(({ number }) => number > newest);
  if (unknown) {
    throw unavailable(
      `its schema is that of a newer version (it has ${unknown.name}, this program knows up to ${newest}); run that version`,
    );
  }
  for (const migration of ours) {
    const found = applied.get(migration.number);
    if (found && found.checksum !== checksum(migration)) {
      throw unavailable(
        `its schema was made by another ${migration.name}.sql than the one here; a released migration stays as it is, ` +
          `put the file back as it was and add a new one`,
      );
    }
  }
  return ours.filter(({ number }) => !applied.has(number));
}

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into migration (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      checksum(migration),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    if (error instanceof Error && 'code' in error && error.code === notPermitted) {
      throw unavailable(
        `its tables are those of an older version (${migration.name} is missing), and this user may not change them; ` +
          `start one server with DATABASE_OWNER_URL, as whoever owns them`,
        error,
      );
    }
    throw (
      databaseFailure(error) ?? new Error(`${migration.name}.sql does not work: ${String(error)}`, { cause: error })
    );
  }
}

const notPermitted = '42501';

function checksum({ sql }: Migration): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}
