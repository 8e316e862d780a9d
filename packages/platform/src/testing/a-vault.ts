import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openVault, type Vault } from '../vault/index.ts';

/** A vault whose key lies in a directory of its own. */
export async function aVault(): Promise<Vault> {
  const home = await mkdtemp(join(tmpdir(), 'pileus-vault-'));
  afterAll(() => rm(home, { recursive: true, force: true }));
  return openVault({ home });
}
