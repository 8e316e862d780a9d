import { endpoints } from '@pileus/api';
import { testDatabase } from '@pileus/database/testing';
import { engineMigrations } from '@pileus/engine';
import { type Bound, createHttp, type Listening } from '@pileus/http';
import { type Clock, days, type Duration, hours, systemClock } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oneAtATime } from '../one-at-a-time.ts';
import { aVault } from '../testing/a-vault.ts';
import { type AccessArea, createAccess } from './index.ts';

const database = await testDatabase([engineMigrations, new URL('../../migrations/', import.meta.url)]);
const vault = await aVault();
let ahead = 0;
const clock: Clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep };
const pass = (time: Duration) => void (ahead += time);

let access: AccessArea;
let server: Listening;
/** Calls that came as far as a handler which is none of this area's. */
const reached: string[] = [];

beforeAll(async () => {
  access = createAccess({ database, vault, outbound: createOutbound({}), clock, version: '1.2.3' });
  const handled = new Set(access.handlers.map(({ name }) => name));
  const others = endpoints.map(({ method, path }) => `${method} ${path}`).filter((name) => !handled.has(name));
  const elsewhere: Bound[] = others.map((name) => ({ name, run: async () => reached.push(name) }));
  const http = createHttp({
    handlers: [...access.handlers, ...elsewhere],
    access,
    audit: access.audit,
    idempotency: access.idempotency,
    transactions: oneAtATime(database),
    version: '1.2.3',
    log: () => {},
    strict: true,
    clock,
  });
  server = await http.listen({ port: 0, host: '127.0.0.1' });
  await access.addUser({ name: 'Ling', policies: ['ReadOnlyAccess'], password: 'correct horse' });
});
afterAll(() => server.close());

interface Sent {
  readonly token?: string | undefined;
  readonly cookie?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** What these tests read of answers. */
interface Answered {
  readonly code?: string;
  readonly name?: string;
  readonly user?: unknown;
  readonly token?: string;
  readonly hasPassword?: boolean;
  readonly requestId?: string;
  readonly problems?: readonly unknown[];
  readonly items?: readonly { readonly at: string }[];
  readonly nextCursor?: string;
}

async function call(method: string, path: string, { token, cookie, body, headers }: Sent = {}) {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...headers,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(cookie && { cookie }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  // The server itself checks (`strict`) that it answers as declared.
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as Answered };
}

const linkToken = async () => (await access.oneTimeLink('http://pileus')).split('#link=')[1] ?? '';
const asAdmin = async () =>
  (await call('POST', '/sessions', { body: { link: await linkToken(), kind: 'cli' } })).json.token ?? '';
const signInAsLing = (password: string, kind = 'cli') =>
  call('POST', '/sessions', { body: { name: 'ling', password, kind } });
const lastAudit = () =>
  database.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirstOrThrow();

test('the one-time link signs the first administrator in, once', async () => {
  const link = await access.oneTimeLink('http://pileus:7800');
  expect(link).toMatch(/^http:\/\/pileus:7800\/sign-in#link=pll_[\w-]{43}$/);
  const body = { link: link.split('#link=')[1] };
  const [one, two] = await Promise.all([call('POST', '/sessions', { body }), call('POST', '/sessions', { body })]);
  expect(new Set([one.status, two.status])).toEqual(new Set([201, 401]));
  const signedIn = one.status === 201 ? one : two;
  expect(signedIn.json.user).toMatchObject({ name: 'admin', hasPassword: false });
  expect(signedIn.json).not.toHaveProperty('token');
  const cookie = signedIn.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^pileus_session=pls_[\w-]{43};.*HttpOnly.*SameSite=Strict/);
  expect((await call('GET', '/me', { cookie: cookie.split(';')[0] ?? '' })).json.name).toBe('admin');
});

test('a link ends after 24 hours', async () => {
  const link = await linkToken();
  pass(days(1));
  expect((await call('POST', '/sessions', { body: { link } })).json.code).toBe('sign-in-refused');
});

test('no token is kept as it is', async () => {
  const token = await asAdmin();
  const { rows } = await sql<{ held: boolean }>`
    select to_jsonb(session)::text like ${`%${token}%`} as held from session
    union select to_jsonb(one_time_link)::text like ${`%${token}%`} from one_time_link`.execute(database);
  expect(rows).toEqual([{ held: false }]);
});

test('a wrong password and an unknown user are refused alike', async () => {
  const wrong = await signInAsLing('wrong');
  const unknown = await call('POST', '/sessions', { body: { name: 'nobody', password: 'wrong' } });
  expect(wrong.status).toBe(401);
  expect(unknown).toMatchObject({ status: 401, json: { ...wrong.json, requestId: unknown.json.requestId } });
});

test('after ten tries with one name from one address the eleventh waits', async () => {
  const tries = await Promise.all(
    Array.from({ length: 12 }, () => call('POST', '/sessions', { body: { name: 'guess', password: 'x' } })),
  );
  expect(tries.filter(({ status }) => status === 401)).toHaveLength(10);
  const refused = tries.find(({ status }) => status === 429);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await signInAsLing('correct horse')).status).toBe(201);
});

