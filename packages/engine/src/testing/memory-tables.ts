import { Failure, type Duration, type RunId } from '@pileus/model';
import { longSilence, type Claimed, type ClaimOptions } from '../claim.ts';
import { RunLost, type Held, type LogLine, type Step } from '../held.ts';
import type { Batch, RunRow } from '../journal.ts';
import { jsonText, keepable } from '../json.ts';
import { refused } from '../refused.ts';
import type { Json, Write } from '../run.ts';
import { activeStates, type RunFailure, type RunState } from '../tables.ts';

/** A row of `run`, with the rows of `run_step` and `run_log` that belong to it. Times are those of the database, in ms. */
export interface MemoryRun {
  readonly id: RunId;
  readonly kind: string;
  readonly title: string;
  readonly subject: string | null;
  readonly input: Json;
  readonly place: number;
  readonly state: RunState;
  readonly done: number;
  readonly total: number;
  readonly output: string | null;
  readonly failure: RunFailure | null;
  readonly generation: number;
  readonly epoch: number;
  readonly owner: number | null;
  readonly leaseUntil: number | null;
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly isStale: boolean;
  readonly steps: ReadonlyMap<string, Step>;
  readonly lines: ReadonlyMap<number, LogLine>;
}

type Row = { -readonly [K in keyof Omit<MemoryRun, 'steps' | 'lines'>]: MemoryRun[K] } & {
  readonly steps: Map<string, Step>;
  readonly lines: Map<number, LogLine>;
};

/** All that was in the tables at one moment. */
export interface Backup {
  readonly runs: ReadonlyMap<RunId, MemoryRun>;
  readonly places: number;
}

/**
 * The tables of runs in memory. They answer every call as PostgreSQL answers it to `claim.ts`, `holding.ts`, `store.ts` and
 * to the engine, which `parity.test.ts` proves call by call.
 */
export class MemoryTables {
  readonly #now: () => number;
  readonly #project: (writes: readonly Write[]) => void;
  readonly #alive = new Set<number>();
  #runs = new Map<RunId, Row>();
  #workers = 0;
  #places = 0;

  /**
   * @param now the database's clock, in ms
   * @param project writes what steps write beside themselves; where it throws, nothing of its batch is written
   */
  constructor(now: () => number, project: (writes: readonly Write[]) => void) {
    this.#now = now;
    this.#project = project;
  }

