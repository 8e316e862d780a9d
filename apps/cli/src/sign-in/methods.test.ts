import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { at } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const method = {
  id: 'sim-1',
  kind: 'ldap' as const,
  title: 'Staff',
  isEnabled: true,
  makesUsers: true,
  countsAsTwo: false,
  settings: {
    url: 'ldaps://dc1.example.org',
    bindDn: 'cn=reader',
    people: { base: 'ou=people', filter: '(uid={name})' },
  },
  hasSecret: true,
  groups: {},
  users: 3,
};

test('a directory is added of a file, synced by its title, and removed', async () => {
  const synced = { at, people: 3, made: 1, disabled: 1, kept: 0 };
  await using api = await fakeApi({
    'get /sign-in-methods': () => ({ items: [method] }),
    'post /sign-in-methods': () => method,
    'post /sign-in-methods/{method}/sync': () => synced,
    'delete /sign-in-methods/{method}': () => ({}),
  });
  await using home = await aHome(api.url);
  const file = join(home.directory, 'staff.json');
  const body = { kind: 'ldap', title: 'Staff', settings: method.settings, secret: 'swordfish' };
  await writeFile(file, JSON.stringify(body));
  const made = await home.run(['sign-in-method', 'create', '-f', file]);
  expect([made.code, made.stdout]).toEqual([0, 'sim-1\n']);
  expect(api.calls[0]?.asked.body).toEqual(body);
  const sync = await home.run(['sign-in-method', 'sync', 'staff', '--even-if-many', '-o', 'json']);
  expect(JSON.parse(sync.stdout)).toEqual(synced);
  expect(api.calls.at(-1)?.asked).toMatchObject({ params: { method: 'sim-1' }, body: { evenIfMany: true } });
  expect((await home.run(['sign-in-method', 'delete', 'Other', '--yes'])).code).toBe(3);
  expect((await home.run(['sign-in-method', 'delete', 'Staff', '--yes'])).code).toBe(0);
});
