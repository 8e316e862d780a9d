export { createPlatform, type Platform, type PlatformOptions } from './platform.ts';
export { type By, homeProject, system } from './access/by.ts';
export {
  keyProviders,
  openVault,
  type KeyProviderKind,
  type TransitSettings,
  type Vault,
  type VaultOptions,
} from './vault/index.ts';
export { unpack } from './templates/unpack.ts';

/** The directory of the platform's migrations. */
export const platformMigrations = new URL('../migrations/', import.meta.url);
