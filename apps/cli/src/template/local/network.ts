import type { FetchImports } from './read.ts';

/** Fetches from the network what is imported from there; what that needs is loaded only then. */
export const fromNetwork: FetchImports = async (wanted, patience) =>
  (await import('./fetch-imports.ts')).fetchImports(wanted, patience);
