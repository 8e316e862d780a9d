import { Failure, milliseconds, seconds, type Clock, type RunId } from '@pileus/model';
import { Held, RunLost, type Step } from '../held.ts';
import type { Entry, Journal } from '../journal.ts';
import { jsonText } from '../json.ts';
import { Limiter } from '../limiter.ts';
import type { Json, RunDefinition, Write } from '../run.ts';
import type { RunFailure, RunState } from '../tables.ts';
import { tell } from '../tell.ts';
import type { Life } from './life.ts';

/** A run as the journal has it. */
export interface MemoryRun {
  readonly id: RunId;
  readonly kind: string;
  readonly input: Json;
  readonly state: RunState;
  readonly generation: number;
  readonly epoch: number;
  readonly output: string | null;
  readonly failure: RunFailure | null;
  readonly steps: ReadonlyMap<string, Step>;
}

type Row = { -readonly [K in keyof Omit<MemoryRun, 'steps'>]: MemoryRun[K] } & { readonly steps: Map<string, Step> };

export interface MemoryJournalOptions {
  readonly clock: Clock;
  /** Evenly from 0 up to, but not including, 1. */
  readonly random: () => number;
  /** What steps write beside themselves, as it is committed. */
  readonly project: (writes: readonly Write[]) => void;
  readonly onBug: (error: unknown, where: string) => void;
}

/**
 * Runs, their steps and their fence as PostgreSQL keeps them, in memory and on a clock that need not be real, so that the
 * engine's own code of telling can be tried through thousands of crashes a second. Commits are whole or not at all.
 */
export class MemoryJournal {
  readonly #options: MemoryJournalOptions;
  readonly #runs = new Map<RunId, Row>();
  readonly #held = new Map<RunId, Held>();

  constructor(options: MemoryJournalOptions) {
    this.#options = options;
  }

  get(id: RunId): MemoryRun {
    return this.#row(id);
  }

  start(id: RunId, kind: string, input: Json): void {
    const begun = { state: 'queued', generation: 1, epoch: 0, output: null, failure: null } as const;
    this.#runs.set(id, { id, kind, input, ...begun, steps: new Map() });
  }

  /** Resolves when the run has ended or is let go of; never when the life ends first. */
  async work(id: RunId, definition: RunDefinition, life: Life): Promise<void> {
    const row = this.#row(id);
    if (row.state === 'queued') row.state = 'running';
    const { kind, generation, input } = row;
    // A date holds whole milliseconds, a virtual clock tells parts of them: none may be lost.
    const claimed = new Date(Math.ceil(life.clock.now()));
    const goodUntil = life.clock.now() + lease;
    const held = new Held(
      { id, kind, generation, input, epoch: ++row.epoch, only: null, claimed, goodUntil, done: 0, total: 0 },
      life.clock.now,
    );
    for (const [key, step] of row.steps) held.steps.set(key, { ...step });
    held.done = [...held.steps.values()].filter(({ state }) => state === 'done').length;
    this.#held.set(id, held);
    const { random, onBug } = this.#options;
    const renewing = this.#renew(held, life);
    await tell(held, row.state, {
      definitions: new Map([[kind, definition]]),
      journal: this.#journalOf(life),
      limiter: new Limiter(() => undefined),
      clock: life.clock,
      random,
      onBug,
      letGo: async () => {},
    }).finally(renewing.stop);
  }

  /** As `Engine.pause` does; where that refuses, nothing happens. */
  pause(id: RunId): void {
    const row = this.#row(id);
    if (row.state !== 'queued' && row.state !== 'running') return;
    row.state = 'paused';
    this.#held.get(id)?.pause();
  }

  /** As `Engine.cancel` does, likewise. */
  cancel(id: RunId): void {
    const row = this.#row(id);
    if (hasEnded(row.state)) return;
    row.state = 'cancelling';
    this.#held.get(id)?.cancel(new Failure('cancelled'));
  }

  /** As `Engine.resume` does, likewise. */
  resume(id: RunId): void {
    const row = this.#row(id);
    if (row.state === 'paused') return void (row.state = 'running');
    if (row.state !== 'failed' && row.state !== 'cancelled') return;
    Object.assign(row, { state: 'queued', generation: row.generation + 1, epoch: row.epoch + 1, failure: null });
    for (const step of row.steps.values()) if (step.state !== 'done') Object.assign(step, untried);
  }

  /** Renews the lease as long as the run is this life's. */
  #renew(held: Held, life: Life): { stop: () => void } {
    const over = new AbortController();
    const renew = async () => {
      for (;;) {
        await life.clock.sleep(milliseconds(lease / 3), over.signal);
        await life.clock.sleep(milliseconds(50 * this.#options.random())); // the database is asked
        if (this.#row(held.id).epoch === held.epoch) held.goodUntil = life.clock.now() + lease;
        else held.leave(new RunLost(`${held.id} has gone to another worker`));
      }
    };
    renew().catch(() => {});
    return { stop: () => over.abort(enough) };
  }

  #row(id: RunId): Row {
    const row = this.#runs.get(id);
    if (!row) throw new Failure('not-found', { kind: 'run', id });
    return row;
  }

  /** Like {@link Journal}: what arrives while a commit is on its way goes into the next one. */
  #journalOf(life: Life): Pick<Journal, 'write' | 'note'> {
    const waiting: { entry: Entry; answer: PromiseWithResolvers<void> }[] = [];
    let isWorking = false;
    const drain = async () => {
      isWorking = true;
      while (waiting.length > 0) {
        await life.clock.sleep(milliseconds(1 + 20 * this.#options.random()));
        const batch = waiting.splice(0);
        if (!life.survives('before commit')) return;
        const refused = batch.filter(({ entry }) => !this.#commit(entry));
        if (!life.survives('after commit')) return;
        for (const { entry, answer } of refused) {
          entry.run.leave(new RunLost(`${entry.run.id} has gone to another worker`));
          answer.reject(entry.run.gone);
        }
        for (const { answer } of batch) answer.resolve();
      }
      isWorking = false;
    };
    return {
      write: (entry) => {
        const answer = Promise.withResolvers<void>();
        waiting.push({ entry, answer });
        if (!isWorking) void drain();
        return life.mortal(() => answer.promise);
      },
      note: () => {},
    };
  }

  #commit({ run, steps, writes = [], end }: Entry): boolean {
    const row = this.#row(run.id);
    if (row.epoch !== run.epoch) return false;
    for (const step of steps) row.steps.set(step.key, { ...step });
    if (end) Object.assign(row, end);
    // Through JSON, as everything that is kept.
    this.#options.project(JSON.parse(jsonText(writes as unknown as Json) ?? '[]') as Write[]);
    return true;
  }
}

/** After this another worker may have the run of one that does not answer. */
export const lease = seconds(15);
const enough = new Error('it is over');
const untried = { state: 'planned', tries: 0, failure: null, because: null, started: null, ended: null } as const;

function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
