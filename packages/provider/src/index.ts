export * from './provider.ts';
export * from './create-once.ts';
export * from './simulated/index.ts';
