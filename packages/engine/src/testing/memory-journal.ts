import { Failure, milliseconds, seconds, type Clock, type Duration, type RunId } from '@pileus/model';
import type { Claimed } from '../claim.ts';
import { Held, RunLost, type Step } from '../held.ts';
import { Journal, type Batch, type Entry, type Store } from '../journal.ts';
import { jsonText } from '../json.ts';
import { Limiter } from '../limiter.ts';
import type { Json, RunDefinition, Write } from '../run.ts';
import type { RunState } from '../tables.ts';
import { tell } from '../tell.ts';
import type { Life } from './life.ts';
import { MemoryTables, type Backup, type MemoryRun } from './memory-tables.ts';

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
 * Workers over {@link MemoryTables}, on a clock that need not be real, so that the engine's own code of telling and of the
 * journal (what goes into a commit, what is tried again, who has lost its run) can be tried through thousands of crashes a
 * second. A worker has a run for as long as its lease, by the database's clock, or until its process is gone.
 */
export class MemoryJournal {
  readonly #options: MemoryJournalOptions;
  readonly #tables: MemoryTables;
  readonly #held = new Map<RunId, Held>();
  readonly #workers = new Map<Life, Worker>();
  #lost = 0;
  #takenWrongly = 0;

  constructor(options: MemoryJournalOptions) {
    this.#options = options;
    this.#tables = new MemoryTables(() => options.clock.now(), options.project);
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
    return this.#tables.get(id);
  }

  get runs(): readonly MemoryRun[] {
    return this.#tables.runs;
  }

  start(id: RunId, run: Pick<MemoryRun, 'kind' | 'subject' | 'input'>): void {
    this.#tables.start(id, { title: id, ...run });
  }

  /** All that is in it now, for a later {@link restore}. */
  backup(): Backup {
    return this.#tables.backup();
  }

  /** Every process is stopped, and the database put back to an earlier state. */
  restore(backup: Backup): void {
    for (const life of this.#workers.keys()) life.end();
    this.#tables.restore(backup);
  }

  /** Resolves when the run has ended or is let go of; never when the life ends first. */
  async work(id: RunId, definition: RunDefinition, life: Life): Promise<void> {
    const worker = this.#workerOf(life);
    const claimed = await this.#claim(id, definition, life, worker);
    if (!claimed) return;
    const { only_nodes: only, state } = claimed;
    const at = new Date(Math.ceil(life.clock.now()));
    const held = new Held({ ...claimed, only, claimed: at, goodUntil: life.monotonic() + lease }, life.monotonic);
    this.#tables.readSteps([held]);
    this.#held.set(id, held);
    const { random, onBug } = this.#options;
    const lost = () => {
      const { epoch, leaseUntil } = this.get(id);
      const isOurs = epoch === held.epoch && this.#options.clock.now() < (leaseUntil ?? 0) - slack;
      if (held.gone instanceof RunLost && isOurs) this.#takenWrongly++;
    };
    held.signal.addEventListener('abort', lost, { once: true });
    const renewing = this.#renew(held, life, worker);
    await tell(held, state, {
      definitions: new Map([[definition.name, definition]]),
      journal: this.#journalOf(life, worker),
      limiter: new Limiter(() => undefined),
      clock: life.clock,
      random,
      onBug,
      letGo: async () => this.#tables.release(worker.id, held),
    }).finally(renewing.stop);
  }

  /** As `Engine.pause` does; where that refuses, nothing happens. */
  pause(id: RunId): void {
    if (isRefused(() => this.#tables.pause(id))) return;
    this.#held.get(id)?.pause();
  }

  /** As `Engine.cancel` does, likewise. */
  cancel(id: RunId): void {
    if (isRefused(() => this.#tables.cancel(id))) return;
    this.#held.get(id)?.cancel(new Failure('cancelled'));
  }

  /** As `Engine.resume` does, likewise. */
  resume(id: RunId): void {
    isRefused(() => this.#tables.resume(id));
  }

  #workerOf(life: Life): Worker {
    const known = this.#workers.get(life);
    if (known) return known;
    const worker: Worker = {
      id: this.#tables.worker(),
      journal: new Journal(this.#storeOf(life), {
        clock: life.clock,
        monotonic: life.monotonic,
        turn: () => life.clock.sleep(milliseconds(0)),
      }),
    };
    this.#workers.set(life, worker);
    life.over.addEventListener('abort', () => this.#tables.end(worker.id), { once: true });
    return worker;
  }

  /** Asks each second, as workers do, until the run is free; undefined when it is one that nobody may have. */
  async #claim(id: RunId, { name }: RunDefinition, life: Life, worker: Worker): Promise<Claimed | undefined> {
    for (;;) {
      await this.#untilThere(life);
      const { kind, state } = this.get(id);
      if (kind !== name || state === 'paused' || hasEnded(state)) return undefined;
      const [claimed] = this.#tables.claim({ id: worker.id, lease, held: new Map(), kinds: [name] }, [id]);
      if (claimed) return claimed;
      await life.clock.sleep(seconds(1));
    }
  }

  /** Renews the lease as long as the run is this life's. */
  #renew(held: Held, life: Life, { id }: Worker): { stop: () => void } {
    const over = new AbortController();
    const renew = async () => {
      for (;;) {
        await life.clock.sleep(milliseconds(lease / 3), over.signal);
        const from = life.monotonic();
        // What the database was asked reaches it, whatever becomes of the process.
        await this.#options.clock.sleep(milliseconds(50 * this.#options.random()));
        if (this.#options.trouble?.()?.is === 'away') held.checkLease();
        else this.#tables.renew({ id, lease, held: new Map([[held.id, held]]) }, from);
      }
    };
    renew().catch(() => {});
    return { stop: () => over.abort(enough) };
  }

  /** What is confirmed is looked for. */
  #journalOf(life: Life, { journal }: Worker): Pick<Journal, 'write' | 'note'> {
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
    const row = this.get(run.id);
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
        const held = this.#tables.commit(sent);
        if (!life.survives('after commit')) return new Promise(() => {});
        if (trouble?.is === 'unheard') throw refusals.away();
        return held;
      },
    };
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

interface Worker {
  readonly id: number;
  /** One for each process, as it has them. */
  readonly journal: Journal;
}

function isRefused(change: () => void): boolean {
  try {
    change();
    return false;
  } catch (error) {
    if (error instanceof Failure && error.code === 'conflict') return true;
    throw error;
  }
}

function hasEnded(state: RunState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled';
}
