import { databaseFailure } from '@pileus/database';
import { milliseconds, systemClock, type Clock, type Duration, type RunId } from '@pileus/model';
import { setImmediate } from 'node:timers/promises';
import { RunLost, type Held, type LogLine, type Step } from './held.ts';
import type { Write } from './run.ts';
import type { RunFailure } from './tables.ts';

/** What goes into the journal together: all of it or nothing. */
export interface Entry {
  readonly run: Held;
  readonly steps: readonly Step[];
  readonly writes?: readonly Write[] | undefined;
  readonly end?: End | undefined;
}

export interface End {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly output: string | null;
  readonly failure: RunFailure | null;
}

/** What goes into one commit. */
export interface Batch {
  readonly runs: readonly RunRow[];
  readonly entries: readonly Entry[];
  readonly lines: readonly LogLine[];
}

/** Where a journal is kept. */
export interface Store {
  /**
   * Writes a batch, all of it or nothing, but for what belongs to runs whose epoch has moved on; answers which runs are
   * still held. The same batch may come again when it was not heard of what became of it.
   */
  commit(batch: Batch): Promise<ReadonlySet<RunId>>;
  /** Whether rows can be written `into` it. */
  takes(into: string): boolean;
}

export interface JournalOptions {
  readonly clock?: Clock;
  /** A clock that never jumps, in ms. */
  readonly monotonic?: () => number;
  /** Until all that the last commit has set free is handed in. */
  readonly turn?: () => Promise<void>;
}

/**
 * The journal of all runs that this process holds. Whatever arrives while a commit is on its way goes into the next
 * one, so that a thousand steps side by side cost a handful of commits. Every commit is fenced: what belongs to a run
 * whose epoch has moved on is left out and refused.
 */
export class Journal {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #monotonic: () => number;
  readonly #turn: () => Promise<void>;
  #waiting: Waiting[] = [];
  #lines: NumberedLine[] = [];
  #working: Promise<void> | undefined;
  #linesTimer: AbortController | undefined;
  /** Runs of which more is done than stands in their row. */
  readonly #uncounted = new Set<Held>();
  #countsTimer: AbortController | undefined;
  #isClosing = false;

  constructor(
    store: Store,
    { clock = systemClock, monotonic = () => performance.now(), turn = setImmediate }: JournalOptions = {},
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#monotonic = monotonic;
    this.#turn = turn;
  }

  /**
   * Resolves once it is durable; rejects with {@link RunLost} when the run is another worker's by now. What is handed in
   * first is durable first, and when it cannot be written, nothing later about its run is, but for the end.
   */
  write(entry: Entry): Promise<void> {
    for (const { into } of entry.writes ?? []) {
      if (!this.#store.takes(into)) throw new Error(`there is no projection ${into}`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ entry, resolve, reject });
    this.#work();
    return promise;
  }

  /** A log line goes with the next commit, within a tenth of a second. */
  note(run: Held, line: LogLine): void {
    this.#lines.push({ run, line });
    if (this.#lines.length > 1_000) this.#work();
    else this.#linesTimer ??= this.#workAfter(linesWait);
  }

  /** Resolves when everything that was handed in has been written or refused, and the runs' counts with it. */
  async close(): Promise<void> {
    await this.#working;
    this.#isClosing = true;
    this.#work();
    await this.#working;
  }

  #workAfter(duration: Duration): AbortController {
    const timer = new AbortController();
    this.#clock.sleep(duration, timer.signal).then(
      () => this.#work(),
      () => {},
    );
    return timer;
  }

  #work(): void {
    this.#working ??= this.#drain().finally(() => (this.#working = undefined));
  }

