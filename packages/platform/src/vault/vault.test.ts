import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '@pileus/model';
import { afterAll, expect, test } from 'vitest';
import { contentOf } from './sealed-text.ts';
import { sealedColumns } from './sealed-columns.ts';
import { openVault } from './vault.ts';

const root = await mkdtemp(join(tmpdir(), 'pileus-vault-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let homes = 0;
async function aHome(): Promise<string> {
  const home = join(root, String(homes++));
  await mkdir(home);
  return home;
}

const place = sealedColumns.accountSecrets.place({ id: 'acc-1', name: 'password' });
const elsewhere = sealedColumns.accountSecrets.place({ id: 'acc-2', name: 'password' });
const key = (byte: number, encoding: BufferEncoding = 'base64') => Buffer.alloc(32, byte).toString(encoding);
const environment = (...keys: string[]) => ({ keys: new Secret(keys.join(',')), setting: 'PILEUS_SECRET_KEY' });

test('a secret opens with the same key at its own place, and nowhere else', async () => {
  const home = await aHome();
  const sealed = (await openVault({ home })).seal('correct horse', place);
  expect(sealed).not.toContain('correct');
  const again = await openVault({ home });
  expect(await again.open(sealed, place)).toBe('correct horse');
  await expect(again.open(sealed, elsewhere)).rejects.toThrow(/another place.*enter it again/);
  await expect(again.open(sealed.slice(0, -2), place)).rejects.toMatchObject({ code: 'conflict' });
  await expect(again.open('correct horse', place)).rejects.toMatchObject({ code: 'conflict' });
  expect((await stat(join(home, 'secret.key'))).mode & 0o777).toBe(0o600);
  expect(await readdir(home), 'nothing else is left behind').toEqual(['secret.key']);
});

test('the data key of one secret does not open another, and no part of a sealed text can be exchanged', async () => {
  const vault = await openVault({ home: await aHome() });
  const [one, other] = [vault.seal('one', place), vault.seal('other', place)].map((text) => text.split('.'));
  for (const at of [1, 2, 3]) {
    const mixed = one?.with(at, at === 1 ? '0123456789abcdef' : (other?.[at] ?? '')).join('.') ?? '';
    await expect(vault.open(mixed, place), `part ${at}`).rejects.toMatchObject({
      code: at === 1 ? 'secret-key-missing' : 'conflict',
    });
  }
});

test('two processes that start at the same time use one key', async () => {
  const home = await aHome();
  const [one, two] = await Promise.all([openVault({ home }), openVault({ home })]);
  expect(await two?.open(one?.seal('x', place) ?? '', place)).toBe('x');
});

test('a key file that is not one is refused, and left as it is', async () => {
  for (const name of ['secret.key', 'secret.key.old']) {
    const home = await aHome();
    await writeFile(join(home, name), 'short');
    await expect(openVault({ home })).rejects.toThrow(new RegExp(`${name}.*backup`));
    expect((await stat(join(home, name))).size).toBe(5);
  }
});

test('what was sealed before keys had ids still opens, and has one when it is wrapped anew', async () => {
  // Under 32 bytes of 7.
  const before =
    'v1.-VIPqquFchBdebQaAAJWRNDzDcwKg4dotscqTy2L3xT8471QFnJzoZ-IJeb-hPe_L-J3B4Xb-JTZDN8G.KuChgNoGCDY22qLiizZHHNrV9TiWTC2X7CxkFu2KfgMyue-E5t7pKKE';
  const home = await aHome();
  await writeFile(join(home, 'secret.key.old'), Buffer.alloc(32, 7));
  const vault = await openVault({ home });
  expect(await vault.open(before, place)).toBe('correct horse');
  await expect(vault.open(before, elsewhere)).rejects.toMatchObject({ code: 'secret-key-missing' });
  const anew = await vault.wrapAnew(before, place);
  expect(anew).toMatch(new RegExp(`^v2\\.${await vault.newestKey()}\\.`));
  expect(contentOf(anew)).toBe(contentOf(before));
  expect(await vault.open(anew, place)).toBe('correct horse');
});

test('a new key file takes over while the old one still opens; once all is wrapped anew, the old one can go', async () => {
  const home = await aHome();
  const before = await openVault({ home });
  const sealed = before.seal('correct horse', place);
  await rename(join(home, 'secret.key'), join(home, 'secret.key.old'));
  const both = await openVault({ home });
  expect(both.keys).toHaveLength(2);
  expect(await both.newestKey()).not.toBe(await before.newestKey());
  expect(await both.open(sealed, place)).toBe('correct horse');
  const anew = await both.wrapAnew(sealed, place);
  expect(contentOf(anew), 'what is sealed is left as it is').toBe(contentOf(sealed));
  await rm(join(home, 'secret.key.old'));
  const after = await openVault({ home });
  expect(await after.open(anew, place)).toBe('correct horse');
  const gone = await before.newestKey();
  await expect(after.open(sealed, place)).rejects.toMatchObject({
    code: 'secret-key-missing',
    message: `password is sealed with the key ${gone}, which is not here: bring that key back, or enter the secret again`,
  });
});

test('the first key of the environment seals, and all of them open; no file is made then', async () => {
  const home = await aHome();
  const one = await openVault({ home, sealing: 'environment', environment: environment(key(1)) });
  const sealed = one.seal('correct horse', place);
  const two = await openVault({ home, sealing: 'environment', environment: environment(key(2), key(1, 'hex')) });
  expect(await two.open(sealed, place)).toBe('correct horse');
  expect(two.seal('x', place).split('.')[1]).not.toBe(sealed.split('.')[1]);
  expect(await readdir(home)).toEqual([]);
});

test('the same key is known by the same id wherever it is kept', async () => {
  const home = await aHome();
  await writeFile(join(home, 'secret.key'), Buffer.alloc(32, 1));
  const sealed = (await openVault({ home })).seal('correct horse', place);
  const moved = await openVault({ home: await aHome(), sealing: 'environment', environment: environment(key(1)) });
  expect(await moved.open(sealed, place)).toBe('correct horse');
});

test('what one provider has sealed opens while another one seals', async () => {
  const home = await aHome();
  const sealed = (await openVault({ home })).seal('correct horse', place);
  const moved = await openVault({ home, sealing: 'environment', environment: environment(key(1)) });
  expect(await moved.open(sealed, place)).toBe('correct horse');
  expect(moved.keys.map(({ provider }) => provider)).toEqual(['environment', 'file']);
  const back = await openVault({ home, environment: environment(key(1)) });
  expect(await back.open(moved.seal('x', place), place)).toBe('x');
});

test.each(['', 'correct horse battery staple', key(1).slice(4), `${key(1)},short`])(
  'a key that is none is refused by the name of the setting, and not shown (%#)',
  async (written) => {
    const opening = openVault({ home: await aHome(), sealing: 'environment', environment: environment(written) });
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid', message: expect.stringContaining('PILEUS_SECRET_KEY') });
    if (written !== '') expect(String(error)).not.toContain(written);
    expect(String(error)).not.toContain(key(1));
  },
);

test('a provider that is to seal and of which nothing is set is refused', async () => {
  await expect(openVault({ home: await aHome(), sealing: 'environment' })).rejects.toThrow(/environment/);
});
