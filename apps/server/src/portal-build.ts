import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './configuration.ts';

export const portalDirectory = join(root, 'apps/portal/dist');
const sources = [
  'apps/portal/src',
  'apps/portal/index.html',
  'packages/api/src',
  'packages/model/src',
  'packages/policy/src',
];

/**
 * Builds the portal when it was never built, or its sources have changed since. It is built beside and put in place
 * whole: a server that is killed in the middle, or two that build at once, leave no half of one.
 */
export async function buildPortal(log: (line: string) => void): Promise<void> {
  const built = await timeOf(join(portalDirectory, 'index.html'));
  const newest = Math.max(...(await Promise.all(sources.map((source) => newestBelow(join(root, source))))));
  if (newest === 0 || built > newest) return;
  log('Building the portal (once; it takes some seconds)');
  const unfinished = await mkdtemp(`${portalDirectory}-`);
  try {
    await vite(['build', '--logLevel', 'error', '--outDir', unfinished]);
    const old = `${unfinished}.old`;
    await rename(portalDirectory, old).catch(() => {}); // there is none yet, or another server has just replaced it
    await rename(unfinished, portalDirectory).catch(() => {});
    await rm(old, { recursive: true, force: true });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function vite(args: readonly string[]): Promise<void> {
  return new Promise<void>((done, failed) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), ...args], {
      cwd: join(root, 'apps/portal'),
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const end = () => child.kill();
    process.once('exit', end);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    child.once('error', failed);
    child.once('close', (code) => {
      process.off('exit', end);
      if (code === 0) done();
      else failed(new Error(`the portal could not be built: ${said.trim()}`));
    });
  });
}

async function newestBelow(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  const below = await readdir(path, { withFileTypes: true, recursive: true });
  const times = await Promise.all(
    below.filter((entry) => entry.isFile()).map((entry) => timeOf(join(entry.parentPath, entry.name))),
  );
  return Math.max(0, ...times);
}

async function timeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}
