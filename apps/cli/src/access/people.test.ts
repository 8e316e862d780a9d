import type { AnswerOf } from '@pileus/api';
import { expect, test, vi } from 'vitest';
import { fakeApi, Refused, Tagged } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { account, at, provider } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

type Group = AnswerOf<'get /groups/{group}'>;
const ling = { id: 'usr-000000000001', name: 'Ling', kind: 'user' } as const;
const wang = { id: 'usr-000000000002', name: 'Wang', kind: 'user' } as const;
const zhao = { id: 'usr-000000000003', name: 'Zhao', kind: 'user' } as const;
const group: Group = {
  id: 'grp-000000000001',
  name: 'keepers',
  description: '',
  members: [ling],
  policies: [],
  createdAt: at,
};
const aUser = ({ id, name }: { readonly id: string; readonly name: string }): AnswerOf<'get /users/{user}'> => ({
  id,
  name,
  isDisabled: false,
  hasPassword: true,
  hasSecondFactor: false,
  groups: [],
  policies: [],
  createdAt: at,
});

test('a member is added to those there are, also to one that somebody else adds at the same moment', async () => {
  let version = 1;
  await using api = await fakeApi({
    'get /groups': () => ({ items: [group] }),
    'get /users': () => ({ items: [aUser(wang)] }),
    'get /groups/{group}': () =>
      new Tagged(`"${version}"`, version === 1 ? group : { ...group, members: [ling, zhao] }),
    'patch /groups/{group}': ({ ifMatch }) => {
      const isFirst = version === 1;
      version = 2;
      return isFirst || ifMatch !== '"2"'
        ? new Refused({ code: 'stale', facts: { what: `group ${group.id}` } })
        : { ...group, members: [ling, zhao, wang] };
    },
  });
  await using home = await aHome(api.url);
  expect(await home.run(['group', 'add', 'keepers', 'Wang'])).toMatchObject({ code: 0 });
  const changes = api.calls.filter(({ name }) => name.startsWith('patch'));
  expect(changes.map(({ asked }) => [asked.ifMatch, asked.body])).toEqual([
    ['"1"', { members: [ling.id, wang.id] }],
    ['"2"', { members: [ling.id, zhao.id, wang.id] }],
  ]);
});

test('a setting is changed in what the account has now; who is always second gives up and says so', async () => {
  let read = 0;
  await using api = await fakeApi({
    'get /accounts': () => ({ items: [account] }),
    'get /accounts/{account}': () => new Tagged(`"${++read}"`, account),
    'get /providers': () => ({ items: [provider] }),
    'patch /accounts/{account}': () => new Refused({ code: 'stale', facts: { what: `account ${account.id}` } }),
  });
  await using home = await aHome(api.url);
  const refused = await home.run(['account', 'update', account.name, '--description', 'mine']);
  expect(refused.stderr).toContain('was changed meanwhile');
  expect(refused.code).toBe(5);
});

test('a new link is printed for whoever needs one', async () => {
  await using api = await fakeApi({
    'get /users': () => ({ items: [aUser(wang)] }),
    'post /users/{user}/link': () => ({ link: '/sign-in#link=pll_new', expiresAt: at }),
  });
  await using home = await aHome(api.url);
  expect(await home.run(['user', 'link', 'Wang'])).toMatchObject({
    code: 0,
    stdout: `${api.url}/sign-in#link=pll_new\n`,
  });
  expect(api.calls.at(-1)?.asked.params).toEqual({ user: wang.id });
});
