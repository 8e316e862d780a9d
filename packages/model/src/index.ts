export * from './call.ts';
export * from './duration.ts';
export * from './failure.ts';
export * from './id.ts';
export * from './language.ts';
export * from './resource.ts';
export * from './secret.ts';
export * from './step-name.ts';
