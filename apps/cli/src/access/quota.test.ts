import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const shop = {
  id: 'prj-000000000001',
  name: 'shop',
  description: '',
  isDefault: false,
  environments: [],
  deployments: 1,
  createdBy: 'Li',
  createdAt: at,
};
const quota = {
  limits: { servers: 4, money: { currency: 'CNY', perMonth: '1000' } },
  used: {
    servers: 4,
    cores: 8,
    megabytes: 16384,
    volumes: 0,
    gigabytes: 0,
    addresses: 0,
    deployments: 1,
    money: [{ currency: 'CNY', perMonth: '156.5' }],
  },
};
const known = {
  'get /projects': () => ({ items: [shop] }),
  'get /projects/{project}/quota': () => quota,
  'patch /projects/{project}/quota': () => quota,
} as const;

test('what a project has is shown beside its limits, in either language', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const { code, stdout } = await home.run(['project', 'quota', 'show', 'shop']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/servers +4 +4/);
  expect(stdout).toMatch(/cores +8 +no limit/);
  expect(stdout).toMatch(/cost a month in CNY +156\.5 +1000/);
  const chinese = await home.run(['project', 'quota', 'show', shop.id], { environment: { LANG: 'zh_CN.UTF-8' } });
  expect(chinese.stdout).toMatch(/主机 +4 +4/);
  expect(JSON.parse((await home.run(['project', 'quota', 'show', 'shop', '-o', 'json'])).stdout)).toEqual(quota);
});

test('limits that are given are set, none takes one away, and what cannot be read is said before anything is sent', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const set = (...words: string[]) => home.run(['project', 'quota', 'set', 'shop', ...words]);
  expect((await set('--servers', '10', '--cores', 'none', '--money', '1000.5 CNY')).code).toBe(0);
  const sent = () => api.calls.filter(({ name }) => name === 'patch /projects/{project}/quota');
  expect(sent().map(({ asked }) => [asked.params, asked.body])).toEqual([
    [{ project: shop.id }, { servers: 10, cores: null, money: { currency: 'CNY', perMonth: '1000.5' } }],
  ]);
  expect(await set('--servers', 'many')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--servers is a whole number or none, not many'),
  });
  expect(await set('--money', '1000')).toMatchObject({ code: 2, stderr: expect.stringContaining('"1000 CNY"') });
  expect(await set()).toMatchObject({ code: 2, stderr: expect.stringContaining('Give a limit to set') });
  expect(sent().length).toBe(1);
});
