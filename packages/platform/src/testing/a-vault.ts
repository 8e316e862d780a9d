import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openVault, type Vault, type VaultOptions } from '../vault/index.ts';

/** A vault with a directory of its own, where its key lies unless told otherwise. */
export async function aVault(keys: Omit<VaultOptions, 'home'> = {}): Promise<Vault> {
  const home = await mkdtemp(join(tmpdir(), 'pileus-vault-'));
  afterAll(() => rm(home, { recursive: true, force: true }));
  return openVault({ home, ...keys });
}
