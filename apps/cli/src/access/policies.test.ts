import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const token = { id: 'tok-1', name: 'laptop', prefix: 'plt_7vz0abcd', createdAt: at };

test('an access token is revoked by its id, or by a name that only one has', async () => {
  await using api = await fakeApi({
    'get /me/tokens': () => ({ items: [token, { ...token, id: 'tok-2' }, { ...token, id: 'tok-3', name: 'CI' }] }),
    'delete /me/tokens/{token}': () => ({}),
  });
  await using home = await aHome(api.url);
  const several = await home.run(['token', 'revoke', 'laptop']);
  expect([several.code, several.stderr]).toEqual([5, expect.stringContaining('tok-1, tok-2')]);
  expect(api.calls.map(({ name }) => name)).toEqual(['get /me/tokens']);
  expect((await home.run(['token', 'revoke', 'ci'])).code).toBe(0);
  expect(api.calls.at(-1)?.asked.params).toEqual({ token: 'tok-3' });
  expect((await home.run(['token', 'revoke', 'tok-2'])).code).toBe(0);
  expect(api.calls.at(-1)?.asked.params).toEqual({ token: 'tok-2' });
});
