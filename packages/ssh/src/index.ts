export * from './connections.ts';
export * from './host.ts';
export { keyRefused } from './connect.ts';
export { fingerprint, isHostKey, publicKeyText, readPrivateKey } from './key.ts';
export { readPrograms } from './programs.ts';
export * from './remote.ts';
export * from './shell.ts';