test('a session used within twelve hours goes on, an unused one ends', async () => {
  const cookie = (await signInAsLing('correct horse', 'browser')).headers.get('set-cookie')?.split(';')[0] ?? '';
  pass(hours(11));
  expect((await call('GET', '/me', { cookie })).status).toBe(200);
  pass(hours(11));
  expect((await call('GET', '/me', { cookie })).status).toBe(200);
  pass(hours(12));
  expect((await call('GET', '/me', { cookie })).json.code).toBe('not-signed-in');
});

test('rights are those of the moment, and a removed session ends at once', async () => {
  const token = await asAdmin();
  const [from, to] = ['AdministratorAccess', 'ReadOnlyAccess'];
  const exchange = (gives: string, takes: string) =>
    database.updateTable('policy_attachment').set({ policy: gives }).where('policy', '=', takes).execute();
  await exchange(to, from);
  expect((await call('POST', '/groups', { token, body: { name: 'a' } })).json).toMatchObject({
    code: 'not-allowed',
    facts: { permission: 'group.create' },
  });
  await database
    .updateTable('policy_attachment')
    .set({ policy: from })
    .where('principal', 'in', (query) => query.selectFrom('user_account').select('id').where('name', '=', 'admin'))
    .execute();
  expect((await call('POST', '/groups', { token, body: { name: 'a' } })).status).toBe(201);
  expect((await call('DELETE', '/sessions/current', { token })).status).toBe(200);
  expect((await call('GET', '/me', { token })).status).toBe(401);
});

test('changing the password ends every other session', async () => {
  const [mine, other] = [await signInAsLing('correct horse'), await signInAsLing('correct horse')];
  const change = (body: unknown) => call('PUT', '/me/password', { token: mine.json.token, body });
  expect((await change({ next: 'battery staple' })).json.code).toBe('sign-in-refused');
  expect((await change({ current: 'correct horse', next: 'short' })).json.problems).toMatchObject([
    { at: '/next', rule: 'too_small' },
  ]);
  expect((await change({ current: 'correct horse', next: 'battery staple' })).status).toBe(200);
  expect((await call('GET', '/me', { token: mine.json.token })).status).toBe(200);
  expect((await call('GET', '/me', { token: other.json.token })).status).toBe(401);
  expect((await signInAsLing('correct horse')).status).toBe(401);
  await change({ current: 'battery staple', next: 'correct horse' });
});

test('who has just signed in by a link may replace a forgotten password', async () => {
  const token = await asAdmin();
  expect((await call('PUT', '/me/password', { token, body: { next: 'first password' } })).json.hasPassword).toBe(true);
  expect((await call('PUT', '/me/password', { token, body: { next: 'second password' } })).json.code).toBe(
    'sign-in-refused',
  );
  const later = await asAdmin();
  expect((await call('PUT', '/me/password', { token: later, body: { next: 'third password' } })).status).toBe(200);
});

test('every call but the public ones needs a sign-in, and a viewer may only read', async () => {
  const viewer = (await signInAsLing('correct horse')).json.token ?? '';
  for (const { method, path, permission, ...declared } of endpoints) {
    if (permission === 'public') continue;
    const filled = path.replace(/\{\w+\}/g, 'x');
    const broken = 'body' in declared ? { body: '{ not json' } : {};
    const stranger = await call(method.toUpperCase(), filled, broken);
    expect([`${method} ${path}`, stranger.status, stranger.json.code]).toEqual([
      `${method} ${path}`,
      401,
      'not-signed-in',
    ]);
    const wanted = [permission].flat();
    if (wanted.some((one) => one === 'self' || one.endsWith('.read'))) continue;
    const refused = await call(method.toUpperCase(), filled, { ...broken, token: viewer });
    // Where the path names something, there is no such thing.
    const answer = 'on' in declared ? [403, 'not-allowed'] : [404, 'not-found'];
    expect([`${method} ${path}`, refused.status, refused.json.code]).toEqual([`${method} ${path}`, ...answer]);
  }
  expect(reached.filter((name) => name !== 'delete /accounts/{account}')).toEqual([]);
});

