import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@pileus/database/testing';
import { engineMigrations } from '@pileus/engine';
import { newId, Secret } from '@pileus/model';
import { sql } from 'kysely';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { home as homeOrganization } from '../access/organizations.ts';
import { platformMigrations } from '../index.ts';
import { aTransitEngine } from '../testing/a-transit-engine.ts';
import { environmentKeys } from '../testing/environment-keys.ts';
import { sealedColumns } from './sealed-columns.ts';
import { contentOf } from './sealed-text.ts';
import { openVault, type Vault, type VaultOptions } from './vault.ts';
import { countByKey, wrapAnew } from './wrap-anew.ts';

const database = await testDatabase([engineMigrations, platformMigrations]);
const home = await mkdtemp(join(tmpdir(), 'pileus-rewrap-'));
afterAll(() => rm(home, { recursive: true, force: true }));

const aVault = (options: Omit<VaultOptions, 'home'>): Promise<Vault> => openVault({ home, ...options });
const before = await aVault(environmentKeys(1));
const both = await aVault(environmentKeys(2, 1));
const after = await aVault(environmentKeys(2));
const [old, newest] = [await before.newestKey(), await both.newestKey()];

beforeEach(async () => {
  for (const table of ['account', 'challenge'] as const) await database.deleteFrom(table).execute();
});

async function anAccount(vault: Vault, secrets: Record<string, string>): Promise<string> {
  const id = newId('account');
  const sealed = Object.entries(secrets).map(([name, secret]) => [
    name,
    vault.seal(secret, sealedColumns.accountSecrets.place({ id, name })),
  ]);
  const row = { id, name: id, description: '', provider: 'p', settings: '{}', organization: homeOrganization };
  await database
    .insertInto('account')
    .values({ ...row, secrets: JSON.stringify(Object.fromEntries(sealed)), created_by: 'test' })
    .execute();
  return id;
}

async function secretsOf(vault: Vault, id: string): Promise<Record<string, string>> {
  const { secrets } = await database
    .selectFrom('account')
    .select('secrets')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const opened = Object.entries(secrets).map(async ([name, text]) => [
    name,
    await vault.open(text, sealedColumns.accountSecrets.place({ id, name })),
  ]);
  return Object.fromEntries(await Promise.all(opened)) as Record<string, string>;
}

const place = sealedColumns.challengeContent.place({ what: 'totp' });

async function challenges(vault: Vault, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => ({
    token: Buffer.from(`token ${String(at).padStart(5, '0')}`),
    what: 'totp',
    user_id: null,
    session: null,
    content: vault.seal(`content ${at}`, place),
    expires_at: new Date(0),
  }));
  await database.insertInto('challenge').values(rows).execute();
}

const contents = async () =>
  (await database.selectFrom('challenge').select('content').orderBy('token').execute()).map(({ content }) => content);

async function all(vault: Vault) {
  const sum = { wrapped: 0, passedOver: 0, codes: new Set<unknown>() };
  for await (const { wrapped, passedOver, failure } of wrapAnew(database, vault)) {
    sum.wrapped += wrapped;
    sum.passedOver += passedOver;
    if (failure) sum.codes.add(failure.message);
  }
  return { ...sum, codes: [...sum.codes] };
}

const keysInUse = async () => [...new Set((await countByKey(database)).map(({ key }) => key))];

test('what is sealed stays as it is, and a server with the new key alone opens all of it', async () => {
  const id = await anAccount(before, { password: 'correct horse', token: 'battery' });
  await challenges(before, 250);
  const sealed = await contents();
  expect(await countByKey(database)).toEqual([
    { key: old, column: 'account.secrets', secrets: 2 },
    { key: old, column: 'challenge.content', secrets: 250 },
  ]);
  await expect(secretsOf(after, id)).rejects.toMatchObject({ code: 'secret-key-missing', facts: { key: old } });

  expect(await all(both)).toEqual({ wrapped: 252, passedOver: 0, codes: [] });
  expect(await keysInUse()).toEqual([newest]);
  expect(await secretsOf(after, id)).toEqual({ password: 'correct horse', token: 'battery' });
  const anew = await contents();
  expect(anew.map(contentOf)).toEqual(sealed.map(contentOf));
  expect(await Promise.all(anew.map((text) => after.open(text, place)))).toEqual(
    sealed.map((_, at) => `content ${at}`),
  );
  expect(await all(both), 'nothing is left to do').toEqual({ wrapped: 0, passedOver: 0, codes: [] });
});

