import { expect, test, vi } from 'vitest';
import { fakeApi, Refused } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const begun = {
  user: {
    id: 'u-000000000001',
    name: 'ada',
    organization: { id: 'org-home', name: 'default' },
    hasPassword: true,
    permissions: [],
  },
  token: 'secret-token',
  expiresAt: at,
};

test('without a link and a name, login waits until its code is approved in a browser', async () => {
  let asked = 0;
  await using api = await fakeApi({
    'post /sessions/device': () => ({
      device: 'held',
      code: 'BCDF-GHJK',
      url: 'https://pileus.example.org/device',
      urlWithCode: 'https://pileus.example.org/device?code=BCDF-GHJK',
      expiresAt: at,
      interval: 0,
    }),
    'post /sessions': () => (++asked < 3 ? new Refused({ code: 'sign-in-pending', facts: {} }) : begun),
  });
  await using home = await aHome();
  const { code, stderr } = await home.run(['login', api.url]);
  expect(code).toBe(0);
  expect(stderr).toContain('https://pileus.example.org/device?code=BCDF-GHJK');
  expect(stderr).toContain('as ada');
  expect(api.calls.at(-1)?.asked.body).toEqual({ device: 'held', kind: 'cli' });
});

test('a second factor is given by PILEUS_CODE where nobody can be asked', async () => {
  await using api = await fakeApi({
    'post /sessions': ({ body }) =>
      'code' in body ? begun : { wants: { challenge: 'half', by: ['code'] as const }, expiresAt: at },
  });
  await using home = await aHome();
  const login = (environment: Record<string, string>) =>
    home.run(['login', api.url, '--name', 'ada'], { environment: { PILEUS_PASSWORD: 'secret', ...environment } });
  const without = await login({});
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('PILEUS_CODE')]);
  expect((await login({ PILEUS_CODE: '123456' })).code).toBe(0);
  expect(api.calls.at(-1)?.asked.body).toEqual({ challenge: 'half', code: '123456', kind: 'cli' });
});
