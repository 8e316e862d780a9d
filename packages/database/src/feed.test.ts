import { milliseconds, systemClock } from '@pileus/model';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { openFeed, type Window } from './feed.ts';
import { testDatabase } from './testing/index.ts';

const engineMigrations = new URL('../../engine/migrations/', import.meta.url);
const database = await testDatabase([engineMigrations]);
await sql`create table watched (n int, changed xid8 not null default pg_current_xact_id())`.execute(database);
await sql`create trigger watched after insert on watched for each statement execute function pileus_notify()`.execute(
  database,
);
const feed = await openFeed(database);
afterAll(() => feed.close());

test('every committed change is in exactly one window, also when an older transaction commits later', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const windows: Window[] = [];
  const following = follow(undefined, stop.signal, async (window) => {
    windows.push(window);
    seen.push(...(await rowsIn(window)));
  });
  await systemClock.sleep(milliseconds(20));
  const [slow, other] = [openDatabase(database.url), openDatabase(database.url)];
  const older = slow.transaction().execute(async (transaction) => {
    await sql`insert into watched values (1)`.execute(transaction);
    await expect.poll(async () => (await sql`select from watched where n = 2`.execute(database)).rows.length).toBe(1);
  });
  await systemClock.sleep(milliseconds(20));
  await sql`insert into watched values (2)`.execute(other);
  await older;
  // A transaction of which nobody is told holds the window back, but not for long.
  for (let n = 3; n <= 40; n++) await sql`insert into watched values (${n})`.execute(n % 2 ? slow : other);
  await expect.poll(() => seen.length).toBe(40);
  stop.abort();
  await following;
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  for (const [i, { from }] of windows.entries()) if (i > 0) expect(from).toBe(windows[i - 1]?.to);
  await Promise.all([slow.end(), other.end()]);
});

test('who comes back with the end of the last window misses nothing', async () => {
  const { to } = await feed.window();
  await sql`insert into watched values (100), (101)`.execute(database);
  const stop = new AbortController();
  const seen: number[] = [];
  await follow(to, stop.signal, async (window) => {
    seen.push(...(await rowsIn(window)));
    if (seen.length === 2) stop.abort();
  });
  expect(seen).toEqual([100, 101]);
});

test('a position that makes no sense counts as now', async () => {
  for (const after of ['99999999999999', 'nonsense', '']) {
    const { from, to } = await feed.window(after);
    expect(from).toBe(to);
  }
});

test('after its connection was lost it goes on', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const following = follow(undefined, stop.signal, async (window) => void seen.push(...(await rowsIn(window))));
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pileus feed' and datname = current_database()`.execute(
    database,
  );
  await sql`insert into watched values (200)`.execute(database);
  await expect.poll(() => seen, { timeout: 10_000 }).toContain(200);
  stop.abort();
  await following;
});

async function follow(
  after: string | undefined,
  signal: AbortSignal,
  look: (window: Window) => Promise<void>,
): Promise<void> {
  for await (const window of feed.subscribe(after, signal)) await look(window);
}

async function rowsIn({ from, to }: Window): Promise<number[]> {
  const { rows } = await sql<{
    n: number;
  }>`select n from watched where changed >= ${from}::xid8 and changed < ${to}::xid8`.execute(database);
  return rows.map(({ n }) => n);
}
