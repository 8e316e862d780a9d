import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { admit, migrate, openDatabase, type Database } from '@pileus/database';
import { engineMigrations } from '@pileus/engine';
import { simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { narrowedTables, platformMigrations } from '../index.ts';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';

const role = `server_${randomBytes(4).toString('hex')} "odd" %s`;
let owned: Database;

/** The same database in a role that may work with its tables and owns none. */
async function inOwnRole(database: Database): Promise<Database> {
  owned = database;
  await sql`create role ${sql.id(role)} login`.execute(owned);
  const url = new URL(owned.url);
  url.username = encodeURIComponent(role);
  await admit(owned.url, url.href, narrowedTables);
  const narrow = openDatabase(url.href);
  afterAll(async () => {
    await narrow.end();
    await sql`drop owned by ${sql.id(role)} cascade`.execute(owned);
    await sql`drop role ${sql.id(role)}`.execute(owned);
  });
  return narrow;
}

const { client, database, platform } = await aPlatform([simulated], undefined, inOwnRole);
const { anAccount, aDeployment } = onSimulatedClouds(client);

test('in a role of its own the product works, its background jobs included', async () => {
  const { items } = await client.call('get /audit', {});
  expect(items.length).toBeGreaterThan(0);
  const deployment = await settled(client, await aDeployment(await anAccount()));
  expect(deployment.state).toBe('running');
  await expect
    .poll(
      async () =>
        (
          await sql<{ n: number }>`
    select count(*)::int as n from graphile_worker._private_known_crontabs where last_execution is not null
      or known_since is not null`.execute(database)
        ).rows[0]?.n,
    )
    .toBeGreaterThan(0);
  await platform.access.tidy();
});

test('in a role of its own nothing of the operation log can be changed, removed or switched off', async () => {
  const refused = /permission denied|must be owner|append-only|must be superuser/;
  const before = await client.call('get /audit/verify', {});
  expect(before).toMatchObject({ ok: true });
  for (const attack of [
    `update audit set user_name = 'somebody else'`,
    `update audit set digest = '' where false`,
    `delete from audit`,
    `delete from audit where false`,
    `truncate audit`,
    `truncate audit cascade`,
    `insert into audit (id, organization, at, user_name, action, ip, result, status, request_id)
       select id, organization, at, 'other', action, ip, result, status, request_id from audit limit 1
       on conflict (id) do update set user_name = excluded.user_name`,
    `merge into audit using (select 1) as one on true when matched then delete`,
    `update audit_head set number = 0`,
    `insert into audit_head values ('org-other', 5, '')`,
    `delete from audit_head`,
    `alter table audit disable trigger audit_stays`,
    `alter table audit disable trigger audit_chain`,
    `drop trigger audit_chain on audit`,
    `drop table audit`,
    `create or replace function audit_text(line audit) returns text language sql stable as $$ select '' $$`,
    `create or replace function audit_chain() returns trigger language plpgsql as $$ begin return new; end $$`,
    `create rule nothing as on insert to audit do instead nothing`,
    `create trigger later before insert on audit for each row execute function audit_stays()`,
    `set session_replication_role = replica`,
    `alter role current_user superuser`,
    `grant update on audit to current_user`,
    `set role ${JSON.stringify(new URL(owned.url).username)}`,
    `delete from migration`,
  ]) {
    const outcome = await sql
      .raw(attack)
      .execute(database)
      .then(
        () => 'done',
        (error: Error) => error.message,
      );
    // Granting what one has not got is a warning in PostgreSQL, and gives nothing.
    if (!attack.startsWith('grant')) expect([attack, outcome]).toEqual([attack, expect.stringMatching(refused)]);
  }
  expect((await client.call('get /audit/verify', {})).ok).toBe(true);
  await expect(sql`update audit set user_name = 'x'`.execute(database)).rejects.toThrow('permission denied');
});

test('the end of the chain cannot be led astray by a table of the same name', async () => {
  await database.connection().execute(async (one) => {
    await sql`create temporary table audit_head (organization text primary key, number bigint, digest bytea)`
      .execute(one)
      .catch((error: Error) => expect(error.message).toContain('permission denied'));
    await sql`insert into audit (id, organization, at, user_name, action, ip, result, status, request_id)
      values ('log-astray', 'org-home', now(), 'x', 'x', '::1', 'ok', 200, 'r')`.execute(one);
    await sql`drop table if exists pg_temp.audit_head`.execute(one);
  });
  expect(await client.call('get /audit/verify', {})).toMatchObject({ ok: true });
});

test('a process in that role starts on tables that are there, and says who has to make those that are missing', async () => {
  const ours = [engineMigrations, platformMigrations];
  await migrate(database.url, ours);
  const directory = await mkdtemp(join(tmpdir(), 'pileus-migration-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, '999999_later.sql'), 'alter table audit add column later text');
  await expect(migrate(database.url, [...ours, directory])).rejects.toMatchObject({
    code: 'database-unavailable',
    facts: { detail: expect.stringContaining('DATABASE_OWNER_URL') },
  });
});

test('a role that may do all that the owner may is refused', async () => {
  await expect(admit(owned.url, owned.url, narrowedTables)).rejects.toMatchObject({ code: 'database-unavailable' });
  await using stack = new AsyncDisposableStack();
  const schemaOwner = `owner_${randomBytes(4).toString('hex')}`;
  await sql`create role ${sql.id(schemaOwner)} login`.execute(owned);
  stack.defer(async () => void (await sql`drop role ${sql.id(schemaOwner)}`.execute(owned)));
  await sql`alter schema public owner to ${sql.id(schemaOwner)}`.execute(owned);
  stack.defer(async () => void (await sql`alter schema public owner to current_user`.execute(owned)));
  const url = new URL(owned.url);
  url.username = schemaOwner;
  await expect(admit(owned.url, url.href, narrowedTables), 'it could drop every table').rejects.toMatchObject({
    code: 'database-unavailable',
  });
});
