import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { testDatabase } from './testing/index.ts';

const database = await testDatabase([]);

test.each([
  ['an unknown host', 'postgresql://u@db.invalid/x', /its host name (is not known|cannot be looked up)/],
  ['nobody listening', 'postgresql://u@127.0.0.1:1/x', /nothing listens at its address/],
  ['no such database', () => database.url.replace(/\/test_\w+/, '/missing'), /there is no such database on its server/],
  ['a socket that is not there', 'postgresql://u@localhost/x?host=%2Fnot%2Fthere', /nothing listens at its address/],
])('%s is said in one sentence, by a query and by a migration', async (_, url, said) => {
  const wrong = openDatabase(typeof url === 'string' ? url : url());
  const failure = { code: 'database-unavailable', message: expect.stringMatching(said) };
  await expect(sql`select 1`.execute(wrong)).rejects.toMatchObject(failure);
  await expect(migrate(wrong.url, [])).rejects.toMatchObject(failure);
  await wrong.end();
});

test('a wrong password is said in one sentence', async () => {
  const server = createServer((socket) => {
    // PostgreSQL's answer to a wrong password: an ErrorResponse with its code.
    const fields = ['SFATAL', 'C28P01', 'Mpassword authentication failed for user "u"', '']
      .map((field) => `${field}\0`)
      .join('');
    const length = Buffer.alloc(4);
    length.writeInt32BE(4 + Buffer.byteLength(fields));
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)])));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // it listens on a TCP port
  const wrong = openDatabase(`postgresql://u:secret@127.0.0.1:${port}/x`);
  await expect(sql`select 1`.execute(wrong)).rejects.toMatchObject({
    code: 'database-unavailable',
    message: 'The database does not answer: it refuses the user or the password; look at DATABASE_URL',
  });
  await wrong.end();
  server.close();
});

test('a lost connection fails the query and the next one works', async () => {
  await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(database)).rejects.toMatchObject({
    code: 'database-unavailable',
  });
  expect((await sql`select 1 as one`.execute(database)).rows).toEqual([{ one: 1 }]);
});

test('what is wrong with a query stays an error of PostgreSQL', async () => {
  await expect(sql`select nonsense`.execute(database)).rejects.toMatchObject({ code: '42703' });
});

test('a statement that was prepared before its table has changed fails once, and can be sent again', async () => {
  const prepared = openDatabase(database.url, { connections: 1, prepare: true });
  await sql`create table growing (one integer)`.execute(database);
  const all = () => sql`select * from growing`.execute(prepared);
  for (let times = 0; times < 8; times++) await all();
  const { rows } = await sql`select from pg_prepared_statements where statement = 'select * from growing'`.execute(
    prepared,
  );
  expect(rows).toHaveLength(1);
  await sql`alter table growing add column two integer default 2`.execute(database);
  await sql`insert into growing values (1)`.execute(database);
  await expect(all()).rejects.toMatchObject({ code: 'database-unavailable', retry: true });
  expect((await all()).rows).toEqual([{ one: 1, two: 2 }]);
  await prepared.end();
});
