import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { testDatabase } from './testing/index.ts';

const database = await testDatabase([]);
beforeEach(async () => {
  await sql`drop table if exists t`.execute(database);
  await sql`create table t (n int primary key)`.execute(database);
});

const put = (n: number) => sql`insert into t values (${n})`.execute(database);
const putTogether = (...all: number[]) =>
  database.transaction().execute(async (transaction) => {
    for (const n of all) await sql`insert into t values (${n})`.execute(transaction);
  });
const there = async () =>
  (await sql<{ n: number }>`select n from t order by n`.execute(database)).rows.map(({ n }) => n);
const broken = new Error('broken');

test('what is asked within a whole happens whole', async () => {
  const seen = await database.whole(async () => {
    await put(1);
    await putTogether(2, 3);
    return there();
  });
  expect([seen, await there()]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('a whole that fails has not happened, with the transactions that had ended within it', async () => {
  await expect(
    database.whole(async () => {
      await put(1);
      await putTogether(2, 3);
      throw broken;
    }),
  ).rejects.toBe(broken);
  expect(await there()).toEqual([]);
});

test('what is tried shows what it would come to, and has not happened', async () => {
  const seen = await database.tried(async () => {
    await put(1);
    await database.whole(() => putTogether(2, 3));
    return there();
  });
  expect([seen, await there()]).toEqual([[1, 2, 3], []]);
});

test('others do not see a whole before its end, and are not part of it', async () => {
  let begun = () => {};
  let goOn = () => {};
  const [hasBegun, mayGoOn] = [new Promise<void>((done) => (begun = done)), new Promise<void>((done) => (goOn = done))];
  const tried = database.tried(async () => {
    await put(1);
    begun();
    await mayGoOn;
  });
  await hasBegun;
  await put(2);
  expect(await there()).toEqual([2]);
  goOn();
  await tried;
  expect(await there()).toEqual([2]);
});

test('a transaction within that fails takes back its own part; the rest goes on', async () => {
  await database.whole(async () => {
    await put(1);
    await expect(putTogether(2, 1)).rejects.toThrow('duplicate key');
    await put(3);
  });
  expect(await there()).toEqual([1, 3]);
});

test('transactions side by side within a whole go one after the other', async () => {
  await database.whole(async () => {
    const all = await Promise.allSettled([putTogether(1, 2), putTogether(3, 1), putTogether(4, 5)]);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
  expect(await there()).toEqual([1, 2, 4, 5]);
});

test('a statement whose failure goes unnoticed fails the whole instead of losing the rest', async () => {
  await expect(
    database.whole(async () => {
      await put(1);
      await put(1).catch(() => {});
    }),
  ).rejects.toThrow('had failed unnoticed');
  expect(await there()).toEqual([]);
});

test('what is to happen afterwards happens once the whole is kept, and never when it is not', async () => {
  const done: string[] = [];
  const later = (what: string) => database.afterwards(async () => void done.push(`${what} ${(await there()).join()}`));
  await later('at once');
  await database.whole(async () => {
    await later('kept');
    await database.whole(() => later('deeper')).then(() => put(1));
    await database.tried(() => later('tried within'));
    expect(done).toEqual(['at once ']);
  });
  await database.whole(() => later('failed').then(() => Promise.reject(broken))).catch(() => {});
  await database.tried(() => later('tried'));
  expect(done).toEqual(['at once ', 'kept 1', 'deeper 1']);
});

test('work that outlives its whole goes its own way', async () => {
  let late: Promise<unknown> | undefined;
  await database.tried(async () => {
    late = new Promise((done) => setTimeout(done, 50)).then(() => put(7));
    await put(1);
  });
  await late;
  expect(await there()).toEqual([7]);
});
