import './tables.ts';

export { type AccessArea, type AccessOptions, createAccess } from './access.ts';
export { type By, system } from './by.ts';
export type { NewUser } from './users.ts';
