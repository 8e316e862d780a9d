import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { forgetSecrets } from './secret-keys.ts';

const directory = await mkdtemp(join(tmpdir(), 'pileus-secret-keys-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

const read = (environment: Record<string, string>) => readConfiguration(environment, []).secretKeys;
const key = Buffer.alloc(32, 1).toString('base64');
const transit = { PILEUS_TRANSIT_URL: 'https://vault.example.org:8200', PILEUS_TRANSIT_TOKEN: 'hvs.token' };

test('what is set seals; of two it has to be said which', () => {
  expect(read({})).toEqual({ sealing: 'file', environment: undefined, transit: undefined });
  expect(read({ PILEUS_SECRET_KEY: key })).toMatchObject({ sealing: 'environment' });
  expect(read({ PILEUS_SECRET_KEY: key, PILEUS_KEY_PROVIDER: 'file' })).toMatchObject({ sealing: 'file' });
  expect(read(transit)).toMatchObject({ sealing: 'transit', transit: { key: 'pileus', mount: 'transit' } });
  const both = { PILEUS_SECRET_KEY: key, ...transit };
  expect(() => read(both)).toThrow(/PILEUS_KEY_PROVIDER.*say which/);
  expect(read({ ...both, PILEUS_KEY_PROVIDER: 'transit' })).toMatchObject({ sealing: 'transit' });
});

test.each([
  [{ PILEUS_KEY_PROVIDER: 'environment' }, /needs PILEUS_SECRET_KEY/],
  [{ PILEUS_KEY_PROVIDER: 'transit' }, /needs PILEUS_TRANSIT_URL/],
  [{ PILEUS_KEY_PROVIDER: 'kms' }, /PILEUS_KEY_PROVIDER/],
  [{ PILEUS_SECRET_KEY: key, PILEUS_SECRET_KEY_FILE: '/run/key' }, /set one of them/],
  [{ PILEUS_SECRET_KEY_FILE: '/nowhere' }, /PILEUS_SECRET_KEY_FILE \(\/nowhere\).*cannot be read/],
  [{ PILEUS_TRANSIT_URL: 'https://vault.example.org' }, /PILEUS_TRANSIT_TOKEN or PILEUS_TRANSIT_TOKEN_FILE/],
  [{ ...transit, PILEUS_TRANSIT_TOKEN_FILE: '/run/token' }, /either/],
  [{ ...transit, PILEUS_TRANSIT_URL: 'http://vault.example.org:8200' }, /plain http/],
  [{ ...transit, PILEUS_TRANSIT_URL: 'http://127.0.0.1.example.org:8200' }, /plain http/],
  [{ ...transit, PILEUS_TRANSIT_KEY: '../sys' }, /PILEUS_TRANSIT_KEY/],
  [{ ...transit, PILEUS_TRANSIT_MOUNT: 'transit/../../sys' }, /PILEUS_TRANSIT_MOUNT/],
  [{ ...transit, PILEUS_TRANSIT_CA_FILE: '/nowhere' }, /PILEUS_TRANSIT_CA_FILE/],
])('%j is refused at start, with what to do', (environment, said) => {
  expect(() => read(environment)).toThrow(said);
});

test('keys and tokens print as nothing, and programs that the server starts do not inherit them', async () => {
  const file = join(directory, 'keys');
  await writeFile(file, `${key}\n`);
  expect(read({ PILEUS_SECRET_KEY_FILE: file }).environment?.keys.reveal()).toBe(`${key}\n`);
  const environment = { PILEUS_SECRET_KEY: key, PATH: '/bin', ...transit };
  const configuration = readConfiguration({ ...environment, PILEUS_KEY_PROVIDER: 'transit' }, []);
  expect(JSON.stringify(configuration)).not.toContain(key);
  expect(JSON.stringify(configuration)).not.toContain('hvs.token');
  forgetSecrets(environment);
  expect(environment).toEqual({ PATH: '/bin', PILEUS_TRANSIT_URL: transit.PILEUS_TRANSIT_URL });
});
