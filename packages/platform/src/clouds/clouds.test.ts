import { ApiProblem } from '@pileus/api';
import { Failure } from '@pileus/model';
import { defineProvider, simulated } from '@pileus/provider';
import { sql } from 'kysely';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { aPlatform } from '../testing/a-platform.ts';

/** A cloud that asks for a password, and remembers with which it was reached. */
const seen: string[] = [];
let accepted = 'canary-secret';
const guarded = defineProvider({
  id: 'guarded',
  title: { en: 'Guarded', 'zh-CN': '受保护' },
  category: 'private',
  simulated: true,
  account: z.object({ url: z.url(), password: z.string().min(1).meta({ secret: true }) }),
  connect({ password }) {
    return {
      drivers: {},
      catalogues: {
        server: {
          list: async function* () {},
          read: async () => {
            if (password !== accepted)
              throw new Failure('credentials-refused', { provider: 'Guarded', detail: 'wrong' });
            return undefined;
          },
        },
      },
      async *check() {
        seen.push(password);
        yield {
          service: 'identity',
          ok: password === 'canary-secret',
          detail: { en: 'tried', 'zh-CN': '已尝试' },
          milliseconds: 1,
        };
      },
    };
  },
});

const { client, platform, bugs, database } = await aPlatform([guarded, simulated]);
afterEach(() => expect(bugs.splice(0)).toEqual([]));
const settings = { url: 'https://cloud.example', password: 'canary-secret' };

async function problemOf(call: Promise<unknown>): Promise<ApiProblem | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => (error instanceof ApiProblem ? error : undefined),
  );
}

test('a secret goes in, and comes out nowhere: not in answers, not in the database, not in the operation log', async () => {
  const account = await client.call('post /accounts', { body: { provider: 'guarded', name: 'one', settings } });
  expect(account.settings).toEqual({ url: 'https://cloud.example' });
  expect(account.hidden).toEqual(['password']);
  const answers = [
    await client.call('get /accounts', {}),
    await client.call('get /accounts/{account}', { params: { account: account.id } }),
    await client.call('get /audit', {}),
  ];
  expect(JSON.stringify(answers)).not.toContain('canary');
  const { rows } = await sql<{ all: string }>`select string_agg(a::text, ' ') as all from account as a`.execute(
    database,
  );
  expect(rows[0]?.all).not.toContain('canary');
});

test('whoever holds a connection, as a run does, goes on with the settings as they become', async () => {
  const { id } = await client.call('post /accounts', { body: { provider: 'guarded', name: 'held', settings } });
  const held = await platform.accounts.connect(id);
  const reads = () => held.catalogues.server?.read('srv', new AbortController().signal);
  expect(await reads()).toBeUndefined();
  accepted = 'another one';
  onTestFinished(() => void (accepted = settings.password));
  await expect(reads()).rejects.toMatchObject({ code: 'credentials-refused' });
  await client.call('patch /accounts/{account}', {
    params: { account: id },
    body: { settings: { ...settings, password: accepted } },
  });
  // It is told so, and tried again by the step that asked.
  await expect(reads()).rejects.toMatchObject({ code: 'credentials-changed', retry: true });
  expect(await reads()).toBeUndefined();
});

test('an account is tried with the saved secret where none is given, and a change that leaves it out keeps it', async () => {
  const { id } = await client.call('post /accounts', { body: { provider: 'guarded', name: 'two', settings } });
  await client.call('patch /accounts/{account}', {
    params: { account: id },
    body: { settings: { url: 'https://other.example' } },
  });
  seen.length = 0;
  const health = await client.call('post /accounts/{account}/check', { params: { account: id } });
  expect([health.is, seen.includes('canary-secret')]).toEqual(['ok', true]);
  const tried = [];
  for await (const { data } of client.stream('post /accounts/check', {
    body: { provider: 'guarded', settings: { url: 'https://x.example' }, account: id },
  }))
    tried.push(data.ok);
  expect(tried).toEqual([true]);
  expect((await client.call('get /accounts/{account}', { params: { account: id } })).settings).toEqual({
    url: 'https://other.example',
  });
});

test('what is wrong with an account is said field by field, and its name is its own', async () => {
  const wrong = await problemOf(
    client.call('post /accounts', { body: { provider: 'guarded', name: 'three', settings: { url: 'nonsense' } } }),
  );
  expect(wrong?.failure.problems?.map(({ at }) => at)).toEqual(['/settings/url', '/settings/password']);
  await client.call('post /accounts', { body: { provider: 'guarded', name: 'Three', settings } });
  const taken = await problemOf(
    client.call('post /accounts', { body: { provider: 'guarded', name: 'three', settings } }),
  );
  expect(taken?.failure.code).toBe('name-taken');
  expect(
    (await problemOf(client.call('post /accounts', { body: { provider: 'none', name: 'x', settings } })))?.failure.code,
  ).toBe('not-found');
});

test('an account that is removed is gone, its secrets with it', async () => {
  const { id } = await client.call('post /accounts', { body: { provider: 'guarded', name: 'four', settings } });
  await client.call('delete /accounts/{account}', { params: { account: id } });
  expect((await problemOf(client.call('get /accounts/{account}', { params: { account: id } })))?.failure.code).toBe(
    'not-found',
  );
  expect(
    (await database.selectFrom('account').select('secrets').where('id', '=', id).executeTakeFirst())?.secrets,
  ).toEqual({});
  await expect(platform.accounts.connect(id)).rejects.toThrow(/no account/);
});
