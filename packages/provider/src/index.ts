export * from './provider.ts';
export * from './create-once.ts';
export * from './changeable.ts';
export * from './gate.ts';
export * from './support.ts';
export * from './simulated/index.ts';
