import { createClient, type AnswerOf } from '@pileus/api';
import { newId, systemClock } from '@pileus/model';
import { simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { aPlatform, settled } from '../testing/a-platform.ts';
import { onSimulatedClouds } from '../testing/on-simulated-clouds.ts';
import { verifyAudit } from './audit-chain.ts';
import { auditLog } from './audit-log.ts';
import { home } from './organizations.ts';

const { platform, client, url, database } = await aPlatform([simulated]);
const { anAccount, aDeployment } = onSimulatedClouds(client);

type Row = AnswerOf<'get /audit'>['items'][number];

const newest = async (action: string): Promise<Row> => {
  const { items } = await client.call('get /audit', { query: { action, limit: 1 } });
  const [row] = items;
  if (!row) throw new Error(`nothing is logged of ${action}`);
  return row;
};
const verified = () => client.call('get /audit/verify', {});

test('a row says in which project, on what, why and by whose leave', async () => {
  const account = await anAccount();
  const deployment = await settled(client, await aDeployment(account));
  const made = await newest('DEPLOYMENT_CREATE');
  const [plan] = await database.selectFrom('plan').select('hash').execute();
  expect(made).toMatchObject({
    result: 'ok',
    project: 'prj-home',
    target: { kind: 'deployment', id: deployment.id, name: deployment.name },
    approval: plan?.hash,
    after: { name: deployment.name },
  });
  expect(made.before).toBeUndefined();

  const hurried = createClient({ server: url, token: await newSession(), reason: '流量高峰' });
  const { run } = await hurried.call('delete /deployments/{deployment}', { params: { deployment: deployment.id } });
  expect(run).toBeTruthy();
  expect(await newest('DEPLOYMENT_DELETE')).toMatchObject({
    reason: '流量高峰',
    project: 'prj-home',
    target: { id: deployment.id, name: deployment.name },
    before: { state: 'running' },
    after: { state: 'deleting' },
  });
  const { items } = await client.call('get /audit', { query: { target: deployment.id } });
  expect(items.map(({ action }) => action)).toEqual(['DEPLOYMENT_DELETE', 'DEPLOYMENT_CREATE']);
  const inProject = await client.call('get /audit', { query: { project: 'prj-home', limit: 500 } });
  expect(inProject.items.map(({ project }) => project)).not.toContain(undefined);
  expect((await client.call('get /audit', { query: { project: 'prj-other' } })).items).toEqual([]);
  expect((await client.call('get /audit', { query: { q: '高峰' } })).items).toHaveLength(1);
});

async function newSession(): Promise<string> {
  const link = new URL(await platform.access.oneTimeLink(url)).hash.slice('#link='.length);
  const { token = '' } = await createClient({ server: url }).call('post /sessions', { body: { link, kind: 'cli' } });
  return token;
}

test('a row says what is different since, and no secret', async () => {
  const project = await client.call('post /projects', { body: { name: 'shop', description: 'old' } });
  expect(await newest('PROJECT_CREATE')).toMatchObject({ target: { kind: 'project', id: project.id, name: 'shop' } });
  await client.call('patch /projects/{project}', { params: { project: project.id }, body: { description: 'new' } });
  const changed = await newest('PROJECT_UPDATE');
  expect([changed.before, changed.after]).toEqual([{ description: 'old' }, { description: 'new' }]);

  const secret = 'correct horse battery';
  const user = await client.call('post /users', { body: { name: 'Qian', password: secret } });
  await client.call('put /policies/{policy}/attachments/{principal}', {
    params: { policy: 'ReadOnlyAccess', principal: user.id },
  });
  expect(await newest('POLICY_ATTACH')).toMatchObject({
    target: { kind: 'policy', id: 'ReadOnlyAccess' },
    after: { attached: [user.id] },
  });
  const { token } = await createClient({ server: url }).call('post /sessions', {
    body: { name: 'Qian', password: secret, kind: 'cli' },
  });
  await createClient({ server: url, token }).call('put /me/password', {
    body: { current: secret, next: 'another horse battery' },
  });
  expect(await newest('PASSWORD_CHANGE')).toMatchObject({
    target: { kind: 'user', id: user.id, name: 'Qian' },
    before: { password: '•••' },
    after: { password: '•••' },
  });
  const settings = { issuer: 'https://id.example.org', clientId: 'pileus' };
  const method = await client.call('post /sign-in-methods', {
    body: { kind: 'oidc', title: 'Staff', settings, secret: 'swordfish' },
  });
  expect(await newest('SIGN_IN_METHOD_CREATE')).toMatchObject({
    target: { kind: 'sign-in-method', id: method.id, name: 'Staff' },
    after: { settings, secret: '•••' },
  });
  await client.call('patch /sign-in-methods/{method}', {
    params: { method: method.id },
    body: { secret: 'other fish' },
  });
  const { before, after } = await newest('SIGN_IN_METHOD_UPDATE');
  expect([before, after]).toEqual([{ secret: '•••' }, { secret: '•••' }]);
  const { items } = await client.call('get /audit', { query: { limit: 500 } });
  expect(JSON.stringify(items)).not.toMatch(/horse battery|scrypt|swordfish|other fish|"v1\./);
});

test('who is refused is logged with what it was about', async () => {
  const project = await client.call('post /projects', { body: { name: 'closed' } });
  await platform.access.addUser({ name: 'Sun', password: 'correct horse battery', policies: ['ReadOnlyAccess'] });
  const { token } = await createClient({ server: url }).call('post /sessions', {
    body: { name: 'Sun', password: 'correct horse battery', kind: 'cli' },
  });
  const sun = createClient({ server: url, token });
  await expect(sun.call('delete /projects/{project}', { params: { project: project.id } })).rejects.toMatchObject({
    failure: { code: 'not-allowed' },
  });
  expect(await newest('PROJECT_DELETE')).toMatchObject({
    user: 'Sun',
    result: 'refused',
    project: project.id,
    target: { kind: 'project', id: project.id, name: 'closed' },
  });
});

test('rows of before and rows that say more are one chain, and whatever is changed in it is found', async () => {
  const log = auditLog(database, systemClock);
  const entry = { user: 'Li', action: 'X', ip: '::1', result: 'ok', status: 200, requestId: 'r' } as const;
  await log.write(entry);
  // As the version before this one wrote it.
  const { rows } = await sql<{ digest: Buffer; fitting: Buffer }>`
    select digest, sha256((select digest from audit as before where before.number = audit.number - 1) || convert_to(
      jsonb_build_array(organization, number, id, (extract(epoch from at) * 1000000)::bigint, user_name, user_id, action, ip,
        result, status, request_id, subject, code)::text, 'UTF8')) as fitting
    from audit where organization = ${home} order by number desc limit 1`.execute(database);
  expect(rows[0]?.digest).toEqual(rows[0]?.fitting);
  await log.write({
    ...entry,
    project: 'prj-1',
    target: { kind: 'x', id: 'y', name: 'z "quoted" \u{1f600}' },
    reason: 'because',
    approval: 'hash',
    difference: { before: { n: 1.5, deep: { a: null } }, after: { n: 2 } },
  });
  expect(await verified()).toMatchObject({ ok: true });

  const last = (await verified()).head.number;
  const tamper = async (how: string, number: number) => {
    await database.transaction().execute(async (transaction) => {
      await sql`set local session_replication_role = replica`.execute(transaction);
      await sql
        .raw(`update audit set ${how} where organization = 'org-home' and number = ${number}`)
        .execute(transaction);
    });
    return (await verified()).broken.map(({ number: at, is }) => [at, is]);
  };
  for (const [column, other, was] of [
    ['project', "'prj-2'", "'prj-1'"],
    ['target_kind', "'w'", "'x'"],
    ['target_id', "'w'", "'y'"],
    ['reason', 'null', "'because'"],
    ['approval', "'other'", "'hash'"],
    ['before', `'{"n": 1.4, "deep": {"a": null}}'`, `'{"n": 1.5, "deep": {"a": null}}'`],
    ['after', 'null', `'{"n": 2}'`],
  ]) {
    expect([column, await tamper(`${column} = ${other}`, last)]).toEqual([column, [[last, 'changed']]]);
    expect([column, await tamper(`${column} = ${was}`, last)]).toEqual([column, []]);
  }
  // What a row of before did not say cannot be put into its mouth.
  expect(await tamper("reason = 'because'", last - 1)).toEqual([[last - 1, 'changed']]);
  expect(await tamper('reason = null', last - 1)).toEqual([]);
});

test('a log that is worked out in parts has its breaks where they are, also between the parts', async () => {
  const organization = newId('organization');
  await sql`insert into audit (id, organization, at, user_name, action, ip, result, status, request_id)
    select 'log-' || n, ${organization}, now(), 'x', 'x', '::1', 'ok', 200, 'r' from generate_series(1, 300) as n`.execute(
    database,
  );
  const broken = async () =>
    (await verifyAudit(database, organization, 100)).broken.map(({ number, is }) => [number, is]);
  expect(await broken()).toEqual([]);
  await database.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction);
    await sql`delete from audit where organization = ${organization} and number in (100, 201)`.execute(transaction);
    await sql`update audit set user_name = 'y' where organization = ${organization} and number = 150`.execute(
      transaction,
    );
  });
  expect(await broken()).toEqual([
    [101, 'missing'],
    [150, 'changed'],
    [202, 'missing'],
  ]);
  // Whoever makes the end anew has to make the head anew as well, which nobody but the owner of the tables can.
  await database.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction);
    await sql`delete from audit where organization = ${organization} and number >= 100`.execute(transaction);
    await sql`update audit_head set number = 99 where organization = ${organization}`.execute(transaction);
  });
  expect(await broken()).toEqual([[99, 'changed']]);
});
