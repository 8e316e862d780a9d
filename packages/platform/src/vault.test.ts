import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openVault } from './vault.ts';

const home = await mkdtemp(join(tmpdir(), 'pileus-vault-'));
afterAll(() => rm(home, { recursive: true, force: true }));

test('a secret opens with the same key at its own place, and nowhere else', async () => {
  const sealed = (await openVault(home)).seal('correct horse', 'acc-1|password');
  expect(sealed).not.toContain('correct');
  const again = await openVault(home);
  expect(again.open(sealed, 'acc-1|password')).toBe('correct horse');
  expect(() => again.open(sealed, 'acc-2|password')).toThrow(/secret\.key/);
  expect(() => again.open(sealed.slice(0, -2), 'acc-1|password')).toThrow(/enter it again/);
  expect((await stat(join(home, 'secret.key'))).mode & 0o777).toBe(0o600);
});

test('two processes that start at the same time use one key', async () => {
  const other = await mkdtemp(join(tmpdir(), 'pileus-vault-'));
  const [one, two] = await Promise.all([openVault(other), openVault(other)]);
  expect(two?.open(one?.seal('x', 'p') ?? '', 'p')).toBe('x');
  await rm(other, { recursive: true });
});

test('a key file that is not one is refused, and left as it is', async () => {
  const other = await mkdtemp(join(tmpdir(), 'pileus-vault-'));
  await writeFile(join(other, 'secret.key'), 'short');
  await expect(openVault(other)).rejects.toThrow(/backup/);
  expect((await stat(join(other, 'secret.key'))).size).toBe(5);
  await rm(other, { recursive: true });
});
