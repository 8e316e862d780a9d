export type { Claimant } from './claim.ts';
export { createEngine, type Behalf, type Engine, type EngineOptions, type StartOptions } from './engine.ts';
export { defineJob, type AddJobOptions, type JobDefinition, type Jobs } from './jobs.ts';
export { RunLost, WorkerStops } from './held.ts';
export type { Projection } from './store.ts';
export type { LogRecord, LogsQuery, Page, Reading, RunRecord, RunsQuery, StepRecord } from './reading.ts';
export * from './run.ts';
export { isActive, runStates, type RunFailure, type RunState, type StepState } from './tables.ts';
export { walk, type Graph, type Outcome, type WalkOptions } from './walk.ts';

/** The directory of the engine's migrations. */
export const engineMigrations = new URL('../migrations/', import.meta.url);
