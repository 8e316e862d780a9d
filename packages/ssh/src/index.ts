export * from './connections.ts';
export * from './host.ts';
export { fingerprint, isHostKey, readPrivateKey } from './key.ts';
export * from './remote.ts';
export * from './shell.ts';