  async #drain(): Promise<void> {
    for (;;) {
      // All that the last commit has set free is handed in before the next one begins.
      await this.#turn();
      this.#linesTimer?.abort(itIsTime);
      this.#countsTimer?.abort(itIsTime);
      this.#linesTimer = undefined;
      this.#countsTimer = undefined;
      const batch = this.#waiting.splice(0, largestBatch);
      const lines = this.#lines.splice(0, largestBatch);
      if (batch.length === 0 && lines.length === 0 && ![...this.#uncounted].some((run) => this.#isCountDue(run))) break;
      await this.#settle(batch, lines);
    }
    if (this.#uncounted.size > 0) this.#countsTimer ??= this.#workAfter(this.#countsApart());
  }

  async #settle(batch: readonly Waiting[], lines: readonly NumberedLine[]): Promise<void> {
    const whole = batch.filter((waiting) => !refuseBroken(waiting));
    if (whole.length === 0 && batch.length > 0) return;
    try {
      const held = await this.#persist(whole, lines);
      for (const { run } of lines) if (!held.has(run.id)) run.leave(lost(run));
      for (const { entry, resolve, reject } of whole) {
        if (held.has(entry.run.id)) resolve();
        else {
          entry.run.leave(lost(entry.run));
          reject(entry.run.gone);
        }
      }
    } catch (error) {
      // One entry cannot be written (a projection refuses its rows): the others must not suffer from it.
      if (whole.length + Math.min(lines.length, 1) > 1) {
        await this.#settle([], lines);
        for (const one of whole) await this.#settle([one], []);
      } else {
        for (const { entry, reject } of whole) {
          entry.run.broken ??= { error };
          reject(error);
        }
      }
    }
  }

  /** Tries again while it is the database that is the trouble, for as long as any of the runs may still be ours. */
  async #persist(batch: readonly Waiting[], lines: readonly NumberedLine[]): Promise<ReadonlySet<RunId>> {
    for (let pause = 50; ; pause = Math.min(2 * pause, 2_000)) {
      try {
        const entries = batch.map(({ entry }) => entry);
        return await this.#commit(entries, lines);
      } catch (error) {
        if (!databaseFailure(error) && !isCollision(error)) throw error;
        const runs = new Set([...batch.map(({ entry }) => entry.run), ...lines.map(({ run }) => run)]);
        for (const run of runs) run.checkLease();
        if ([...runs].every(({ gone }) => gone)) {
          this.#uncounted.clear(); // the next commit finds them again
          return new Set();
        }
        await this.#clock.sleep(milliseconds(pause));
      }
    }
  }

  async #commit(entries: readonly Entry[], lines: readonly NumberedLine[]): Promise<ReadonlySet<RunId>> {
    const rows = this.#runRows(entries, lines);
    const held = await this.#store.commit({ runs: [...rows.values()], entries, lines: lines.map(({ line }) => line) });
    this.#count(rows, held);
    return held;
  }

  /** A run's own row is locked by every commit, against a worker that claims it, and written now and then. */
  #runRows(entries: readonly Entry[], lines: readonly NumberedLine[]): ReadonlyMap<Held, RunRow> {
    const ends = new Map<Held, End | undefined>();
    for (const run of this.#uncounted) if (this.#isCountDue(run)) ends.set(run, undefined);
    for (const { run } of lines) ends.set(run, undefined);
    for (const { run, end } of entries) ends.set(run, end ?? ends.get(run));
    const rows = new Map<Held, RunRow>();
    for (const [run, end] of ends) {
      const counts = end || this.#isCountDue(run) ? { done: run.done, total: run.steps.size } : {};
      rows.set(run, { id: run.id, epoch: run.epoch, ...counts, ...end });
    }
    return rows;
  }

  #isCountDue(run: Held): boolean {
    return !run.isCounted && this.#monotonic() - run.counted.at >= this.#countsApart();
  }

  /** The more runs there are to count, the more seldom it is done: of many, nobody watches each one. */
  #countsApart(): Duration {
    return milliseconds(this.#isClosing ? 0 : Math.max(leastCountsApart, this.#uncounted.size));
  }

  #count(rows: ReadonlyMap<Held, RunRow>, held: ReadonlySet<RunId>): void {
    for (const [run, { done, total, state }] of rows) {
      if (done !== undefined && total !== undefined) run.counted = { done, total, at: this.#monotonic() };
      if (state !== undefined || run.isCounted || !held.has(run.id)) this.#uncounted.delete(run);
      else this.#uncounted.add(run);
    }
  }
}

/** What is written into a run's row; without counts it is only locked. */
export interface RunRow extends Partial<End> {
  readonly id: RunId;
  readonly epoch: number;
  readonly done?: number;
  readonly total?: number;
}

interface NumberedLine {
  readonly run: Held;
  readonly line: LogLine;
}

interface Waiting {
  readonly entry: Entry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Answers whether something that had to come before this was refused, and this with it. */
function refuseBroken({ entry: { run, end }, reject }: Waiting): boolean {
  if (!run.broken || end) return false;
  reject(run.broken.error);
  return true;
}

/** A reason made once: an abort without one makes an error with its stack. */
const itIsTime = new Error('it is time');
const largestBatch = 5_000;
const leastCountsApart: Duration = milliseconds(200);
const linesWait: Duration = milliseconds(100);

function lost(run: Held): RunLost {
  return new RunLost(`${run.id} has gone to another worker`);
}

/** Serialization failures and deadlocks, which go away when tried again. */
function isCollision(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}
