export { createPlatform, type Platform, type PlatformOptions } from './platform.ts';
export { type By, homeProject, system } from './access/by.ts';
export { openVault, type Vault } from './vault.ts';
export { unpack } from './templates/unpack.ts';

/** The directory of the platform's migrations. */
export const platformMigrations = new URL('../migrations/', import.meta.url);
