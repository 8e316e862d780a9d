import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** Builds the portal into a directory of its own, so that tests neither need nor disturb `dist`. */
export async function buildPortal(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pileus-portal-'));
  // Vitest sets NODE_ENV=test, with which Vite would build React's development version.
  process.env['NODE_ENV'] = 'production';
  await build({
    root: join(import.meta.dirname, '..'),
    mode: 'production',
    build: { outDir: directory, emptyOutDir: true },
  });
  return directory;
}
