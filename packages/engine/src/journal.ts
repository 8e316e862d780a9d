import { databaseFailure, type Database, type Transaction } from '@pileus/database';
import { milliseconds, systemClock, type Duration, type RunId } from '@pileus/model';
import { CompiledQuery } from 'kysely';
import { setImmediate } from 'node:timers/promises';
import { RunLost, type Held, type LogLine, type Step } from './held.ts';
import type { Json, Write } from './run.ts';
import type { RunFailure } from './tables.ts';

/**
 * Writes rows of the platform's own tables, a whole set in one statement where it can, inside the transaction of the
 * steps they belong to. Rows of one run come in their order, and the same row may come again after a lost connection.
 */
export type Projection = (transaction: Transaction, rows: readonly Json[]) => Promise<void>;

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

/**
 * The journal of all runs that this process holds. Whatever arrives while a commit is on its way goes into the next
 * one, so that a thousand steps side by side cost a handful of commits. Every commit is fenced: what belongs to a run
 * whose epoch has moved on is left out and refused.
 */
export class Journal {
  readonly #database: Database;
  readonly #projections: Readonly<Record<string, Projection>>;
  readonly #committed: () => void;
  #waiting: Waiting[] = [];
  #lines: NumberedLine[] = [];
  #working: Promise<void> | undefined;
  #linesTimer: NodeJS.Timeout | undefined;
  /** Runs of which more is done than stands in their row. */
  readonly #uncounted = new Set<Held>();
  #countsTimer: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(database: Database, projections: Readonly<Record<string, Projection>>, committed: () => void) {
    this.#database = database;
    this.#projections = projections;
    this.#committed = committed;
  }

  /**
   * Resolves once it is durable; rejects with {@link RunLost} when the run is another worker's by now. What is handed in
   * first is durable first, and when it cannot be written, nothing later about its run is, but for the end.
   */
  write(entry: Entry): Promise<void> {
    for (const { into } of entry.writes ?? []) {
      if (!Object.hasOwn(this.#projections, into)) throw new Error(`there is no projection ${into}`);
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
    else this.#linesTimer ??= setTimeout(() => this.#work(), linesWait);
  }

  /** Resolves when everything that was handed in has been written or refused, and the runs' counts with it. */
  async close(): Promise<void> {
    await this.#working;
    this.#isClosing = true;
    this.#work();
    await this.#working;
  }

  #work(): void {
    this.#working ??= this.#drain().finally(() => (this.#working = undefined));
  }

  async #drain(): Promise<void> {
    for (;;) {
      // All that the last commit has set free is handed in before the next one begins.
      await setImmediate();
      clearTimeout(this.#linesTimer);
      clearTimeout(this.#countsTimer);
      this.#linesTimer = undefined;
      this.#countsTimer = undefined;
      const batch = this.#waiting.splice(0, largestBatch);
      const lines = this.#lines.splice(0, largestBatch);
      if (batch.length === 0 && lines.length === 0 && ![...this.#uncounted].some((run) => this.#isCountDue(run))) break;
      await this.#settle(batch, lines);
    }
    if (this.#uncounted.size > 0) this.#countsTimer ??= setTimeout(() => this.#work(), this.#countsApart());
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
        await systemClock.sleep(milliseconds(pause));
      }
    }
  }

  async #commit(entries: readonly Entry[], lines: readonly NumberedLine[]): Promise<ReadonlySet<RunId>> {
    const rows = this.#runRows(entries, lines);
    const statement = compile([...rows.values()], entries, lines);
    const writes = entries.flatMap(({ run, writes }) => (writes ?? []).map((write) => ({ run: run.id, ...write })));
    const held =
      writes.length === 0
        ? ids(await this.#database.executeQuery<{ id: RunId }>(statement))
        : await this.#database.transaction().execute(async (transaction) => {
            const fenced = ids(await transaction.executeQuery<{ id: RunId }>(statement));
            for (const { into, rows } of inOrder(writes.filter(({ run }) => fenced.has(run)))) {
              await this.#projections[into]?.(transaction, rows);
            }
            return fenced;
          });
    this.#count(rows, held);
    this.#committed();
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
    return !run.isCounted && performance.now() - run.counted.at >= this.#countsApart();
  }

  /** The more runs there are to count, the more seldom it is done: of many, nobody watches each one. */
  #countsApart(): number {
    return this.#isClosing ? 0 : Math.max(leastCountsApart, this.#uncounted.size);
  }

  #count(rows: ReadonlyMap<Held, RunRow>, held: ReadonlySet<RunId>): void {
    for (const [run, { done, total, state }] of rows) {
      if (done !== undefined && total !== undefined) run.counted = { done, total, at: performance.now() };
      if (state !== undefined || run.isCounted || !held.has(run.id)) this.#uncounted.delete(run);
      else this.#uncounted.add(run);
    }
  }
}