test('texts of before keys had ids are wrapped anew too', async () => {
  // Under 32 bytes of 7, for acc-1|password.
  const text =
    'v1.-VIPqquFchBdebQaAAJWRNDzDcwKg4dotscqTy2L3xT8471QFnJzoZ-IJeb-hPe_L-J3B4Xb-JTZDN8G.KuChgNoGCDY22qLiizZHHNrV9TiWTC2X7CxkFu2KfgMyue-E5t7pKKE';
  const row = { id: 'acc-1', name: 'one', description: '', provider: 'p', settings: '{}', created_by: 'test' };
  await database
    .insertInto('account')
    .values({ ...row, organization: homeOrganization, secrets: JSON.stringify({ password: text }) })
    .execute();
  expect(await keysInUse()).toEqual(['v1']);
  expect(await all(both)).toMatchObject({ wrapped: 0, passedOver: 1 });
  expect(await all(await aVault(environmentKeys(2, 7)))).toMatchObject({ wrapped: 1, passedOver: 0 });
  expect(await secretsOf(after, 'acc-1')).toEqual({ password: 'correct horse' });
});

test('what is changed or deleted meanwhile is never overwritten', async () => {
  const id = await anAccount(before, { password: 'old' });
  await challenges(before, 3);
  let isFirst = true;
  const meddled: Vault = {
    ...both,
    wrapAnew: async (sealed, at) => {
      const anew = await both.wrapAnew(sealed, at);
      // After it was read, and before it is exchanged.
      if (isFirst) {
        isFirst = false;
        const secret = before.seal('new', sealedColumns.accountSecrets.place({ id, name: 'password' }));
        await sql`update account set secrets = ${JSON.stringify({ password: secret })} where id = ${id}`.execute(
          database,
        );
        await sql`delete from challenge where token = ${Buffer.from('token 00001')}`.execute(database);
      }
      return anew;
    },
  };
  expect(await all(meddled)).toEqual({ wrapped: 2, passedOver: 0, codes: [] });
  expect(await secretsOf(before, id)).toEqual({ password: 'new' });
  expect(await contents()).toHaveLength(2);
  expect(await all(both)).toMatchObject({ wrapped: 1 });
  expect(await secretsOf(after, id)).toEqual({ password: 'new' });
});

test('several servers do it side by side, and each secret is wrapped once', async () => {
  await challenges(before, 350);
  for (let at = 0; at < 20; at++) await anAccount(before, { password: 'x' });
  const done = await Promise.all([all(both), all(both), all(both)]);
  expect(done.reduce((sum, { wrapped }) => sum + wrapped, 0)).toBe(370);
  expect(done.flatMap(({ codes }) => codes)).toEqual([]);
  expect(await keysInUse()).toEqual([newest]);
});

test('when its process is killed in the midst of it, another one goes on', async () => {
  await challenges(before, 250);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../testing/rewrap-worker.ts'), database.url, home],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const exited = new Promise((gone) => child.once('exit', gone));
  await new Promise((begun) => child.stdout.once('data', begun));
  child.stdin.write('\n');
  child.kill('SIGKILL');
  await exited;
  const inUse = await countByKey(database);
  expect(inUse.map(({ key }) => key).toSorted()).toEqual([old, newest].toSorted());
  const left = inUse.find(({ key }) => key === old)?.secrets;
  expect(await all(both)).toMatchObject({ wrapped: left });
  const opened = await Promise.all((await contents()).map((text) => after.open(text, place)));
  expect(opened).toEqual(Array.from({ length: 250 }, (_, at) => `content ${at}`));
});

test('what is under a key that is not here, or was tampered with, is passed over and stays, and the rest is done', async () => {
  const third = await aVault(environmentKeys(3));
  const lost = await anAccount(third, { password: 'lost', token: 'lost too' });
  await challenges(before, 2);
  await sql`update challenge set content = 'v2.' || ${old} || '.broken.broken' where token = ${Buffer.from('token 00000')}`.execute(
    database,
  );
  const { wrapped, passedOver, codes } = await all(both);
  expect([wrapped, passedOver]).toEqual([1, 3]);
  expect(codes.join('\n')).toContain(`sealed with the key ${await third.newestKey()}, which is not here`);
  expect(codes.join('\n')).toContain('was changed since; enter it again');
  expect(await secretsOf(third, lost)).toEqual({ password: 'lost', token: 'lost too' });
  expect(await all(await aVault(environmentKeys(2, 3)))).toMatchObject({ wrapped: 2, passedOver: 1 });
});

test('under a transit engine, what shares a data key is wrapped by one call; while it is away, nothing is lost', async () => {
  await using engine = await aTransitEngine();
  const vault = await aVault({
    ...environmentKeys(1),
    sealing: 'transit',
    transit: { url: engine.url, key: 'pileus', mount: 'transit', token: new Secret(engine.token) },
  });
  try {
    await challenges(vault, 150);
    engine.rotate();
    engine.calls.length = 0;
    expect(await all(vault)).toMatchObject({ wrapped: 150 });
    expect(engine.calls).toEqual(['encrypt pileus', 'decrypt pileus', 'encrypt pileus']);
    expect(await keysInUse()).toEqual(['transit:pileus:v2']);
    engine.isSealed = true;
    await expect(all(vault)).rejects.toMatchObject({ code: 'key-provider-unreachable', retry: true });
    engine.isSealed = false;
    expect(await all(both)).toMatchObject({ passedOver: 150 });
  } finally {
    await vault.close();
  }
});
