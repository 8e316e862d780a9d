import type { Because, FailureCode, FailureData, LogStream } from '@pileus/model';
import type { ColumnType, Generated } from 'kysely';

declare module '@pileus/database' {
  interface Tables {
    run: RunTable;
    run_step: StepTable;
    run_log: LogTable;
  }
}

/** A `paused` run may still have steps under way, which end; it begins nothing more. */
export const runStates = ['queued', 'running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;
export type RunState = (typeof runStates)[number];
/** Of a run that has not ended. */
export const activeStates: readonly RunState[] = ['queued', 'running', 'paused', 'cancelling'];

export function isActive(run: { readonly state: RunState }): boolean {
  return activeStates.includes(run.state);
}

/** A `started` step that has a failure waits for its next attempt. */
export type StepState = 'planned' | 'started' | 'done' | 'failed' | 'skipped' | 'cancelled' | 'undone';

/** Why a run failed, and at which step (its key and its name). */
export interface RunFailure extends FailureData {
  readonly code: FailureCode;
  readonly step?: string | undefined;
  readonly name?: string | undefined;
}

/** Written by us as JSON text; read as whatever was written. */
type Jsonb<T = unknown> = ColumnType<T | null, string | null, string | null>;

export interface RunTable {
  id: string;
  seq: Generated<number>;
  kind: string;
  title: string;
  subject: string | null;
  place: Generated<number>;
  share: Generated<string>;
  state: Generated<RunState>;
  done: Generated<number>;
  total: Generated<number>;
  actor: Jsonb;
  initiator: Jsonb;
  held: Jsonb<Because>;
  input: Jsonb;
  output: Jsonb;
  failure: Jsonb<RunFailure>;
  generation: Generated<number>;
  only_nodes: readonly string[] | null;
  epoch: Generated<number>;
  owner: number | null;
  lease_until: Date | null;
  created: Generated<Date>;
  started: Date | null;
  ended: Date | null;
  stale: Generated<boolean>;
  trace: string | null;
  changed: Generated<string>;
}

export interface StepTable {
  run: string;
  seq: number;
  key: string;
  name: string;
  node: string | null;
  state: StepState;
  attempt: number;
  tries: number;
  token: string | null;
  unclear_since: Date | null;
  output: Jsonb;
  failure: Jsonb<FailureData>;
  because: string | null;
  started: Date | null;
  ended: Date | null;
  changed: Generated<string>;
}

export interface LogTable {
  run: string;
  seq: number;
  step: string;
  node: string | null;
  at: Date;
  stream: LogStream;
  text: string;
  changed: Generated<string>;
}
