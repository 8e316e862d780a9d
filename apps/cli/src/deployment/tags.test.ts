import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { shop } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const tagged = { ...shop, tags: { team: 'shop' } };
const known = {
  'get /deployments': () => ({ items: [tagged] }),
  'patch /deployments/{deployment}/tags': () => ({ tags: { owner: 'a=b' } }),
} as const;

test('tags are set, taken away and shown, and what is no tag is said before anything is sent', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const shown = await home.run(['deployment', 'tag', 'shop']);
  expect(shown.stdout).toMatch(/team +shop/);
  const { code, stdout } = await home.run(['deployment', 'tag', 'shop', 'owner=a=b', '--remove', 'team', '-o', 'json']);
  expect([code, JSON.parse(stdout)]).toEqual([0, { owner: 'a=b' }]);
  const sent = () => api.calls.filter(({ name }) => name === 'patch /deployments/{deployment}/tags');
  expect(sent().map(({ asked }) => asked.body)).toEqual([{ tags: { team: null, owner: 'a=b' } }]);
  expect(await home.run(['deployment', 'tag', 'shop', 'owner'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('owner=zhang'),
  });
  expect(sent().length).toBe(1);
  const listed = await home.run(['deployment', 'list', '--tag', 'team=shop']);
  expect(listed.stdout).toContain('team=shop');
  expect(api.calls.at(-1)?.asked.query.get('tag')).toBe('team=shop');
});
