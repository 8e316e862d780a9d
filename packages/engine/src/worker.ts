import { openDatabase, openSession, type Database, type Session } from '@pileus/database';
import {
  milliseconds,
  seconds,
  systemClock,
  type Because,
  type Clock,
  type Duration,
  type RunId,
  type Tracing,
} from '@pileus/model';
import { sql } from 'kysely';
import { anythingToClaim, claimRuns, roomFor, workerLock, type Claimant, type Claimed } from './claim.ts';
import { Held, WorkerStops } from './held.ts';
import { holdBack, noticeAsked, readSteps, release, renew } from './holding.ts';
import { Journal } from './journal.ts';
import type { Limiter } from './limiter.ts';
import type { RunDefinition } from './run.ts';
import type { RunState } from './tables.ts';
import { tables, type Projection } from './store.ts';
import { tell } from './tell.ts';

export interface WorkerOptions {
  readonly database: Database;
  readonly definitions: ReadonlyMap<string, RunDefinition>;
  readonly projections: Readonly<Record<string, Projection>>;
  readonly clock: Clock;
  readonly lease: Duration;
  readonly concurrency: number;
  readonly limiter: Limiter;
  readonly holdsBack: ((run: Claimant) => Promise<Because | undefined>) | undefined;
  readonly tracing: Tracing;
  readonly onBug: (error: unknown, where: string) => void;
  readonly log: (line: string) => void;
}

/** Claims runs, tells them, and lets go of them when it stops. */
export interface Worker {
  stop(): Promise<void>;
}

/**
 * A worker holds an advisory lock for as long as its process lives, so that the others see at once when it is gone and
 * take its runs over. Where the process lives but cannot reach the database, or is paused, its leases run out.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { database, clock, lease } = options;
  const id = await newWorkerId(database);
  const held = new Map<RunId, Held>();
  const telling = new Set<Promise<void>>();
  let isStopping = false;
  let wake = () => {};

  const journalDatabase = openDatabase(journalUrl(database.url, lease), {
    connections: lanes,
    name: `pileus journal ${id}`,
    prepare: true,
  });
  const session = await openSession(database.url, {
    name: `pileus worker ${id}`,
    channels: ['pileus_run'],
    prepare: async (client) => void (await client.query('select pg_advisory_lock($1, $2)', [workerLock, id])),
    heard: () => wake(),
  });
  const notify = notices(session);
  const journals = Array.from(
    { length: lanes },
    () => new Journal(tables(journalDatabase, options.projections, notify)),
  );

  const letGo = (run: Held) => release(database, id, run);
  let claimed = 0;
  const laneFor = (): Journal => journals[claimed++ % lanes] as Journal; // there are as many as lanes

  const begin = (run: Held, state: RunState, parent: string | null) => {
    const facts = { 'pileus.run': run.id, 'pileus.run.generation': run.generation, 'pileus.run.epoch': run.epoch };
    const surroundings = { ...options, journal: laneFor(), letGo, random: Math.random };
    const told = options.tracing
      .within({ name: `run ${run.kind}`, kind: 'internal', parent, facts }, async (note) => {
        const end = await tell(run, state, surroundings);
        note({ 'pileus.run.end': end?.is, ...(end?.is === 'failed' && { 'error.type': end.failure.code }) });
      })
      .catch((error: unknown) => options.onBug(error, `${run.kind} ${run.id}`))
      .finally(() => {
        held.delete(run.id);
        telling.delete(told);
        wake();
      });
    telling.add(told);
  };
  /** Undefined where that cannot be told. */
  const mayBegin = async ({ id: run, state, epoch, initiator }: Claimed): Promise<boolean | undefined> => {
    if (!options.holdsBack || initiator === null || state !== 'running') return true;
    try {
      const reason = await options.holdsBack({ id: run, initiator });
      if (reason) await holdBack(database, { id: run, epoch, owner: id }, reason);
      return reason === undefined;
    } catch (error) {
      options.onBug(error, `whether ${run} may go on`);
      return undefined;
    }
  };
  const claim = async () => {
    if (isStopping) return;
    await noticeAsked(database, id, held);
    const room = roomFor(options.concurrency, held.size);
    if (room.firsts === 0 || !(await anythingToClaim(database, { id, held }))) return;
    const from = performance.now();
    const rows = await claimRuns(database, { id, lease, room, held, kinds: [...options.definitions.keys()] });
    if (rows.length === 0) return;
    const at = new Date(clock.now());
    const runs = rows.map((row) => ({
      state: row.state,
      row,
      run: new Held({ ...row, only: row.only_nodes, claimed: at, goodUntil: from + lease }),
    }));
    for (const { run } of runs) held.set(run.id, run);
    try {
      // The first ones go on while the journals of the others are still read.
      while (runs.length > 0 && !isStopping) {
        const asked = runs.slice(0, options.holdsBack ? askTogether : readTogether);
        const may = await Promise.all(asked.map(({ row }) => mayBegin(row)));
        const begun = asked.filter((_, index) => may[index]);
        await readSteps(
          database,
          begun.map(({ run }) => run),
        );
        for (const { state, run, row } of begun) begin(run, state, row.trace);
        runs.splice(0, asked.length);
        for (const [index, { run }] of asked.entries()) {
          if (may[index] === false) held.delete(run.id);
          // It is not claimed again, by anybody, before it makes sense to ask again.
          else if (may[index] === undefined) setTimeout(() => held.delete(run.id), askAgain).unref();
        }
      }
      wake();
    } finally {
      for (const { run } of runs) held.delete(run.id);
    }
  };
  const claims = repeating(claim, claimPause, options.log);
  const renewals = repeating(() => renew(database, { id, lease, held }), milliseconds(lease / 3), options.log);
  wake = claims.wake;
  wake();

  return {
    stop: async () => {
      isStopping = true;
      // Each part is waited for a while only: the database may be away.
      await patiently(Promise.all([claims.stop(), renewals.stop()]));
      for (const run of held.values()) run.leave(new WorkerStops('this worker stops'));
      await patiently(Promise.allSettled(telling));
      await patiently(Promise.all(journals.map((journal) => journal.close())));
      await patiently(release(database, id)); // without it the others see that our lock is gone
      await patiently(session.close());
      await patiently(journalDatabase.end());
    },
  };
}

