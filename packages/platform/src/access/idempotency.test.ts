import { testDatabase } from '@pileus/database/testing';
import { engineMigrations } from '@pileus/engine';
import { type Bound, createHttp } from '@pileus/http';
import { endpoints } from '@pileus/api';
import { type Clock, days, Failure, seconds, systemClock } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { beforeEach, expect, test } from 'vitest';
import { oneAtATime } from '../one-at-a-time.ts';
import { aVault } from '../testing/a-vault.ts';
import { createAccess } from './index.ts';

const database = await testDatabase([engineMigrations, new URL('../../migrations/', import.meta.url)]);
let ahead = 0;
const clock: Clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep };

const access = createAccess({
  database,
  vault: await aVault(),
  outbound: createOutbound({}),
  clock,
  version: '0.0.0',
});
/** What starting a deployment does in this test, and how often it did. */
let work: () => Promise<unknown>;
let done = 0;
beforeEach(() => void (done = 0));

const handled = new Set(access.handlers.map(({ name }) => name));
const others: Bound[] = endpoints
  .map(({ method, path }) => `${method} ${path}`)
  .filter((name) => !handled.has(name))
  .map((name) => ({
    name,
    run: ({ check }) => {
      check('deployment.create', { kind: 'deployment', keys: {} });
      return work();
    },
  }));
const { app } = createHttp({
  handlers: [...access.handlers, ...others],
  access,
  audit: access.audit,
  idempotency: access.idempotency,
  transactions: oneAtATime(database),
  version: '0.0.0',
  log: () => {},
  clock,
});

async function signIn(): Promise<string> {
  const link = (await access.oneTimeLink('')).split('#link=')[1];
  const answer = await app.request('/api/v1/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link, kind: 'cli' }),
  });
  return ((await answer.json()) as { token: string }).token;
}
const token = await signIn();

const deploy = async (key: string, plan = 'plan-1') =>
  app.request('/api/v1/deployments', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ plan, hash: 'h' }),
  });
const start = async () => ({ deployment: `dep-${++done}`, run: `run-${done}` });

test('a request that is repeated under its key is answered the same and done once', async () => {
  work = start;
  const first = await deploy('k1');
  const again = await deploy('k1');
  expect([first.status, await first.json()]).toEqual([202, { deployment: 'dep-1', run: 'run-1' }]);
  expect([again.status, await again.json()]).toEqual([202, { deployment: 'dep-1', run: 'run-1' }]);
  expect(again.headers.get('location')).toBe('/api/v1/runs/run-1');
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const rows = await database.selectFrom('audit').selectAll().where('action', '=', 'DEPLOYMENT_CREATE').execute();
  expect(rows).toHaveLength(1);
});

test('what is kept of an answer is sealed: a new token may be in it', async () => {
  work = async () => ({ deployment: 'dep-canary', run: 'run-1' });
  const first = await deploy('k0');
  expect(await first.text()).toContain('dep-canary');
  const rows = await database.selectFrom('idempotency').select(['status', 'body']).where('key', '=', 'k0').execute();
  expect(rows).toMatchObject([{ status: 202, body: expect.any(String) }]);
  expect(JSON.stringify(rows)).not.toContain('canary');
  expect(await (await deploy('k0')).text()).toContain('dep-canary');
});

test('ten at once under one key do it once', async () => {
  work = async () => {
    await new Promise((finished) => setTimeout(finished, 50));
    return start();
  };
  const answers = await Promise.all(Array.from({ length: 10 }, () => deploy('k2')));
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  expect(done).toBe(1);
});

test('a key that was used for something else is refused', async () => {
  work = start;
  await deploy('k3');
  const other = await deploy('k3', 'plan-2');
  expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, 'key-reused']);
  expect((await deploy('bad key with spaces')).status).toBe(422);
  expect(done).toBe(1);
});

test('a refusal is kept, a failure that may pass is not', async () => {
  work = async () => {
    done++;
    throw new Failure('name-taken', { name: 'shop' });
  };
  await deploy('k4');
  const kept = await deploy('k4');
  expect([kept.status, kept.headers.get('content-type'), done]).toEqual([409, 'application/problem+json', 1]);
  work = async () => {
    done++;
    throw new Failure('database-unavailable', { detail: 'it is starting up' });
  };
  await deploy('k5');
  await deploy('k5');
  expect(done).toBe(3);
});

test('the key of a process that died is free again, a used one after a day', async () => {
  const admin = await database.selectFrom('user_account').select('id').executeTakeFirstOrThrow();
  const request = { user: admin.id, key: 'k6', fingerprint: 'f', holder: 'dead' };
  expect(await access.idempotency.claim(request)).toEqual({ is: 'mine' });
  const next = { ...request, holder: 'next' };
  expect(await access.idempotency.claim(next)).toEqual({ is: 'running' });
  ahead += seconds(16);
  expect(await access.idempotency.claim({ ...next, fingerprint: 'other' })).toEqual({ is: 'reused' });
  expect(await access.idempotency.claim(next)).toEqual({ is: 'mine' });
  await access.idempotency.keep(request, { status: 200, type: 'application/json', body: '"late"' });
  expect(await access.idempotency.claim({ ...next, holder: 'third' })).toEqual({ is: 'running' });
  await access.idempotency.keep(next, { status: 200, type: 'application/json', body: '"kept"' });
  expect(await access.idempotency.claim(request)).toMatchObject({ is: 'answered', answer: { body: '"kept"' } });
  ahead += days(1);
  expect(await access.idempotency.claim({ ...request, fingerprint: 'new' })).toEqual({ is: 'mine' });
});

test('what has expired is tidied away', async () => {
  ahead += days(31);
  await access.tidy();
  for (const table of ['session', 'one_time_link', 'idempotency', 'sign_in_attempt'] as const) {
    expect([table, await database.selectFrom(table).selectAll().execute()]).toEqual([table, []]);
  }
});
