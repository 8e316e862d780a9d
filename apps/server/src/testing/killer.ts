import type { Database } from '@pileus/database';
import { milliseconds, seconds, systemClock } from '@pileus/model';
import { sql } from 'kysely';
import { eventually, type ServerProcess } from './server-process.ts';

/** Kills one of several workers again and again, and sees how soon others have its runs. */
export interface Killer {
  /** From each kill to the last of the victim's runs moving again, in ms. */
  readonly recoveries: readonly number[];
  readonly workers: readonly ServerProcess[];
  /** Kills no more; resolves when the last victim has been replaced. Throws what went wrong meanwhile. */
  stop(): Promise<void>;
}

export interface KillerOptions {
  readonly database: Database;
  readonly count: number;
  readonly start: () => Promise<ServerProcess>;
  readonly random: () => number;
}

/** `kill -9` of one of `count` workers every one to five seconds, as long as two live. Another one is started in its place. */
export async function startKiller({ database, count, start, random }: KillerOptions): Promise<Killer> {
  const workers = await Promise.all(Array.from({ length: count }, start));
  const starting = new Map<number, Promise<void>>();
  const recoveries: number[] = [];
  const over = new AbortController();
  const replace = (place: number) => {
    const started = start().then((worker) => {
      workers[place] = worker;
      starting.delete(place);
    });
    started.catch(() => {});
    starting.set(place, started);
  };
  const kill = async () => {
    for (;;) {
      await systemClock.sleep(seconds(1 + 4 * random()), over.signal).catch(() => {});
      const alive = [...workers.keys()].filter((place) => !starting.has(place));
      if (over.signal.aborted) break;
      const place = alive[Math.floor(random() * alive.length)];
      if (place === undefined || alive.length < 2) continue;
      const recovery = await killed(database, workers[place], () => replace(place));
      if (recovery !== undefined) recoveries.push(recovery);
    }
    await Promise.all(starting.values());
  };
  const killing = kill();
  killing.catch(() => {});
  return {
    recoveries,
    workers,
    stop: () => {
      over.abort();
      return killing;
    },
  };
}

interface HeldRun {
  readonly id: string;
  readonly epoch: number;
  readonly owner: number;
}

/** Kills a worker; answers how long its runs stood still, or undefined when it had none. */
async function killed(
  database: Database,
  victim: ServerProcess | undefined,
  replace: () => void,
): Promise<number | undefined> {
  const alive = await livingWorkers(database);
  const { rows } = await sql<HeldRun>`
    select id, epoch, owner from run where state in ('running', 'cancelling') and owner is not null`.execute(database);
  const start = performance.now();
  await victim?.kill();
  const dead = await eventually('the lock of the worker that was killed is free', async () => {
    const left = new Set(await livingWorkers(database));
    return alive.find((id) => !left.has(id));
  });
  replace();
  const standing = new Map(rows.filter(({ owner }) => owner === dead).map(({ id, epoch }) => [id, epoch]));
  if (standing.size === 0) return undefined;
  while (standing.size > 0) {
    const now = await sql<HeldRun & { ended: Date | null }>`
      select id, epoch, ended from run where id = any(${[...standing.keys()]}::text[])`.execute(database);
    for (const { id, epoch, ended } of now.rows) if (ended || epoch > (standing.get(id) ?? 0)) standing.delete(id);
    await systemClock.sleep(milliseconds(20));
  }
  return performance.now() - start;
}

/** The numbers of the workers whose processes live: each holds a lock on its own. */
async function livingWorkers(database: Database): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select objid::bigint as id from pg_locks where locktype = 'advisory' and classid = 7005433::oid and granted
      and database = (select oid from pg_database where datname = current_database())`.execute(database);
  return rows.map(({ id }) => id);
}