test('sign-ins are in the operation log, with the name that was given', async () => {
  await call('POST', '/sessions', {
    body: { name: 'Mallory', password: 'secret guess' },
    headers: { 'x-request-id': 'test-request-1' },
  });
  const row = await lastAudit();
  expect(row).toMatchObject({ user_name: 'Mallory', action: 'Login', ip: '127.0.0.1', result: 'refused', status: 401 });
  expect(row).toMatchObject({ request_id: 'test-request-1', code: 'sign-in-refused' });
  expect(JSON.stringify(row)).not.toContain('secret guess');
  await signInAsLing('correct horse');
  expect(await lastAudit()).toMatchObject({
    user_name: 'Ling',
    action: 'Login',
    result: 'ok',
    status: 201,
    code: null,
  });
});

test('the operation log is read page by page, and can be searched', async () => {
  const token = await asAdmin();
  const first = await call('GET', '/audit?limit=2&action=Login', { token });
  expect(first.json.items).toHaveLength(2);
  const second = await call('GET', `/audit?limit=2&action=Login&cursor=${first.json.nextCursor}`, { token });
  const times = [...(first.json.items ?? []), ...(second.json.items ?? [])].map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => b.localeCompare(a)));
  expect((await call('GET', '/audit?q=mallory', { token })).json.items).toMatchObject([
    { user: 'Mallory', result: 'refused' },
  ]);
  expect((await call('GET', '/audit?q=%25_', { token })).json.items).toEqual([]);
  expect((await call('GET', '/audit?cursor=x', { token })).status).toBe(422);
});

test('a row of the operation log cannot be changed or removed', async () => {
  await expect(database.updateTable('audit').set({ user_name: 'x' }).execute()).rejects.toThrow('append-only');
  await expect(database.deleteFrom('audit').execute()).rejects.toThrow('append-only');
  await expect(sql`truncate audit`.execute(database)).rejects.toThrow('append-only');
});

test('what is changed, removed or cut off in the operation log is found', async () => {
  const token = await asAdmin();
  const verify = async () => (await call('GET', '/audit/verify', { token })).json as unknown as Verified;
  const whole = await verify();
  expect(whole).toMatchObject({ ok: true, broken: [] });
  expect(whole.rows).toBeGreaterThan(5);
  // Somebody who may do everything with the database.
  const tamper = async (how: RawBuilder<unknown>) => {
    await database.transaction().execute(async (transaction) => {
      await sql`set local session_replication_role = replica`.execute(transaction);
      await how.execute(transaction);
    });
    return (await verify()).broken.map(({ number, is }) => [number, is]);
  };
  const put = (number: number, name: string) => sql`update audit set user_name = ${name} where number = ${number}`;
  const { user_name: was } = await database
    .selectFrom('audit')
    .select('user_name')
    .where('number', '=', 3)
    .executeTakeFirstOrThrow();
  expect(await tamper(put(3, 'somebody else'))).toEqual([[3, 'changed']]);
  expect(await tamper(put(3, was))).toEqual([]);
  const swap = sql`update audit set number = -number where number in (4, 5)`;
  expect((await tamper(swap)).length).toBeGreaterThan(0);
  expect(await tamper(sql`update audit set number = -number where number in (-4, -5)`)).toEqual([]);
  expect(await tamper(sql`delete from audit where number = 2`)).toEqual([[3, 'missing']]);
  const { head } = await verify();
  expect(await tamper(sql`delete from audit where number = ${head.number}`)).toEqual([
    [3, 'missing'],
    [head.number, 'missing'],
  ]);
});

interface Verified {
  readonly rows: number;
  readonly ok: boolean;
  readonly broken: readonly { readonly number: number; readonly is: string }[];
  readonly head: { readonly number: number };
}

test('what a failure means can be looked up by its code, without signing in', async () => {
  const ask = async (code: string) => {
    const answer = await fetch(`${server.url}/api/v1/failures/${code}`);
    return [answer.status, await answer.json()] as const;
  };
  expect(await ask('stale')).toMatchObject([
    200,
    { code: 'stale', status: 412, retry: false, title: { 'zh-CN': expect.stringContaining('重新查看') } },
  ]);
  expect(await ask('toString')).toMatchObject([404, { code: 'not-found' }]);
});
