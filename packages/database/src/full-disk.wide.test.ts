import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { startPostgres } from './postgres.ts';

let directory = '';
let isMounted = false;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pileus-full-'));
  isMounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=200m,mode=0711', 'tmpfs', directory]).status === 0;
});
afterAll(async () => {
  if (isMounted) spawnSync('/bin/umount', [directory]);
  await rm(directory, { recursive: true, force: true });
});

test('a full disk is said in one sentence; what was confirmed is kept, and it goes on when there is space', async ({
  skip,
}) => {
  if (!isMounted) skip('this user may not mount a small file system');
  const postgres = await startPostgres({ directory });
  const database = openDatabase(postgres.url);
  await sql`create table kept (n int, filling text)`.execute(database);
  let confirmed = 0;
  const insert = async () => {
    await sql`insert into kept select ${confirmed}, repeat(md5(random()::text), 200) from generate_series(1, 20)`.execute(
      database,
    );
    confirmed++;
  };
  await insert();
  const { bavail, bsize } = await statfs(directory);
  const filler = join(directory, 'filler');
  await writeFile(filler, Buffer.alloc(bavail * bsize - 3_000_000));
  const fill = async () => {
    for (let i = 0; i < 1_000; i++) await insert();
  };
  await expect(fill()).rejects.toMatchObject({
    code: 'database-unavailable',
    message: expect.stringMatching(/its disk is full; free some space|connection was lost|starting up|restarting/),
  });
  await rm(filler);
  await expect.poll(insert, { timeout: 20_000 }).toBeUndefined();
  const { rows } = await sql<{ n: number }>`select count(*) as n from kept`.execute(database);
  expect(rows[0]?.n).toBe(confirmed * 20);
  await database.end();
  await postgres.stop();
});
