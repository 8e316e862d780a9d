import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { testDatabase } from './testing/index.ts';

const database = await testDatabase([]);
let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'pileus-migrate-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(() => sql`drop schema public cascade; create schema public`.execute(database));

test('migrations of several packages are applied once, in the order of their numbers, also by several processes', async () => {
  const one = await directory({
    '000001_first.sql': 'create table t (n int); insert into t values (1)',
    '000003_third.sql': 'insert into t values (3)',
  });
  const two = await directory({ '000002_second.sql': 'insert into t values (2)' });
  await Promise.all([
    migrate(database.url, [one, two]),
    migrate(database.url, [two, one]),
    migrate(database.url, [one, two]),
  ]);
  expect((await sql`select n from t`.execute(database)).rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

test('a migration that does not work leaves nothing behind and says its name', async () => {
  const broken = await directory({
    '000001_first.sql': 'create table t (n int)',
    '000002_broken.sql': 'create table u (n int); select nonsense',
  });
  await expect(migrate(database.url, [broken])).rejects.toThrow(/000002_broken\.sql does not work: .*"nonsense"/);
  expect(
    (await sql`select to_regclass('t') is not null as t, to_regclass('u') is not null as u`.execute(database)).rows,
  ).toEqual([{ t: true, u: false }]);
});

test('a schema newer than ours is refused with a sentence', async () => {
  await migrate(database.url, [await directory({ '000001_first.sql': 'select 1', '000002_second.sql': 'select 2' })]);
  await expect(migrate(database.url, [await directory({ '000001_first.sql': 'select 1' })])).rejects.toThrow(
    'The database does not answer: its schema is that of a newer version (it has 000002_second, this program knows up to 1); run that version',
  );
});

test('a released migration that was changed is refused with a sentence', async () => {
  await migrate(database.url, [await directory({ '000001_first.sql': 'select 1' })]);
  await expect(migrate(database.url, [await directory({ '000001_first.sql': 'select 2' })])).rejects.toThrow(
    /another 000001_first\.sql than the one here/,
  );
});

let count = 0;
async function directory(files: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(root, `${++count}-`));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}
