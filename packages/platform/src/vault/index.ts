export { openVault, type Vault, type VaultOptions } from './vault.ts';
export { keyProviders, type KeyProviderKind } from './key-provider.ts';
export { contentOf } from './sealed-text.ts';
export { sealedColumns, type Place } from './sealed-columns.ts';
export type { TransitSettings } from './transit.ts';
