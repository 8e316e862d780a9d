import type { AnswerOf } from '@pileus/api';
import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

type Vault = AnswerOf<'get /vault'>;
const key = (id: string, secrets: number, more: Partial<Vault['keys'][number]> = {}) => ({
  id,
  isNewest: false,
  secrets,
  columns: [],
  ...more,
});
const keys = [
  key('aaaa', 5, { isNewest: true, provider: 'transit' }),
  key('bbbb', 3, { provider: 'file' }),
  key('cccc', 2),
  key('dddd', 0, { provider: 'environment' }),
];
const begun = { id: 'rwr-1', askedBy: 'admin', askedAt: at, wrapped: 0, passedOver: 0 };

test('it is shown which key wraps how much, which can go, and which is missing', async () => {
  await using api = await fakeApi({ 'get /vault': () => ({ provider: 'transit', keys }) });
  await using home = await aHome(api.url);
  const shown = await home.run(['vault', 'status']);
  expect(shown.stdout).toMatch(/aaaa\s+transit engine\s+5\s+seals\n.*bbbb\s+file\s+3\s+still needed/s);
  expect(shown.stdout).toMatch(/cccc\s+–\s+2\s+MISSING\n.*dddd\s+environment\s+0\s+not needed/s);
  expect(shown.stderr).toMatch(/2 secret.*cccc.*bring it back.*pileus vault rewrap.*dddd: it can go/s);
  const chinese = await home.run(['vault', 'status'], { environment: { LANG: 'zh_CN.UTF-8' } });
  expect(chinese.stdout).toMatch(/正在使用.*仍需保留.*缺失.*不再需要/s);
});

test('wrapping anew is waited for, and ends with 1 where something could not be', async () => {
  const failure = { code: 'secret-key-missing', facts: { what: 'password', key: 'cccc' } };
  let looks = 0;
  await using api = await fakeApi({
    'post /vault/rewrap': () => begun,
    'get /vault': () => ({
      provider: 'transit',
      keys,
      rewrap: looks++ === 0 ? begun : { ...begun, wrapped: 3, passedOver: 2, failure, endedAt: at },
    }),
  });
  await using home = await aHome(api.url);
  const done = await home.run(['vault', 'rewrap']);
  expect([done.code, done.stdout]).toEqual([1, 'Wrapped anew: 3\n']);
  expect(done.stderr).toContain(
    '2 secret(s) stay as they were. The first of them: password is sealed with the key cccc',
  );
  expect(looks).toBe(2);
  const left = await home.run(['vault', 'rewrap', '--no-wait', '-o', 'json']);
  expect([left.code, JSON.parse(left.stdout)]).toEqual([0, begun]);
  expect(looks).toBe(2);
});
