import { Failure, milliseconds, seconds, type Clock, type Duration, type RunId } from '@pileus/model';
import { longSilence } from '../claim.ts';
import { Held, RunLost, type Step } from '../held.ts';
import { Journal, type Batch, type Entry, type Store } from '../journal.ts';
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

type Row = { -readonly [K in keyof Omit<MemoryRun, 'steps'>]: MemoryRun[K] } & {
  readonly steps: Map<string, Step>;
  /** By the database's clock. */
  leaseUntil: number;
  isStale: boolean;
};

export interface MemoryJournalOptions {
  readonly clock: Clock;
  /** Evenly from 0 up to, but not including, 1. */
  readonly random: () => number;
  /** What is wrong with the database as it is asked. */
  readonly trouble?: () => Trouble | undefined;
  /** What steps write beside themselves, as it is committed. */
  readonly project: (writes: readonly Write[]) => void;
  readonly onBug: (error: unknown, where: string) => void;
}

/**
 * What a database does to whoever asks it: it is away, it refuses (a collision, a full disk), it takes its time, or what it
 * has committed is not heard of.
 */
export type Trouble =
  | { readonly is: 'away' | 'unheard' | 'collision' | 'full' }
  | { readonly is: 'slow'; readonly takes: Duration };

/**
 * Runs, their steps and their fence in memory, on a clock that need not be real, so that the engine's own code of telling
 * and of the journal (what goes into a commit, what is tried again, who has lost its run) can be tried through thousands of
 * crashes a second. Only the tables are not PostgreSQL's: as there, a commit is whole or not at all, fenced by the epoch
 * of each run, and may come again; a worker has a run for as long as its lease, by the database's clock.
 */
export class MemoryJournal {
  readonly #options: MemoryJournalOptions;
  readonly #runs = new Map<RunId, Row>();
  readonly #held = new Map<RunId, Held>();
  readonly #journals = new WeakMap<Life, Journal>();
  #lost = 0;
  #takenWrongly = 0;

  constructor(options: MemoryJournalOptions) {
    this.#options = options;
  }

  /** Writes that were confirmed and are not there. */
  get lost(): number {
    return this.#lost;
  }

  /** Runs that a worker has left although they were its own by the database's clock. */
  get takenWrongly(): number {
    return this.#takenWrongly;
  }

  get(id: RunId): MemoryRun {
    return this.#row(id);
  }

