import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { portal } from './portal.ts';

const home = await mkdtemp(join(tmpdir(), 'pileus-portal-'));
afterAll(() => rm(home, { recursive: true }));
const directory = join(home, 'dist');
await mkdir(join(directory, 'assets'), { recursive: true });
await writeFile(join(home, 'secret.txt'), 'not for the web');
await writeFile(join(directory, 'index.html'), '<!doctype html><title>Pileus</title>');
await writeFile(join(directory, 'assets', 'index-abc123.js'), `export const x = '${'x'.repeat(5_000)}';`);

const serve = portal(directory);
const get = (path: string, headers: Record<string, string> = {}) =>
  serve(new Request(`http://pileus${path}`, { headers }));

test('files with a hash in their name are kept for ever, the page that names them is asked for anew', async () => {
  expect((await get('/assets/index-abc123.js')).headers.get('cache-control')).toContain('immutable');
  const page = await get('/');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect((await get('/', { 'if-none-match': page.headers.get('etag') ?? '' })).status).toBe(304);
});

test('an address of the portal gets its page, a missing file does not', async () => {
  expect(await (await get('/deployments/dep-1')).text()).toContain('<title>Pileus</title>');
  expect((await get('/assets/gone.js')).status).toBe(404);
});

test('scripts are compressed for those who can read it', async () => {
  const squeezed = await get('/assets/index-abc123.js', { 'accept-encoding': 'gzip, deflate' });
  expect(squeezed.headers.get('content-encoding')).toBe('gzip');
  expect((await squeezed.arrayBuffer()).byteLength).toBeLessThan(500);
  expect((await get('/assets/index-abc123.js')).headers.get('content-encoding')).toBeNull();
});

test('nothing outside the portal is served', async () => {
  for (const path of ['/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/%00', '/%ff']) {
    expect(await (await get(path)).text()).not.toContain('not for the web');
  }
});

test('a portal that is not built says how to build it', async () => {
  const answer = await portal(join(home, 'nowhere'))(new Request('http://pileus/'));
  expect([answer.status, await answer.text()]).toEqual([
    503,
    expect.stringContaining('npm run build --workspace @pileus/portal'),
  ]);
});
