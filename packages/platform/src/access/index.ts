import './tables.ts';

export { type AccessArea, type AccessOptions, createAccess } from './access.ts';
export type { NewUser } from './users.ts';