  start(id: RunId, kind: string, input: Json): void {
    const begun = { state: 'queued', generation: 1, epoch: 0, output: null, failure: null } as const;
    this.#runs.set(id, {
      id,
      kind,
      input,
      ...begun,
      steps: new Map(),
      leaseUntil: this.#options.clock.now(),
      isStale: false,
    });
  }

  /** Resolves when the run has ended or is let go of; never when the life ends first. */
  async work(id: RunId, definition: RunDefinition, life: Life): Promise<void> {
    const row = this.#row(id);
    await this.#untilThere(life);
    // A worker claims no run of a kind that it does not know, and none that has ended or is paused.
    if (row.kind !== definition.name || row.state === 'paused' || hasEnded(row.state)) return;
    if (row.state === 'queued') row.state = 'running';
    const { kind, generation, input } = row;
    const claimed = new Date(Math.ceil(life.clock.now()));
    const goodUntil = life.monotonic() + lease;
    row.isStale ||= row.leaseUntil < this.#options.clock.now() - longSilence;
    row.leaseUntil = this.#options.clock.now() + lease;
    const held = new Held(
      {
        id,
        kind,
        generation,
        input,
        epoch: ++row.epoch,
        only: null,
        claimed,
        isStale: row.isStale,
        goodUntil,
        done: 0,
        total: 0,
      },
      life.monotonic,
    );
    for (const [key, step] of row.steps) held.steps.set(key, { ...step });
    held.done = [...held.steps.values()].filter(({ state }) => state === 'done').length;
    this.#held.set(id, held);
    const { random, onBug } = this.#options;
    const lost = () => {
      const isOurs = row.epoch === held.epoch && this.#options.clock.now() < row.leaseUntil - slack;
      if (held.gone instanceof RunLost && isOurs) this.#takenWrongly++;
    };
    held.signal.addEventListener('abort', lost, { once: true });
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
        const from = life.monotonic();
        const until = this.#options.clock.now() + lease;
        await life.clock.sleep(milliseconds(50 * this.#options.random())); // the database is asked
        const row = this.#row(held.id);
        if (this.#options.trouble?.()?.is === 'away') held.checkLease();
        else if (row.epoch === held.epoch) {
          row.leaseUntil = until;
          held.goodUntil = from + lease;
        } else held.leave(new RunLost(`${held.id} has gone to another worker`));
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

  /** One for each process, as it has them. */
  #journalOf(life: Life): Pick<Journal, 'write' | 'note'> {
    const journal =
      this.#journals.get(life) ??
      new Journal(this.#storeOf(life), {
        clock: life.clock,
        monotonic: life.monotonic,
        turn: () => life.clock.sleep(milliseconds(0)),
      });
    this.#journals.set(life, journal);
    return {
      write: async (entry) => {
        const steps = entry.steps.map((step) => ({ ...step }));
        await life.mortal(() => journal.write(entry));
        this.#lookFor(entry, steps);
      },
      note: (run, line) => journal.note(run, line),
    };
  }

  /** What was confirmed is there, or something later. */
  #lookFor({ run, end }: Entry, steps: readonly Step[]): void {
    const row = this.#row(run.id);
    for (const { key, attempt, state } of steps) {
      const kept = row.steps.get(key);
      if (!kept || kept.attempt < attempt || (state === 'done' && kept.state !== 'done')) this.#lost++;
    }
    if (end && row.epoch === run.epoch && row.state !== end.state) this.#lost++;
  }

  #storeOf(life: Life): Store {
    return {
      takes: () => true,
      commit: async (batch) => {
        // As it is when it is sent: what happens to a step meanwhile is not in it.
        const sent = asSent(batch);
        await life.clock.sleep(milliseconds(1 + 20 * this.#options.random()));
        const trouble = this.#options.trouble?.();
        if (trouble?.is === 'slow') await life.clock.sleep(trouble.takes);
        if (!life.survives('before commit')) return new Promise(() => {});
        if (trouble && trouble.is !== 'slow' && trouble.is !== 'unheard') throw refusals[trouble.is]();
        const held = this.#commit(sent);
        if (!life.survives('after commit')) return new Promise(() => {});
        if (trouble?.is === 'unheard') throw refusals.away();
        return held;
      },
    };
  }

  #commit({ runs, entries }: Batch): ReadonlySet<RunId> {
    const held = new Set(runs.filter(({ id, epoch }) => this.#row(id).epoch === epoch).map(({ id }) => id));
    for (const { run, steps, writes = [], end } of entries) {
      if (!held.has(run.id)) continue;
      const row = this.#row(run.id);
      for (const step of steps) row.steps.set(step.key, { ...step });
      if (end) Object.assign(row, end);
      this.#options.project(writes);
    }
    return held;
  }

  /** Nobody claims anything while the database is away. */
  async #untilThere(life: Life): Promise<void> {
    while (this.#options.trouble?.()?.is === 'away') await life.clock.sleep(seconds(1));
  }
}

/** Through JSON, as everything that is kept. */
function asSent({ runs, entries, lines }: Batch): Batch {
  const sent = entries.map(({ run, steps, writes = [], end }) => ({
    run,
    steps: steps.map((step) => ({ ...step })),
    writes: JSON.parse(jsonText(writes as unknown as Json) ?? '[]') as Write[],
    end,
  }));
  return { runs, lines, entries: sent };
}

/** As the driver of PostgreSQL throws them. */
const refusals = {
  away: () => Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' }),
  full: () => Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' }),
  collision: () => Object.assign(new Error('could not serialize access'), { code: '40001' }),
};

/** How far apart the lease may be as the database and as the worker reckon it, in ms. */
const slack = 1_000;

/** After this another worker may have the run of one that does not answer. */
export const lease = seconds(15);
const enough = new Error('it is over');
const untried = { state: 'planned', tries: 0, failure: null, because: null, started: null, ended: null } as const;

function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