/** What is written into a run's row; without counts it is only locked. */
interface RunRow extends Partial<End> {
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

function ids({ rows }: { rows: readonly { id: RunId }[] }): ReadonlySet<RunId> {
  return new Set(rows.map(({ id }) => id));
}

/** As few sets per projection as the order within each run allows. */
export function inOrder(
  writes: readonly (Write & { run: RunId })[],
): readonly { into: string; rows: readonly Json[] }[] {
  const sets: { into: string; rows: Json[] }[] = [];
  const last = new Map<RunId, number>();
  for (const { run, into, row } of writes) {
    const earliest = last.get(run) ?? 0;
    let at = sets.findIndex((set, index) => index >= earliest && set.into === into);
    if (at < 0) at = sets.push({ into, rows: [] }) - 1;
    sets[at]?.rows.push(row);
    last.set(run, at);
  }
  return sets;
}

/** Counts and states are written as they are, not as differences, so that a commit whose answer was lost can be sent again. */
function compile(runs: readonly RunRow[], entries: readonly Entry[], lines: readonly NumberedLine[]): CompiledQuery {
  const steps = new Set(entries.flatMap((entry) => entry.steps));
  return CompiledQuery.raw(statement, [
    JSON.stringify(runs),
    JSON.stringify([...steps]),
    JSON.stringify(lines.map(({ line }) => line)),
  ]);
}

const statement = `
  with x as materialized (
    select * from json_to_recordset($1)
      as x(id text, epoch int, done int, total int, state text, output text, failure jsonb)
  ), held as materialized (
    select run.id from run join x on run.id = x.id and run.epoch = x.epoch for no key update of run
  ), counted as (
    update run set
      done = x.done,
      total = x.total,
      state = coalesce(x.state, run.state),
      output = coalesce(x.output::jsonb, run.output),
      failure = coalesce(x.failure, run.failure),
      ended = case when x.state is null then run.ended else clock_timestamp() end,
      owner = case when x.state is null then run.owner end,
      lease_until = case when x.state is null then run.lease_until end,
      changed = pg_current_xact_id()
    from x
    where run.id = x.id and x.done is not null and run.id in (select id from held)
  ), steps as (
    insert into run_step (run, seq, key, name, node, state, attempt, tries, token, unclear_since,
      output, failure, because, started, ended)
    select x.run, x.seq, x.key, x.name, x.node, x.state, x.attempt, x.tries, x.token, x.unclear_since,
      x.output::jsonb, x.failure, x.because, x.started, x.ended
    from json_to_recordset($2) as x(run text, seq int, key text, name text, node text, state text, attempt int, tries int,
      token text, unclear_since timestamptz, output text, failure jsonb, because text, started timestamptz, ended timestamptz)
    where x.run in (select id from held)
    on conflict (run, key) do update set
      name = excluded.name, node = excluded.node, state = excluded.state, attempt = excluded.attempt,
      tries = excluded.tries, token = excluded.token, unclear_since = excluded.unclear_since, output = excluded.output,
      failure = excluded.failure, because = excluded.because, started = excluded.started, ended = excluded.ended,
      changed = pg_current_xact_id()
  ), lines as (
    insert into run_log (run, seq, step, node, at, stream, text)
    select x.run, x.seq, x.step, x.node, x.at, x.stream, x.text
    from json_to_recordset($3) as x(run text, seq int, step text, node text, at timestamptz, stream text, text text)
    where x.run in (select id from held)
    on conflict do nothing
  )
  select id from held`;
