import type { AnswerOf } from '@pileus/api';
import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { account, aRun, at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

type Finding = AnswerOf<'get /accounts/{account}/findings'>['items'][number];
const stray: Finding = {
  id: 'fnd-000000000001',
  account: account.id,
  kind: 'server',
  ref: 'i-9',
  name: 'stray',
  is: 'unknown',
  firstSeen: at,
  lastSeen: at,
};
const adopted: Finding = { ...stray, id: 'fnd-000000000002', name: 'lost', is: 'adopted' };
const undead: Finding = { ...stray, id: 'fnd-000000000003', name: 'undead', is: 'orphan', removedAt: at };
const resource = {
  kind: 'server',
  ref: 'i-9',
  name: 'stray',
  state: 'running',
  native: 'ACTIVE',
  account: account.id,
  details: { flavor: 'm1.small' },
} as const;
const known = {
  'get /accounts': () => ({ items: [account] }),
  'get /accounts/{account}/findings': () => ({ items: [stray, adopted, undead] }),
  'post /accounts/{account}/sweep': () => ({ adopted: 1, removed: 1, reported: 1 }),
  'get /findings/{finding}': () => ({ ...stray, resource }),
  'patch /findings/{finding}': () => stray,
  'post /findings/{finding}/delete': () => ({ run: 'run-000000000001' }),
  'get /runs/{run}': () => aRun({ state: 'succeeded', endedAt: at, deployment: undefined }),
};

test('what a person has to decide about is listed; what was settled by itself comes when asked for', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const open = await home.run(['account', 'findings', 'lab']);
  expect(open.stdout).toMatch(/fnd-000000000001\s+nobody knows it\s+server\s+stray\s+i-9/);
  expect(open.stdout).not.toContain('undead');
  expect(open.stderr).toContain('pileus finding delete ID');
  const all = await home.run(['account', 'findings', 'lab', '--all'], { environment: { LANG: 'zh_CN.UTF-8' } });
  expect(all.stdout).toMatch(/来历不明.*已接管.*已删除但仍存在.*已重新删除/s);
  const swept = await home.run(['account', 'sweep', 'lab']);
  expect(swept.stdout).toBe('Taken in: 1. Deleted again: 1. To be decided: 1.\n');
});

test('nothing is deleted without a word; what is deleted is what was shown', async () => {
  await using api = await fakeApi(known);
  await using home = await aHome(api.url);
  const asked = await home.run(['finding', 'delete', stray.id]);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toMatch(/stray.*i-9.*m1\.small.*--yes/s);
  expect(api.calls.map(({ name }) => name)).not.toContain('post /findings/{finding}/delete');
  const { code } = await home.run(['finding', 'delete', stray.id, '--yes', '--wait']);
  expect(code).toBe(0);
  const sent = api.calls.find(({ name }) => name === 'post /findings/{finding}/delete');
  expect(sent?.asked).toMatchObject({ params: { finding: stray.id }, body: { name: 'stray' } });
  await home.run(['finding', 'ignore', stray.id, '--note', 'the lab']);
  await home.run(['finding', 'ignore', stray.id, '--undo']);
  expect(
    api.calls.filter(({ name }) => name === 'patch /findings/{finding}').map(({ asked: { body } }) => body),
  ).toEqual([
    { ignored: true, note: 'the lab' },
    { ignored: false, note: '' },
  ]);
});
