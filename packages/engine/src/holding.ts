import type { Database } from '@pileus/database';
import { Failure, type Because, type Duration, type RunId } from '@pileus/model';
import { sql } from 'kysely';
import { RunLost, type Held, type Step } from './held.ts';
import { jsonText } from './json.ts';

/** Fills in what the journal has of runs that were just claimed. */
export async function readSteps(database: Database, runs: readonly Held[]): Promise<void> {
  const byId = new Map<string, Held>(runs.map((run) => [run.id, run]));
  const ids = [...byId.keys()];
  const { rows } = await sql<Step>`
    select run, seq, key, name, node, state, attempt, tries, token, unclear_since, output::text as output, failure, because,
      started, ended
    from run_step where run = any(${ids}::text[]) order by run, seq`.execute(database);
  for (const step of rows) {
    const run = byId.get(step.run);
    if (!run) continue;
    run.steps.set(step.key, step);
    run.lastSeq = step.seq;
    if (step.state === 'done') run.done++;
  }
  const lines = await sql<{ run: string; lines: number }>`
    select run, max(seq) as lines from run_log where run = any(${ids}::text[]) group by run`.execute(database);
  for (const { run, lines: count } of lines.rows) {
    const found = byId.get(run);
    if (found) found.lines = count;
  }
}

/** Renews every lease at once, and leaves the runs that have gone to another worker. */
export async function renew(
  database: Database,
  { id, lease, held }: { id: number; lease: Duration; held: ReadonlyMap<RunId, Held> },
): Promise<void> {
  const runs = [...held.values()];
  if (runs.length === 0) return;
  const from = performance.now();
  try {
    const { rows } = await sql<{ id: RunId; epoch: number }>`
      update run set lease_until = clock_timestamp() + ${lease} * interval '1 ms'
      from unnest(${runs.map((run) => run.id)}::text[], ${runs.map(({ epoch }) => epoch)}::int[]) as x(id, epoch)
      where run.id = x.id and run.epoch = x.epoch and run.owner = ${id}
      returning run.id`.execute(database);
    const renewed = new Set(rows.map((row) => row.id));
    for (const run of runs) {
      if (renewed.has(run.id)) run.goodUntil = from + lease;
      // A run that has ended meanwhile has no owner either.
      else if (held.has(run.id)) run.leave(new RunLost(`${run.id} has gone to another worker`));
    }
  } finally {
    for (const run of runs) run.checkLease();
  }
}

/** Heeds what somebody has asked of the runs that are held here. */
export async function noticeAsked(database: Database, id: number, held: ReadonlyMap<RunId, Held>): Promise<void> {
  if (held.size === 0) return;
  const rows = await database
    .selectFrom('run')
    .select(['id', 'state'])
    .where('owner', '=', id)
    .where('state', 'in', ['cancelling', 'paused'])
    .execute();
  for (const { id: asked, state } of rows) {
    const run = held.get(asked as RunId); // ids in this table are run ids
    if (state === 'paused') run?.pause();
    else run?.cancel(new Failure('cancelled'));
  }
}

/** Pauses a run that has not begun here, and says why. One that somebody has cancelled meanwhile is claimed again as it is. */
export async function holdBack(
  database: Database,
  { id, epoch, owner }: { readonly id: RunId; readonly epoch: number; readonly owner: number },
  reason: Because,
): Promise<void> {
  await database
    .updateTable('run')
    .set({
      state: 'paused',
      held: jsonText(reason),
      owner: null,
      lease_until: sql<Date>`clock_timestamp()`,
      changed: sql`pg_current_xact_id()`,
    })
    .where('id', '=', id)
    .where('epoch', '=', epoch)
    .where('owner', '=', owner)
    .where('state', '=', 'running')
    .execute();
}

/** Lets go of one run, or of all that this worker holds, so that others may have them at once. */
export async function release(database: Database, id: number, run?: Held): Promise<void> {
  const which = run ? sql`id = ${run.id} and epoch = ${run.epoch} and owner = ${id}` : sql`owner = ${id}`;
  await sql`
    with released as (update run set owner = null, lease_until = clock_timestamp() where ${which} returning id)
    select pg_notify('pileus_run', '') from released limit 1`.execute(database);
}
