import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerOf } from '@pileus/api';
import { expect, test, vi } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { account, at, provider } from '../testing/samples.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const secret: AnswerOf<'get /secrets/{secret}'> = {
  id: 'sec-000000000001',
  name: 'lab password',
  description: '',
  kind: 'text',
  version: { number: 2, isKept: true, createdBy: 'zhang', createdAt: at },
  usedBy: [{ kind: 'account', id: account.id, name: 'lab', setting: 'password' }],
  createdBy: 'admin',
  createdAt: at,
};

test('a value comes of a file or of standard input, never of the command line', async () => {
  await using api = await fakeApi({ 'post /secrets': () => secret });
  await using home = await aHome(api.url);
  const refused = await home.run(['secret', 'create', 'lab password']);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--file')]);
  const file = join(home.directory, 'value');
  await writeFile(file, 'swordfish\n');
  expect((await home.run(['secret', 'create', 'lab password', '--file', file])).code).toBe(0);
  expect(api.calls.at(-1)?.asked.body).toMatchObject({ value: { kind: 'text', text: 'swordfish' } });
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----\n…\n-----END OPENSSH PRIVATE KEY-----\n';
  await writeFile(file, key);
  await home.run(['secret', 'create', 'key', '--kind', 'ssh-key', '--file', file]);
  expect(api.calls.at(-1)?.asked.body).toMatchObject({ value: { kind: 'ssh-key', privateKey: key } });
  const login = ['secret', 'create', 'login', '--kind', 'login', '--file', file];
  expect((await home.run(login)).stderr).toContain('--user');
});

test('a secret is shown with who uses it, given a new value, and deleted by its name', async () => {
  await using api = await fakeApi({
    'get /secrets': () => ({ items: [secret] }),
    'get /secrets/{secret}': () => secret,
    'get /secrets/{secret}/versions': () => ({ items: [secret.version, { ...secret.version, number: 1 }] }),
    'post /secrets/{secret}/versions': () => secret,
    'delete /secrets/{secret}': () => ({}),
  });
  await using home = await aHome(api.url);
  expect((await home.run(['secret', 'list'])).stdout).toMatch(/lab password\s+text\s+2\s.*lab\.password\s+sec-/);
  expect((await home.run(['secret', 'get', 'lab password'])).stdout).toMatch(/zhang.*\n.*lab\.password[^]*\n1\s/);
  const file = join(home.directory, 'value');
  await writeFile(file, 'swordfish');
  await home.run(['secret', 'rotate', 'lab password', '-f', file]);
  expect(api.calls.at(-1)?.asked).toMatchObject({
    params: { secret: secret.id },
    body: { value: { text: 'swordfish' } },
  });
  expect((await home.run(['secret', 'delete', 'lab password'])).code).toBe(2);
  expect((await home.run(['secret', 'delete', 'lab password', '--yes'])).stderr).toContain('Deleted the secret');
});

test('the versions of a secret are listed, and an old one is brought back', async () => {
  await using api = await fakeApi({
    'get /secrets': () => ({ items: [secret] }),
    'get /secrets/{secret}': () => secret,
    'get /secrets/{secret}/versions': () => ({
      items: [
        { ...secret.version, number: 3, broughtBackFrom: 2 },
        secret.version,
        { ...secret.version, number: 1, isKept: false },
      ],
    }),
    'put /secrets/{secret}': () => ({ ...secret, version: { ...secret.version, number: 4 } }),
  });
  await using home = await aHome(api.url);
  const { stdout } = await home.run(['secret', 'versions', 'lab password']);
  expect(stdout).toMatch(/\n3\s.*zhang\s+yes\s+2\s*\n2\s.*yes\s*\n1\s.*zhang\s*$/);
  expect((await home.run(['secret', 'rollback', 'lab password'])).stderr).toContain('--to');
  const wrong = await home.run(['secret', 'rollback', 'lab password', '--to', 'first']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('first is not the number of a version')]);
  const done = await home.run(['secret', 'rollback', 'lab password', '--to', '2']);
  expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/VERSION\s+4/)]);
  expect(api.calls.at(-1)?.asked).toMatchObject({ params: { secret: secret.id }, body: { version: 2 } });
});

test('a cloud account is added with a secret in the place of a setting', async () => {
  await using api = await fakeApi({
    'get /providers': () => ({ items: [provider] }),
    'get /secrets': () => ({ items: [secret] }),
    'post /accounts': () => account,
  });
  await using home = await aHome(api.url);
  const settings = ['--set', 'url=http://127.0.0.1:5000/v3', '--set', 'user=demo'];
  const add = ['account', 'add', 'openstack', '--name', 'lab', ...settings, '--secret', 'password=lab password'];
  const done = await home.run(add);
  expect([done.code, done.stderr]).toEqual([0, expect.any(String)]);
  expect(api.calls.at(-1)?.asked.body).toMatchObject({ secrets: { password: secret.id } });
  expect(api.calls.at(-1)?.asked.body).not.toHaveProperty('settings.password');
});
