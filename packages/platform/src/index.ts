export { createPlatform, type Platform, type PlatformOptions } from './platform.ts';
export { verifyAudit } from './access/audit-chain.ts';
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

/** What a server's own role may not do with tables, where it has one: the operation log is added to and never changed. */
export const narrowedTables = { audit: 'add', audit_head: 'read', migration: 'read' } as const;

/** The directory of the platform's migrations. */
export const platformMigrations = new URL('../migrations/', import.meta.url);
