import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { usableHome } from './home.ts';
import { startPostgres, type Postgres } from './postgres.ts';

let directory = '';
let postgres: Postgres | undefined;
const owners: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pileus-postgres-'));
});
afterEach(async () => {
  await Promise.all(owners.splice(0).map(kill));
  await postgres?.stop();
  // One that outlived its owner is adopted, so that it can be stopped.
  if (await postmaster()) await (await startPostgres({ directory })).stop();
  postgres = undefined;
  await rm(directory, { recursive: true, force: true });
});

test('what was confirmed is still there after everything was killed', async () => {
  const { child, url } = await owner();
  await query(url, 'create table kept as select 42 as answer');
  const pid = (await postmaster()) ?? 0;
  await kill(child);
  process.kill(pid, 'SIGKILL');
  postgres = await startPostgres({ directory });
  expect(await query(postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a PostgreSQL that outlived its killed owner is adopted, and stopped by the new one', async () => {
  const { child } = await owner();
  const pid = await postmaster();
  await kill(child);
  postgres = await startPostgres({ directory });
  expect(await postmaster()).toBe(pid);
  await postgres.stop();
  expect(await postmaster()).toBeUndefined();
});

test('a second server on the same data is refused with a sentence, and the first goes on', async () => {
  const { child, url } = await owner();
  await expect(startPostgres({ directory })).rejects.toThrow(
    `The database does not answer: ${directory} is in use by another Pileus server (process ${child.pid})`,
  );
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('when PostgreSQL dies, it is started again', async () => {
  postgres = await startPostgres({ directory });
  await query(postgres.url, 'create table kept as select 42 as answer');
  process.kill((await postmaster()) ?? 0, 'SIGKILL');
  const { url } = postgres;
  await expect
    .poll(() => query(url, 'select answer from kept').catch(() => 'away'), { timeout: 10_000 })
    .toEqual([{ answer: 42 }]);
});

test('data of another major version is left alone', async () => {
  await mkdir(join(directory, 'data'));
  await writeFile(join(directory, 'data', 'PG_VERSION'), '15\n');
  await expect(startPostgres({ directory })).rejects.toThrow('is of PostgreSQL 15, this program brings PostgreSQL 18');
});

test.runIf(process.getuid?.() === 0)('root starts it from a checkout that no other user can enter', async () => {
  const checkout = join(directory, 'checkout');
  await mkdir(checkout);
  await chmod(directory, 0o700);
  await expect(startPostgres({ directory: join(checkout, '.pileus') })).rejects.toThrow(
    /that user cannot enter .*chmod o\+x/,
  );
  const home = await usableHome(join(checkout, '.pileus'));
  expect(home).not.toContain(directory);
  expect(await usableHome(join(checkout, '.pileus'))).toBe(home);
  try {
    postgres = await startPostgres({ directory: home });
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await postgres?.stop();
    await rm(home, { recursive: true, force: true });
    await rmdir(dirname(home)).catch(() => {});
  }
});

test('a home that works is used as it is', async () => {
  await chmod(directory, 0o711);
  expect(await usableHome(join(directory, 'not', 'there', 'yet'))).toBe(join(directory, 'not', 'there', 'yet'));
});

async function owner(): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/owner.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(child);
  const url = await new Promise<string>((done) =>
    child.stdout.once('data', (chunk: Buffer) => done(chunk.toString().trim())),
  );
  return { child, url };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const exited = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await exited;
}

/** The process id of the PostgreSQL that runs on the test's directory. */
async function postmaster(): Promise<number | undefined> {
  const text = await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number.parseInt(text, 10) || undefined;
}

async function query(url: string, text: string): Promise<unknown> {
  const database = openDatabase(url, { connections: 1 });
  try {
    return (await sql.raw(text).execute(database)).rows;
  } finally {
    await database.end();
  }
}
