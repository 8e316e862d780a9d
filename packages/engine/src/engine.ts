import type { Database, Transaction } from '@pileus/database';
import {
  because,
  Failure,
  newId,
  noTracing,
  seconds,
  systemClock,
  type Because,
  type Clock,
  type Duration,
  type RunId,
  type Tracing,
} from '@pileus/model';
import { sql } from 'kysely';
import type { Claimant } from './claim.ts';
import { addingJobs, startJobs, type JobDefinition, type Jobs } from './jobs.ts';
import type { Projection } from './store.ts';
import { jsonText } from './json.ts';
import { Limiter } from './limiter.ts';
import { reading, type Reading } from './reading.ts';
import { refused } from './refused.ts';
import type { Json, RunDefinition } from './run.ts';
import { activeStates } from './tables.ts';
import { startWorker } from './worker.ts';

export interface EngineOptions {
  readonly database: Database;
  readonly definitions: readonly RunDefinition[];
  /** Where steps' writes go, by name. */
  readonly projections?: Readonly<Record<string, Projection>>;
  /** Short work in the background; this process does it when it works. */
  readonly jobs?: readonly JobDefinition[];
  readonly clock?: Clock;
  /** How long a worker that does not answer keeps its runs; 15 s unless told. A worker that is gone loses them at once. */
  readonly lease?: Duration;
  /**
   * Runs at once in this process; 50 unless told. Runs of a worker that is gone go on here even when all of them are taken,
   * up to twice as many; the first run of a share (see {@link StartOptions}) begins up to three times as many.
   */
  readonly concurrency?: number;
  /**
   * How many steps may be under way at once under a key that steps name (`StepOptions.under`); undefined: any number.
   * Counted in this process alone: as many workers as there are may each have so many.
   */
  readonly caps?: (key: string) => number | undefined;
  /**
   * Asked each time this process takes a run that somebody answers for: when it first begins, however long it has waited,
   * when it is resumed, and when its worker was lost. With a reason nothing of it begins: it is paused, and says so, until
   * it is resumed. A cancelled run is not asked about.
   */
  readonly holdsBack?: (run: Claimant) => Promise<Because | undefined>;
  /** Shows runs and their steps as part of what asked for them; nobody looks unless given. */
  readonly tracing?: Tracing | undefined;
  /** Told of whatever was thrown that is not a `Failure`, and where. */
  readonly onBug?: (error: unknown, where: string) => void;
  readonly log?: (line: string) => void;
}

/** On whose behalf a run is carried out. */
export interface Behalf {
  /** What a person sees. */
  readonly actor?: Json;
  /** Who answers for it, as {@link EngineOptions.holdsBack} understands it; absent: the platform itself. */
  readonly initiator?: Json;
}

export interface StartOptions extends Behalf {
  /** What a person sees. */
  readonly title: string;
  /** Runs with the same subject (a deployment's id) go one after the other. */
  readonly subject?: string | undefined;
  /** Whose runs take turns with those of others; the actor's unless told. */
  readonly share?: string | undefined;
  readonly id?: RunId | undefined;
  /** The transaction that starts it: the run is there when that is committed. */
  readonly in?: Transaction | undefined;
}

export interface Change {
  /** The transaction that asks for it. */
  readonly in?: Transaction | undefined;
}

export interface ResumeOptions extends Change {
  readonly only?: readonly string[] | undefined;
  readonly by?: Behalf | undefined;
}

