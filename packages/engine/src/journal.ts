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

  /** Resolves when everything that was handed in has been written or refused. */
  async settled(): Promise<void> {
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
      this.#linesTimer = undefined;
      const batch = this.#waiting.splice(0, largestBatch);
      const lines = this.#lines.splice(0, largestBatch);
      if (batch.length === 0 && lines.length === 0) return;
      await this.#settle(batch, lines);
    }
  }

  async #settle(batch: readonly Waiting[], lines: readonly NumberedLine[]): Promise<void> {
    const whole = batch.filter((waiting) => !refuseBroken(waiting));
    if (whole.length === 0 && lines.length === 0) return;
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
        const held = await this.#commit(
          batch.map(({ entry }) => entry),
          lines,
        );
        this.#committed();
        return held;
      } catch (error) {
        if (!databaseFailure(error) && !isCollision(error)) throw error;
        const runs = new Set([...batch.map(({ entry }) => entry.run), ...lines.map(({ run }) => run)]);
        for (const run of runs) run.checkLease();
        if ([...runs].every(({ gone }) => gone)) return new Set();
        await systemClock.sleep(milliseconds(pause));
      }
    }
  }

  async #commit(entries: readonly Entry[], lines: readonly NumberedLine[]): Promise<ReadonlySet<RunId>> {
    const statement = compile(entries, lines);
    const writes = entries.flatMap(({ run, writes }) => (writes ?? []).map((write) => ({ run: run.id, ...write })));
    if (writes.length === 0) return ids(await this.#database.executeQuery<{ id: RunId }>(statement));
    return this.#database.transaction().execute(async (transaction) => {
      const held = ids(await transaction.executeQuery<{ id: RunId }>(statement));
      for (const { into, rows } of inOrder(writes.filter(({ run }) => held.has(run)))) {
        await this.#projections[into]?.(transaction, rows);
      }
      return held;
    });
  }
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
function compile(entries: readonly Entry[], lines: readonly NumberedLine[]): CompiledQuery {
  const runs = new Map<RunId, { run: Held; end?: End | undefined }>();
  const steps = new Map<Step, Step>();
  for (const { run } of lines) runs.set(run.id, { run });
  for (const entry of entries) {
    runs.set(entry.run.id, { run: entry.run, end: entry.end ?? runs.get(entry.run.id)?.end });
    for (const step of entry.steps) steps.set(step, step);
  }
  const rows = [...runs.values()].map(({ run, end }) => ({
    id: run.id,
    epoch: run.epoch,
    done: run.done,
    total: run.steps.size,
    ...end,
  }));
  return CompiledQuery.raw(statement, [
    JSON.stringify(rows),
    JSON.stringify([...steps.keys()]),
    JSON.stringify(lines.map(({ line }) => line)),
  ]);
}

const statement = `
  with held as (
    update run set
      done = x.done,
      total = x.total,
      state = coalesce(x.state, run.state),
      output = coalesce(x.output::jsonb, run.output),
      failure = coalesce(x.failure, run.failure),
      ended = case when x.state is null then run.ended else clock_timestamp() end,
      owner = case when x.state is null then run.owner end,
      lease_until = case when x.state is null then run.lease_until end,
      changed = case when x.state is null and run.done = x.done and run.total = x.total
        then run.changed else pg_current_xact_id() end
    from json_to_recordset($1) as x(id text, epoch int, done int, total int, state text, output text, failure jsonb)
    where run.id = x.id and run.epoch = x.epoch
    returning run.id
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
