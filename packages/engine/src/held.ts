import { milliseconds, type Duration, type FailureData, type LogStream, type RunId } from '@pileus/model';
import type { StepState } from './tables.ts';

/** A step as it is in memory; the journal writes it whole. `output` is JSON text. */
export interface Step {
  readonly run: RunId;
  readonly seq: number;
  readonly key: string;
  name: string;
  node: string | null;
  state: StepState;
  attempt: number;
  tries: number;
  token: string | null;
  unclear_since: Date | null;
  output: string | null;
  failure: FailureData | null;
  because: string | null;
  started: Date | null;
  ended: Date | null;
}

export interface LogLine {
  readonly run: RunId;
  readonly seq: number;
  readonly step: string;
  readonly node: string | null;
  readonly at: Date;
  readonly stream: LogStream;
  readonly text: string;
}

/** This worker does not hold the run any more: another one has it, or may have it by now. Nothing can be written. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

/** This worker stops. The run goes on at another one, or at the next start. */
export class WorkerStops extends Error {
  override readonly name = 'WorkerStops';
}

/** Somebody has paused the run: what is under way ends, nothing new begins, and the worker lets go of it. */
export class RunPaused extends Error {
  override readonly name = 'RunPaused';
}

/** A run while this worker holds it. */
export class Held {
  readonly id: RunId;
  readonly kind: string;
  readonly epoch: number;
  readonly generation: number;
  readonly input: unknown;
  /** Nodes whose steps are tried again in this generation; null: all. */
  readonly only: readonly string[] | null;
  /** When it was claimed: until then an earlier holder may have been at work. */
  readonly claimed: Date;
  /** Its steps may have had effects of which the journal does not know: it was restored, or nobody can tell that it was not. */
  readonly isStale: boolean;
  readonly steps = new Map<string, Step>();
  /** The last of the steps' places; there may be gaps, where a step was never written. */
  lastSeq = 0;
  /** How many of the steps are done. */
  done = 0;
  lines = 0;
  /** How many are done, and how many there are, as its row says, and when that was written here (monotonic). */
  counted: { readonly done: number; readonly total: number; readonly at: number };
  /** Why something about it could not be written; nothing but its end is written after that. */
  broken: { readonly error: unknown } | undefined;
  /** On the monotonic clock: after this the lease may have run out. */
  goodUntil: number;
  readonly #monotonic: () => number;
  /** When it was claimed, and when an attempt at each step has last come out unclear here, on the monotonic clock. */
  readonly #began: number;
  readonly #unclear = new Map<string, number>();
  readonly #controller = new AbortController();
  readonly #pausing = new AbortController();

  constructor(
    run: Pick<Held, 'id' | 'kind' | 'epoch' | 'generation' | 'input' | 'only' | 'claimed' | 'isStale' | 'goodUntil'> & {
      readonly done: number;
      readonly total: number;
    },
    monotonic = () => performance.now(),
  ) {
    this.id = run.id;
    this.kind = run.kind;
    this.epoch = run.epoch;
    this.generation = run.generation;
    this.input = run.input;
    this.only = run.only;
    this.claimed = run.claimed;
    this.isStale = run.isStale;
    this.goodUntil = run.goodUntil;
    this.counted = { done: run.done, total: run.total, at: 0 };
    this.#monotonic = monotonic;
    this.#began = monotonic();
  }

  /** Aborted with {@link RunLost}, {@link WorkerStops}, or the failure `cancelled`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why nothing may be written about it any more. */
  get gone(): RunLost | WorkerStops | undefined {
    return this.#gone;
  }
  #gone: RunLost | WorkerStops | undefined;

  leave(reason: RunLost | WorkerStops): void {
    this.#gone ??= reason;
    this.#controller.abort(reason);
  }

  cancel(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** Aborted with {@link RunPaused}. */
  get paused(): AbortSignal {
    return this.#pausing.signal;
  }

  pause(): void {
    this.#pausing.abort(new RunPaused(`${this.id} is paused`));
  }

  get isCounted(): boolean {
    return this.counted.done === this.done && this.counted.total === this.steps.size;
  }

  isUnclear(step: string): void {
    this.#unclear.set(step, this.#monotonic());
  }

  /** How long the last unclear attempt at a step is over; whatever came before the claim was over by then. */
  unclearFor(step: string): Duration {
    return milliseconds(this.#monotonic() - (this.#unclear.get(step) ?? this.#began));
  }

  /** Leaves the run when its lease may have run out unnoticed (the process was paused, the database away). */
  checkLease(): void {
    if (this.#monotonic() > this.goodUntil) this.leave(new RunLost(`the lease of ${this.id} has run out`));
  }
}
