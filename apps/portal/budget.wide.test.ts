import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPortal } from './dev/build.ts';

// What a browser must fetch before it can draw anything, and after that for any one page; in kB as sent (gzip).
const initialBudget = 320;
const chunkBudget = 200;

let dist: string;
beforeAll(async () => {
  dist = await buildPortal();
});
afterAll(() => rm(dist, { recursive: true, force: true }));

test(`the first page needs at most ${initialBudget} kB of JavaScript`, async () => {
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? '');
  // Signing in and the overview come with it, since everybody sees them first.
  const pages = (await readdir(join(dist, 'assets'))).filter((name) =>
    /^(HomePage|SignInPage|zh-CN)-.*\.js$/.test(name),
  );
  const sizes = await Promise.all(
    [...scripts, ...pages.map((name) => `/assets/${name}`)].map((path) => kilobytes(join(dist, path))),
  );
  expect(scripts.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(initialBudget);
});

test(`no part that is loaded later is larger than ${chunkBudget} kB`, async () => {
  const names = (await readdir(join(dist, 'assets'))).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(
    names.map(async (name) => ({ name, size: await kilobytes(join(dist, 'assets', name)) })),
  );
  expect(sizes.filter(({ size }) => size > chunkBudget)).toEqual([]);
});

async function kilobytes(path: string): Promise<number> {
  expect((await stat(path)).isFile()).toBe(true);
  return gzipSync(await readFile(path)).length / 1000;
}