/** Starts, carries out and shows runs. Any number of processes may have one on the same database. */
export interface Engine extends Reading {
  start<Input>(definition: RunDefinition<Input>, input: Input, options: StartOptions): Promise<RunId>;
  /**
   * Begins nothing more: steps under way end, waiting stops, and the run is let go of until it is resumed or cancelled.
   * Throws `not-found`, and `conflict` unless it is queued or running.
   */
  pause(id: RunId, options?: Change): Promise<void>;
  /** What has been made stays. Throws `not-found`, and `conflict` when the run has ended. */
  cancel(id: RunId, options?: Change): Promise<void>;
  /**
   * Goes on with a paused run, or with a failed or cancelled one from the steps that are not done. With `only`, steps of
   * a failed or cancelled run that belong to other nodes stay as they are, unless they were skipped because of these
   * nodes alone; what is left then is what the run fails with again. It goes on for `by`, who answers for it from then on;
   * absent: for whom it was. Throws `not-found`, and `conflict` when it is in another state.
   */
  resume(id: RunId, options?: ResumeOptions): Promise<void>;
  readonly jobs: Jobs;
  /** Begins to carry out runs and jobs in this process. */
  work(): Promise<void>;
  /** Lets go of all runs within some seconds; they go on at another worker, or at the next start. */
  stop(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { database } = options;
  const definitions = new Map(options.definitions.map((definition) => [definition.name, definition]));
  if (definitions.size < options.definitions.length) throw new Error('two run definitions have the same name');
  const { jobs = [], onBug = (error, where) => console.error(where, error), log = () => {} } = options;
  const { tracing = noTracing } = options;
  let working: Promise<readonly { stop(): Promise<void> }[]> | undefined;

  return {
    ...reading(database),
    jobs: addingJobs(database),
    start: async (
      definition,
      input,
      { title, subject, actor, initiator, share, id = newId('run'), in: transaction = database },
    ) => {
      const parsed = definition.input.parse(input) as Json; // it came from JSON or is about to become it
      await transaction
        .insertInto('run')
        .values({
          id,
          kind: definition.name,
          title,
          subject: subject ?? null,
          actor: jsonText(actor),
          initiator: jsonText(initiator),
          share: share ?? jsonText(actor) ?? '',
          input: jsonText(parsed),
          trace: tracing.current ?? null,
        })
        .execute();
      return id;
    },
    pause: (id, { in: transaction = database } = {}) => pause(transaction, id),
    cancel: (id, { in: transaction = database } = {}) => cancel(transaction, id),
    resume: (id, { in: transaction, ...how } = {}) => {
      const asked = { ...how, trace: tracing.current };
      return transaction
        ? resume(transaction, id, asked)
        : database.transaction().execute((own) => resume(own, id, asked));
    },
    work: async () => {
      working ??= Promise.all([
        startWorker({
          database,
          definitions,
          projections: options.projections ?? {},
          clock: options.clock ?? systemClock,
          lease: options.lease ?? seconds(15),
          concurrency: options.concurrency ?? 50,
          limiter: new Limiter(options.caps ?? (() => undefined)),
          holdsBack: options.holdsBack,
          tracing,
          onBug,
          log,
        }),
        ...(jobs.length > 0 ? [startJobs({ database, jobs, tracing, onBug, log })] : []),
      ]);
      await working;
    },
    stop: async () => {
      const workers = await working?.catch(() => []);
      working = undefined;
      await Promise.all((workers ?? []).map((worker) => worker.stop()));
    },
  };
}

async function pause(database: Database | Transaction, id: RunId): Promise<void> {
  const { numUpdatedRows } = await database
    .updateTable('run')
    .set({ state: 'paused', changed: sql`pg_current_xact_id()` })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw await refusal(database, id, 'cannot-pause');
}

async function cancel(database: Database | Transaction, id: RunId): Promise<void> {
  const { numUpdatedRows } = await database
    .updateTable('run')
    .set({ state: 'cancelling', held: null, changed: sql`pg_current_xact_id()` })
    .where('id', '=', id)
    .where('state', 'in', activeStates)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw await refusal(database, id, 'cannot-cancel');
}

interface Resumption extends ResumeOptions {
  /** The `traceparent` of who has it go on. */
  readonly trace: string | undefined;
}

async function resume(database: Transaction, id: RunId, { only, by, trace }: Resumption): Promise<void> {
  if (trace !== undefined) await database.updateTable('run').set({ trace }).where('id', '=', id).execute();
  if (only === undefined && (await unpause(database, id, by))) return;
  await beginAgain(database, id, only, by);
  if (only) await skipOthers(database, id, only);
  const { numAffectedRows } = await sql`
    update run_step set state = 'planned', tries = 0, failure = null, because = null, started = null, ended = null,
      changed = pg_current_xact_id()
    where run = ${id} and state <> 'done' ${only ? sql`and ${isOfThese(id, only)}` : sql``}`.execute(database);
  if (only && numAffectedRows === 0n) {
    const what = because('run-for-nodes', { run: id, nodes: only.join(', ') });
    throw new Failure('conflict', { what, reason: because('nothing-left') });
  }
}

/** Steps of these nodes, and steps that were skipped because of one of them. */
function isOfThese(id: RunId, nodes: readonly string[]) {
  return sql`(node = any(${nodes}::text[]) or because = any(${nodes}::text[])
    or because in (select key from run_step where run = ${id} and node = any(${nodes}::text[])))`;
}

/** One whose worker has not let go of it yet goes on once that has happened. */
async function unpause(database: Transaction, id: RunId, by: Behalf | undefined): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('run')
    .set({
      state: sql`case when owner is null then 'queued' else 'running' end`,
      held: null,
      ...columnsOf(by),
      changed: sql`pg_current_xact_id()`,
    })
    .where('id', '=', id)
    .where('state', '=', 'paused')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** A later worker may still find what an earlier one wrote too late: the epoch moves on with the generation. */
async function beginAgain(
  database: Transaction,
  id: RunId,
  only: readonly string[] | undefined,
  by: Behalf | undefined,
): Promise<void> {
  const { numUpdatedRows } = await database
    .updateTable('run')
    .set({
      state: 'queued',
      generation: sql`generation + 1`,
      only_nodes: only ? sql`${only}::text[]` : null,
      epoch: sql`epoch + 1`,
      place: sql`nextval('run_place')`,
      failure: null,
      ended: null,
      ...columnsOf(by),
      changed: sql`pg_current_xact_id()`,
    })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'cancelled'])
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw await refusal(database, id, 'cannot-resume');
}

function columnsOf(by: Behalf | undefined) {
  return by ? { actor: jsonText(by.actor), initiator: jsonText(by.initiator) } : {};
}

/** What other nodes have not begun yet they do not begin now either. */
async function skipOthers(database: Transaction, id: RunId, only: readonly string[]): Promise<void> {
  await sql`
    update run_step set state = 'skipped', changed = pg_current_xact_id()
    where run = ${id} and state = 'planned' and attempt = 0 and not (node = any(${only}))`.execute(database);
}

async function refusal(
  database: Database | Transaction,
  id: RunId,
  cannot: 'cannot-pause' | 'cannot-cancel' | 'cannot-resume',
): Promise<Failure> {
  const found = await database.selectFrom('run').select(['title', 'state']).where('id', '=', id).executeTakeFirst();
  if (!found) return new Failure('not-found', { kind: 'run', id });
  return refused(cannot, { id, ...found });
}
