export { openVault, type Vault, type VaultOptions } from './vault.ts';
export { keyProviders, type KeyProviderKind } from './key-provider.ts';
export { contentOf } from './sealed-text.ts';
export { sealedColumns, type Place } from './sealed-columns.ts';
export { rewrapJob } from './rewrap.ts';
export { vaultHandlers } from './vault.routes.ts';
export type { TransitSettings } from './transit.ts';
