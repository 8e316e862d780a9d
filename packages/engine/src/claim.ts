import type { Database } from '@pileus/database';
import { minutes, type Duration, type RunId } from '@pileus/model';
import { sql } from 'kysely';
import type { Held } from './held.ts';
import type { Json } from './run.ts';
import type { RunState } from './tables.ts';

/** Every worker holds a lock of this class on its own number for as long as its process lives. */
export const workerLock = 7_005_433;
const claimLock = 7_005_431;

/** A backup is older than this when it has been restored; a worker that took over from one that died is not as late. */
export const longSilence = minutes(10);

/** A run that is about to begin or to go on, and who answers for it. */
export interface Claimant {
  readonly id: RunId;
  readonly initiator: Json;
}

export interface Claimed extends Claimant {
  readonly kind: string;
  readonly epoch: number;
  readonly generation: number;
  readonly only_nodes: readonly string[] | null;
  readonly input: unknown;
  readonly state: RunState;
  readonly done: number;
  readonly total: number;
  /** Nothing has been heard of it for so long that the database may be of an earlier time than what it has made. */
  readonly isStale: boolean;
  /** The `traceparent` of who asked for it. */
  readonly trace: string | null;
}

/** How many runs a worker may take. */
export interface Room {
  readonly all: number;
  /** So many more of those whose worker is gone: that the others are busy must not keep them standing. */
  readonly begun: number;
  /**
   * The first runs of their shares among so many: what one share has begun, and may take hours, must not keep another one
   * waiting.
   */
  readonly firsts: number;
}

/** At most `concurrency` in general, twice as many with what others have begun, three times with first runs of shares. */
export function roomFor(concurrency: number, held: number): Room {
  const all = Math.max(0, concurrency - held);
  const begun = Math.max(0, 2 * concurrency - held - all);
  return { all, begun, firsts: Math.max(0, 3 * concurrency - held - begun) };
}

export interface ClaimOptions {
  /** The worker's number. */
  readonly id: number;
  readonly lease: Duration;
  readonly room: Room;
  readonly held: ReadonlyMap<RunId, Held>;
  readonly kinds: readonly string[];
}

const alive = sql`
  select objid::bigint from pg_locks where locktype = 'advisory' and classid = ${workerLock}::oid and granted
    and database = (select oid from pg_database where datname = current_database())`;

/** Runs nobody alive holds. */
const free = (id: number, held: ReadonlyMap<RunId, Held>) => sql`
  state in ('queued', 'running', 'cancelling') and id <> all(${[...held.keys()]}::text[])
  and (owner is null or owner = ${id} or lease_until < clock_timestamp() or owner not in (${alive}))`;

/** A cheap look before runs are claimed, which workers do one after the other. */
export async function anythingToClaim(
  database: Database,
  { id, held }: Pick<ClaimOptions, 'id' | 'held'>,
): Promise<boolean> {
  const { rows } = await sql`select 1 from run where ${free(id, held)} limit 1`.execute(database);
  return rows.length > 0;
}

/**
 * Takes runs and gives them a new epoch: from every share in turn, those with the fewest under way first, by lot where
 * they are equal, and from a share the oldest first. Workers claim one after the other, so that of two runs with one subject they cannot take one
 * each. What is read is a few rows a share, however many wait; who finds no more than that asks again.
 */
export async function claimRuns(
  database: Database,
  { id, lease, room, held, kinds }: ClaimOptions,
): Promise<readonly Claimed[]> {
  return database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${claimLock})`.execute(transaction);
    const { rows } = await sql<Claimed>`
      with recursive shares as (
        (select share from run where ${isActive} order by share limit 1)
        union all
        select (select share from run where ${isActive} and share > shares.share order by share limit 1)
        from shares where share is not null
      ), busy as (
        select share, count(*) as runs from run
        where state in ('running', 'cancelling') and owner in (${alive}) group by share
      ), waiting as (
        select one.id, coalesce(busy.runs, 0) + row_number() over (partition by shares.share order by one.place) as turn
        from shares
        left join busy on busy.share = shares.share
        cross join lateral (
          select id, place from run
          where share = shares.share and ${free(id, held)} and kind = any(${kinds}::text[])
            and (state <> 'queued' or subject is null or not exists (
              select from run as other where other.subject = run.subject and other.id <> run.id
                and (other.state in ('running', 'cancelling') or (other.state = 'paused' and other.owner is not null)
                  or (other.state in ('queued', 'paused') and other.place < run.place))))
          order by place limit (select greatest(1, ceil(4.0 * ${Math.max(room.all, 1)}::int / count(*)))::int from shares)
        ) as one
      ), begun as (
        select id, place, row_number() over (partition by share order by place) as turn from run
        where state in ('running', 'cancelling') and ${free(id, held)} and kind = any(${kinds}::text[])
      ), chosen as (
        select id from (select id, turn, row_number() over (order by turn, random()) as number from waiting) as numbered
        where number <= ${room.all} or (turn = 1 and number <= ${room.firsts})
        union
        (select id from begun order by turn, place limit ${room.begun})
      ), taken as (
        select id, coalesce(lease_until, started, created) < clock_timestamp() - ${longSilence} * interval '1 ms' as silent
        from run where id in (select id from chosen) for update
      )
      update run set
        owner = ${id}, epoch = epoch + 1, lease_until = clock_timestamp() + ${lease} * interval '1 ms',
        state = case state when 'queued' then 'running' else state end,
        started = coalesce(started, clock_timestamp()), stale = run.stale or taken.silent, changed = pg_current_xact_id()
      from taken where run.id = taken.id
      returning run.id, kind, epoch, generation, only_nodes, input, initiator, state, done, total,
        run.stale as "isStale", trace`.execute(transaction);
    return rows;
  });
}

const isActive = sql`state in ('queued', 'running', 'cancelling')`;