/** Journals side by side, each with its connection and its runs: while one waits for its commit, the other is filled. */
const lanes = 2;
/** Runs whose steps are read in one statement. */
const readTogether = 1_000;
/** Each is several questions to the database, which also renews the leases meanwhile. */
const askTogether = 50;
const askAgain = seconds(5);
const noticesApart = 30;
const claimPause = seconds(1);
const stopPatience = milliseconds(1_500);

async function patiently(work: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  await Promise.race([work, systemClock.sleep(stopPatience, enough.signal)]).catch(() => {});
  enough.abort();
}

async function newWorkerId(database: Database): Promise<number> {
  const { rows } = await sql<{ id: number }>`select nextval('run_worker') as id`.execute(database);
  return Number(rows[0]?.id);
}

/**
 * The journal's connections notify nobody by themselves: a commit that notifies waits for all others that do. A worker
 * that is paused in the middle of a transaction loses it with its lease, so that others do not wait for its locks.
 */
function journalUrl(url: string, lease: Duration): string {
  const ours = new URL(url);
  const settings = `-c pileus.quiet=on -c idle_in_transaction_session_timeout=${Math.ceil(lease)}`;
  ours.searchParams.set('options', `${ours.searchParams.get('options') ?? ''} ${settings}`.trim());
  return ours.href;
}

/** Tells the listeners of the feed that the journal has moved, some 20 times a second at most. */
function notices(session: Session): () => void {
  let isPending = false;
  let isAgain = false;
  const tell = () => {
    isAgain = false;
    // A notice that is lost with the connection is made up for by the feed's own looking.
    void session
      .query(`select pg_notify('pileus', '')`)
      .catch(() => {})
      .then(() => {
        if (isAgain) setTimeout(tell, noticesApart);
        else isPending = false;
      });
  };
  return () => {
    if (isPending) isAgain = true;
    else setTimeout(tell, noticesApart);
    isPending = true;
  };
}

/** Does `work` again and again: after `pause`, or sooner when woken, but at most half of the time; never twice at once. */
function repeating(work: () => Promise<void>, pause: Duration, log: (line: string) => void) {
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let restUntil = 0;
  let isWoken = false;
  let isOver = false;
  const after = (duration: number) => {
    clearTimeout(timer);
    timer = setTimeout(go, duration);
  };
  const go = () => {
    if (working) return void (isWoken = true);
    clearTimeout(timer);
    isWoken = false;
    const start = performance.now();
    working = work()
      .catch((error: unknown) => log(String(error)))
      .finally(() => {
        working = undefined;
        const took = performance.now() - start;
        restUntil = performance.now() + took;
        if (!isOver) after(isWoken ? took : pause);
      });
  };
  after(pause);
  return {
    wake: () => {
      if (isOver) return;
      const rest = restUntil - performance.now();
      if (!working && rest > 0) after(rest);
      else go();
    },
    stop: async () => {
      isOver = true;
      clearTimeout(timer);
      await working;
    },
  };
}