  get runs(): readonly MemoryRun[] {
    return [...this.#runs.values()];
  }

  get(id: RunId): MemoryRun {
    return this.#row(id);
  }

  start(id: RunId, { kind, title, subject, input }: Pick<MemoryRun, 'kind' | 'title' | 'subject' | 'input'>): void {
    this.#runs.set(id, {
      id,
      kind,
      title,
      subject,
      input: asKept(input),
      place: ++this.#places,
      state: 'queued',
      done: 0,
      total: 0,
      output: null,
      failure: null,
      generation: 1,
      epoch: 0,
      owner: null,
      leaseUntil: null,
      created: this.#now(),
      started: null,
      ended: null,
      isStale: false,
      steps: new Map(),
      lines: new Map(),
    });
  }

  /** A process begins; answers its number. */
  worker(): number {
    this.#alive.add(++this.#workers);
    return this.#workers;
  }

  /** A process is gone: its lock is free. */
  end(worker: number): void {
    this.#alive.delete(worker);
  }

  /** Takes all runs that a worker may have, or those of them that are among `these`. */
  claim(
    { id, lease, held, kinds }: Omit<ClaimOptions, 'room'>,
    these: readonly RunId[] = [...this.#runs.keys()],
  ): readonly Claimed[] {
    const now = this.#now();
    const chosen = these.map((run) => this.#row(run)).filter((row) => this.#isFree(row, id, held, kinds));
    for (const row of chosen) {
      row.isStale ||= (row.leaseUntil ?? row.started ?? row.created) < now - longSilence;
      row.owner = id;
      row.epoch++;
      row.leaseUntil = now + lease;
      if (row.state === 'queued') row.state = 'running';
      row.started ??= now;
    }
    return chosen.map((row) => ({ ...row, only_nodes: null, initiator: null, trace: null }));
  }

  /** Fills in what the journal has of runs that were just claimed. */
  readSteps(runs: readonly Held[]): void {
    for (const run of runs) {
      for (const step of this.steps(run.id)) {
        run.steps.set(step.key, step);
        run.lastSeq = step.seq;
        if (step.state === 'done') run.done++;
      }
      run.lines = Math.max(run.lines, ...this.#row(run.id).lines.keys());
    }
  }

  /** In their order, as PostgreSQL gives back what it keeps. */
  steps(id: RunId): readonly Step[] {
    const steps = [...this.#row(id).steps.values()].toSorted((a, b) => a.seq - b.seq);
    return steps.map((step) => ({
      ...step,
      name: keepable(step.name),
      node: step.node === null ? null : keepable(step.node),
      because: step.because === null ? null : keepable(step.because),
      output: step.output === null ? null : JSON.stringify(asKept(JSON.parse(step.output) as Json)),
      failure: asKept(step.failure as Json) as Step['failure'],
    }));
  }

  /** Renews the leases of a worker's runs, and leaves those that have gone to another one. */
  renew(
    { id, lease, held }: { id: number; lease: Duration; held: ReadonlyMap<RunId, Held> },
    from = performance.now(),
  ): void {
    for (const run of held.values()) {
      const row = this.#runs.get(run.id);
      if (row?.epoch === run.epoch && row.owner === id) {
        row.leaseUntil = this.#now() + lease;
        run.goodUntil = from + lease;
      } else run.leave(new RunLost(`${run.id} has gone to another worker`));
      run.checkLease();
    }
  }

  /** Lets go of one run, or of all that a worker holds. */
  release(id: number, run?: Held): void {
    for (const row of run ? [this.#row(run.id)] : this.#runs.values()) {
      if (row.owner !== id || (run && row.epoch !== run.epoch)) continue;
      row.owner = null;
      row.leaseUntil = this.#now();
    }
  }

  commit({ runs, entries, lines }: Batch): ReadonlySet<RunId> {
    const held = new Set(runs.filter(({ id, epoch }) => this.#runs.get(id)?.epoch === epoch).map(({ id }) => id));
    const ours = entries.filter(({ run }) => held.has(run.id));
    this.#project(ours.flatMap(({ writes = [] }) => writes));
    for (const row of runs) if (held.has(row.id)) this.#writeRun(row);
    for (const { run, steps } of ours) {
      const rows = this.#row(run.id).steps;
      for (const step of steps) rows.set(step.key, { ...step, seq: rows.get(step.key)?.seq ?? step.seq });
    }
    for (const line of lines) {
      const of = held.has(line.run) ? this.#row(line.run).lines : undefined;
      if (of && !of.has(line.seq)) of.set(line.seq, line);
    }
    return held;
  }

  /** As `Engine.pause`. */
  pause(id: RunId): void {
    const row = this.#row(id);
    if (row.state !== 'queued' && row.state !== 'running') throw refused('cannot-pause', row);
    row.state = 'paused';
  }

  /** As `Engine.cancel`. */
  cancel(id: RunId): void {
    const row = this.#row(id);
    if (!activeStates.includes(row.state)) throw refused('cannot-cancel', row);
    row.state = 'cancelling';
  }

  /** As `Engine.resume`, without nodes. */
  resume(id: RunId): void {
    const row = this.#row(id);
    if (row.state === 'paused') return void (row.state = row.owner === null ? 'queued' : 'running');
    if (row.state !== 'failed' && row.state !== 'cancelled') throw refused('cannot-resume', row);
    const { generation, epoch } = row;
    const begun = {
      state: 'queued',
      generation: generation + 1,
      epoch: epoch + 1,
      failure: null,
      ended: null,
    } as const;
    Object.assign(row, begun, { place: ++this.#places });
    for (const step of row.steps.values()) if (step.state !== 'done') Object.assign(step, untried);
  }

  backup(): Backup {
    return { runs: structuredClone(this.#runs), places: this.#places };
  }

  /** As a database that was put back to an earlier state; every process was stopped before. */
  restore({ runs, places }: Backup): void {
    this.#runs = structuredClone(runs) as Map<RunId, Row>; // what `backup` has taken
    this.#places = places;
    this.#alive.clear();
  }

  #row(id: RunId): Row {
    const row = this.#runs.get(id);
    if (!row) throw new Failure('not-found', { kind: 'run', id });
    return row;
  }

  #isFree(row: Row, id: number, held: ReadonlyMap<RunId, Held>, kinds: readonly string[]): boolean {
    const { owner, leaseUntil, state } = row;
    if (state !== 'queued' && state !== 'running' && state !== 'cancelling') return false;
    if (held.has(row.id) || !kinds.includes(row.kind)) return false;
    const isHeld =
      owner !== null && owner !== id && this.#alive.has(owner) && !(leaseUntil !== null && leaseUntil < this.#now());
    return !isHeld && (state !== 'queued' || row.subject === null || this.#isNext(row));
  }

  /** Whether no other run with its subject is under way, or comes before it. */
  #isNext({ id, subject, place }: Row): boolean {
    return this.runs.every(
      (other) =>
        other.subject !== subject ||
        other.id === id ||
        !(
          other.state === 'running' ||
          other.state === 'cancelling' ||
          (other.state === 'paused' && other.owner !== null) ||
          ((other.state === 'queued' || other.state === 'paused') && other.place < place)
        ),
    );
  }

  #writeRun({ id, done, total, state, output, failure }: RunRow): void {
    const row = this.#row(id);
    if (done === undefined || total === undefined) return;
    Object.assign(row, { done, total, output: output ?? row.output, failure: failure ?? row.failure });
    if (state === undefined) return;
    Object.assign(row, { state, ended: this.#now(), owner: null, leaseUntil: null });
  }
}

const untried = { state: 'planned', tries: 0, failure: null, because: null, started: null, ended: null } as const;

/** As a column of type `jsonb` gives it back: what is not JSON is gone, and keys come the shorter first, then by bytes. */
export function asKept(value: Json): Json {
  const text = jsonText(value);
  return text === null ? null : (JSON.parse(text, (_, part: Json) => inOrder(part)) as Json);
}

function inOrder(part: Json): Json {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  const entries = Object.entries(part).map(([key, of]) => ({ key: Buffer.from(key), name: key, of }));
  entries.sort((a, b) => a.key.length - b.key.length || a.key.compare(b.key));
  return Object.fromEntries(entries.map(({ name, of }) => [name, of]));
}
