import type { FetchImports } from './read.ts';

/** Fetches what is wanted from the network; loads what that needs only when something is. */
export const fromNetwork: FetchImports = async (wanted, patience) =>
  wanted(new Map()).length === 0 ? new Map() : (await import('./fetch-imports.ts')).fetchImports(wanted, patience);
