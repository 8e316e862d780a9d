import { createClient } from '@pileus/api';
import { codeAt } from '@pileus/identity/testing';
import { newId, systemClock } from '@pileus/model';
import { defineProvider, simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { aPlatform } from '../testing/a-platform.ts';
import { aVault } from '../testing/a-vault.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';
import { environmentKeys } from '../testing/environment-keys.ts';
import { allSealedColumns } from './sealed-columns.ts';
import { countByKey, wrapAnew } from './wrap-anew.ts';

const guarded = defineProvider({
  id: 'guarded',
  title: { en: 'Guarded', 'zh-CN': '受保护' },
  category: 'private',
  simulated: true,
  account: z.object({ password: z.string().meta({ secret: true }) }),
  connect: () => ({ drivers: {}, catalogues: {}, async *check() {} }),
});

const { platform, client, bugs, database, url } = await aPlatform(
  [guarded, simulated],
  systemClock,
  undefined,
  environmentKeys(2, 1),
);
afterEach(() => expect(bugs.splice(0)).toEqual([]));

const before = await aVault(environmentKeys(1));
const after = await aVault(environmentKeys(2));
const third = await aVault(environmentKeys(3));
/** Wrap anew from the key of the platform to another one, and back. */
const toOld = await aVault(environmentKeys(1, 2));
const toThird = await aVault(environmentKeys(3, 2));
const back = await aVault(environmentKeys(2, 3));
const [old, newest] = [await before.newestKey(), await after.newestKey()];

/** Something sealed in each column, by the calls that do so. */
async function everySecret(): Promise<{ account: string }> {
  const body = { provider: 'guarded', name: newId('account'), settings: { password: 'correct horse' } };
  const { id: account } = await client.call('post /accounts', { body, key: newId('account') });
  const settings = { issuer: 'https://id.example.org', clientId: 'pileus' };
  await client.call('post /sign-in-methods', {
    body: { kind: 'oidc', title: newId('account'), settings, secret: 'battery' },
  });
  const { id: kept } = await client.call('post /secrets', {
    body: { name: newId('secret'), value: { kind: 'text', text: 'staple' } },
  });
  await client.call('post /secrets/{secret}/versions', {
    params: { secret: kept },
    body: { value: { kind: 'text', text: 'another staple' } },
  });
  const { id: webhook } = await client.call('post /webhooks', {
    body: { name: newId('webhook'), url: 'https://127.0.0.1:1/', kinds: ['run.ended'] },
  });
  await client.call('post /webhooks/{webhook}/secret', { params: { webhook } });
  // Passkeys belong to a name.
  const nobody = createClient({ server: url.replace('127.0.0.1', 'localhost') });
  await nobody.call('post /sessions/passkey', { body: {} });
  const { enrolment, secret } = await client.call('put /me/factors/totp/new', {});
  const code = codeAt(secret, Date.now());
  await client.call('put /me/factors/totp', { body: { enrolment, code, name: 'phone' } });
  const onClouds = onSimulatedClouds(client);
  await client.call('post /plans', {
    body: {
      template: (
        await client.call('post /templates', { body: { files: [{ path: 'template.yaml', content: withSecret }] } })
      ).id,
      account: await onClouds.anAccount(),
      name: newId('deployment'),
      inputs: { password: 'a horse of mine' },
    },
  });
  return { account };
}

const withSecret = `
tosca_definitions_version: tosca_simple_yaml_1_3
imports: [pileus_types_1_0]
topology_template:
  inputs: { password: { type: string, metadata: { secret: 'true' } } }
  node_templates:
    network: { type: pileus.nodes.Network, properties: { cidr: 10.1.0.0/24 } }
    port: { type: pileus.nodes.Port, requirements: [{ link: network }, { binding: server }] }
    server: { type: pileus.nodes.Server, properties: { flavor: 2核4G, user_data: { get_input: password } } }
`;

/** Every column of the database in which a sealed text stands, wherever in it. */
async function columnsWithSealedTexts(): Promise<string[]> {
  const { rows } = await sql<{ table_name: string; column_name: string }>`
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and data_type in ('text', 'json', 'jsonb', 'character varying', 'ARRAY')`.execute(
    database,
  );
  const found: string[] = [];
  for (const { table_name: table, column_name: column } of rows) {
    const { rows: sealed } = await sql`
      select from ${sql.table(table)} where ${sql.ref(column)}::text ~ 'v[12]\\.[^ ."]+\\.[^ ."]{40,}' limit 1`.execute(
      database,
    );
    if (sealed.length > 0) found.push(`${table}.${column}`);
  }
  return found.toSorted();
}

test('every column that sealed texts stand in is registered, and wrapping anew reaches each of them', async () => {
  const { account } = await everySecret();
  const registered = allSealedColumns.map(({ table, column }) => `${table}.${column}`).toSorted();
  expect(await columnsWithSealedTexts(), 'what is sealed into another column has to be registered').toEqual(registered);

  for await (const { failure } of wrapAnew(database, toOld)) expect(failure).toBe(undefined);
  const status = await client.call('get /vault', {});
  expect(status).toMatchObject({ provider: 'environment', keys: [{ id: newest, isNewest: true }, { id: old }] });
  const ofOld = status.keys.find(({ id }) => id === old);
  expect(ofOld?.columns.map(({ column }) => column).toSorted()).toEqual(registered);
  expect(ofOld).toMatchObject({ provider: 'environment', isNewest: false, secrets: expect.any(Number) });

  const connection = await platform.accounts.connect(account);
  const begun = await client.call('post /vault/rewrap', {});
  expect(begun).toMatchObject({ askedBy: 'admin', passedOver: 0 });
  await expect
    .poll(async () => (await client.call('get /vault', {})).rewrap?.endedAt, { timeout: 30_000 })
    .toBeDefined();
  const done = await client.call('get /vault', {});
  expect(done.rewrap).toMatchObject({ id: begun.id, wrapped: ofOld?.secrets, passedOver: 0 });
  expect(done.keys.find(({ id }) => id === old)).toMatchObject({ secrets: 0, columns: [] });
  expect((await countByKey(database)).every(({ key }) => key === newest)).toBe(true);
  expect(await platform.accounts.connect(account), 'connections stay').toBe(connection);
});

test('what could not be wrapped anew is counted, with the key that is missing', async () => {
  for await (const { failure } of wrapAnew(database, toThird)) expect(failure).toBe(undefined);
  await client.call('post /vault/rewrap', {});
  await expect
    .poll(async () => (await client.call('get /vault', {})).rewrap?.endedAt, { timeout: 30_000 })
    .toBeDefined();
  const { rewrap, keys } = await client.call('get /vault', {});
  const missing = await third.newestKey();
  const held = keys.find(({ id }) => id === missing);
  expect(held).toMatchObject({ isNewest: false, secrets: rewrap?.passedOver });
  expect(held?.provider, 'it is not here').toBe(undefined);
  expect(rewrap).toMatchObject({ wrapped: 0, failure: { code: 'secret-key-missing', facts: { key: missing } } });
  expect(rewrap?.passedOver).toBeGreaterThan(0);
  for await (const { failure } of wrapAnew(database, back)) expect(failure).toBe(undefined);
});

test('it is for those who run the platform, and stands in the operation log', async () => {
  const made = await client.call('post /organizations', { body: { name: 'other', administrator: 'boss' } });
  const link = new URL(made.link, url).hash.slice('#link='.length);
  const { token = '' } = await createClient({ server: url }).call('post /sessions', { body: { link, kind: 'cli' } });
  const boss = createClient({ server: url, token });
  const refused = { failure: { code: 'not-allowed' } };
  await expect(boss.call('get /vault', {})).rejects.toMatchObject(refused);
  await expect(boss.call('post /vault/rewrap', {})).rejects.toMatchObject(refused);
  const { items } = await client.call('get /audit', { query: { action: 'VAULT_REWRAP' } });
  expect(items.length).toBeGreaterThan(0);
  expect(items.every(({ subject = '', result }) => subject.startsWith('rwr-') && result === 'ok')).toBe(true);
  const { items: theirs } = await boss.call('get /audit', { query: { action: 'VAULT_REWRAP' } });
  expect(theirs).toMatchObject([{ user: 'boss', result: 'refused' }]);
});
