import type { Call, Duration, Failure, FailureData, RunId } from '@pileus/model';
import type { z } from 'zod';

/** What can be kept in the journal. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/**
 * A row for one of the platform's own tables, written in the same transaction as the step it belongs to: either both
 * are there or neither. `into` names a {@link Projection} of the engine.
 */
export interface Write {
  readonly into: string;
  readonly row: { readonly [key: string]: Json };
}

/** A kind of work that is journaled: told step by step, and told again after a crash. */
export interface RunDefinition<Input = unknown> {
  /** e.g. `deployment.create`. */
  readonly name: string;
  readonly input: z.ZodType<Input>;
  /**
   * The story. It is told again from the start after a crash or a resume: steps that are done answer from the journal,
   * so what lies between steps must depend on the input and on steps' answers alone.
   */
  tell(run: Run, input: Input): Promise<Json | void>;
  /** Written together with the end of the run. */
  ended?(input: Input, end: RunEnd, run: RunId): readonly Write[];
}

export type RunEnd =
  | { readonly is: 'succeeded'; readonly output: Json }
  | { readonly is: 'failed'; readonly failure: FailureData }
  | { readonly is: 'cancelled' };

/** Keeps the input's type between its schema and `tell`, then forgets it, so that definitions fit in one list. */
export function defineRun<Input>(definition: RunDefinition<Input>): RunDefinition<Input> {
  return definition;
}

/** A run while it is told. */
export interface Run {
  readonly id: RunId;
  /** 1 when first started, one more each time it is resumed after a failure or a cancellation. */
  readonly generation: number;
  /** Aborted when the run is cancelled or this worker has lost it. */
  readonly signal: AbortSignal;
  /** Makes the steps that are foreseen visible as `planned`. Keys that exist already are left as they are. */
  plan(steps: readonly PlannedStep[]): Promise<void>;
  /** Does something to the world outside, once. Its answer is kept, and is given again without doing it again. */
  step<T extends Json | void>(options: StepOptions<T>, act: (call: Call) => Promise<T>): Promise<T>;
  /** Looks again and again, with growing pauses, until `look` answers something other than undefined. */
  until<T extends Exclude<Json, undefined>>(
    options: UntilOptions<T>,
    look: (call: Call) => Promise<T | undefined>,
  ): Promise<T>;
  /** Marks a planned step as not done because of another one. Done steps stay done. */
  skip(key: string, because: string): Promise<void>;
}

export interface PlannedStep {
  /** Unique within its run, at most 40 characters of `A-Z a-z 0-9 . _ - :`; part of the token. */
  readonly key: string;
  /** What a person sees. */
  readonly name: string;
  /** The node of a topology it works for. */
  readonly node?: string | undefined;
}

export interface StepOptions<T = Json> extends PlannedStep {
  /** Time limit of one attempt; 10 minutes unless told. */
  readonly within?: Duration | undefined;
  /**
   * What it counts against (`account:acc-…`, `template:tpl-…`) as long as an attempt of it lasts: it begins when there is
   * room under each, see `EngineOptions.caps`.
   */
  readonly under?: readonly string[] | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** Written with the intent, before `act` is called (again for each new token). */
  readonly intent?: ((call: Pick<Call, 'token' | 'attempt'>) => readonly Write[]) | undefined;
  /** Written with the answer. */
  readonly record?: ((answer: T) => readonly Write[]) | undefined;
  /**
   * Written when the step has failed for good. Clear as its last failure may be, it `isUnclear` when an earlier attempt
   * under the same token may have had its effect.
   */
  readonly failed?: ((failure: FailureData, step: { readonly isUnclear: boolean }) => readonly Write[]) | undefined;
}

export interface UntilOptions<T = Json> extends StepOptions<T> {
  /** First pause between two looks and the longest one; 0.5 s and 5 s unless told. */
  readonly pause?: Duration | undefined;
  readonly longestPause?: Duration | undefined;
}

/** How often and when a step is tried again when its failure says that this may help (`Failure.retry`). */
export interface RetryPolicy {
  /** Attempts in all, those before a crash included. Throttling does not count. */
  readonly attempts: number;
  /** Pause before the second attempt; each later one doubles, with jitter, up to `longest`. */
  readonly first: Duration;
  readonly longest: Duration;
  /** Whether a failure is worth another attempt; the failure's own word unless told. */
  readonly when: (failure: Failure) => boolean;
}
