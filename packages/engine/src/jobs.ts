import { EventEmitter } from 'node:events';
import { openSession, type Database, type Transaction } from '@pileus/database';
import { Failure, seconds, type Tracing } from '@pileus/model';
import type { Runner, WorkerEvents } from 'graphile-worker';
import { sql } from 'kysely';
import { Pool, type Client } from 'pg';
import type { z } from 'zod';
import { jsonText } from './json.ts';
import type { Json } from './run.ts';

/**
 * A kind of short work in the background that nobody watches: it is done at least once, again after a crash or an error
 * (with growing pauses). What people wait for, or what must happen once, is a run.
 */
export interface JobDefinition<Input = unknown> {
  /** e.g. `inventory.sync` */
  readonly name: string;
  readonly input: z.ZodType<Input>;
  /** When it is due by itself, in UTC (`0 3 * * *`): once per tick, however many workers there are. Its input is then `{}`. */
  readonly cron?: string | undefined;
  run(input: Input, signal: AbortSignal): Promise<void>;
}

/** Keeps the input's type between its schema and `run`. */
export function defineJob<Input>(definition: JobDefinition<Input>): JobDefinition<Input> {
  return definition;
}

export interface AddJobOptions {
  /** Of jobs with the same key only the last one stays, as long as it has not begun. */
  readonly key?: string | undefined;
  /** Not before this time. */
  readonly at?: Date | undefined;
  /** The transaction that adds it: it is there when that is committed. */
  readonly in?: Transaction | undefined;
}

export interface Jobs {
  add<Input>(job: JobDefinition<Input>, input: Input, options?: AddJobOptions): Promise<void>;
}

/** How jobs are added, from any process. */
export function addingJobs(database: Database): Jobs {
  let ready: Promise<void> | undefined;
  return {
    add: async (job, input, { key, at, in: transaction = database } = {}) => {
      ready ??= makeSchema(database.url).catch((error: unknown) => {
        ready = undefined;
        throw error;
      });
      await ready;
      const payload = jsonText(job.input.parse(input) as Json); // it came from JSON or is about to become it
      await sql`
        select graphile_worker.add_job(${job.name}, payload => ${payload}::json, run_at => ${at ?? null}::timestamptz,
          job_key => ${key ?? null}::text)`.execute(transaction);
    },
  };
}

export interface JobWorkerOptions {
  readonly database: Database;
  readonly jobs: readonly JobDefinition[];
  readonly tracing: Tracing;
  readonly onBug: (error: unknown, where: string) => void;
  readonly log: (line: string) => void;
}

/** Does jobs in this process until it is stopped. */
export async function startJobs({
  database,
  jobs,
  tracing,
  onBug,
  log,
}: JobWorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { run, parseCronItems, Logger } = await import('graphile-worker');
  const pool = new Pool({
    connectionString: database.url,
    max: 3,
    application_name: 'pileus jobs',
    idleTimeoutMillis: 5_000,
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const alive = new Set<string>();
  const session = await openSession(database.url, {
    name: 'pileus jobs',
    channels: [],
    heard: () => {},
    prepare: async (client) => {
      for (const worker of alive) await hold(client, worker);
    },
  });
  const events: WorkerEvents = new EventEmitter();
  events.on('worker:create', ({ worker }) => {
    alive.add(worker.workerId);
    session.query(holding, [worker.workerId]).catch(() => {}); // a new connection takes it
  });
  const task =
    (job: JobDefinition) =>
    async (payload: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
      try {
        await tracing.within({ name: `job ${job.name}`, kind: 'internal', parent: null }, () =>
          job.run(job.input.parse(withoutCron(payload)), abortSignal),
        );
      } catch (error) {
        if (!(error instanceof Failure)) onBug(error, `job ${job.name}`);
        throw error;
      }
    };
  const unlock = () => unlockDead(database).catch((error: unknown) => log(String(error)));
  await makeSchema(database.url);
  await unlock(); // before the first look, which otherwise passes these by and leaves them to the next one
  const runner: Runner = await run({
    pgPool: pool,
    concurrency: 2,
    // New jobs wake it; only those that are due later wait for this. Between looks its connections are closed.
    pollInterval: 30_000,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: 1_000,
    events,
    logger: new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning') log(message);
    }),
    taskList: Object.fromEntries(jobs.map((job) => [job.name, task(job)])),
    parsedCronItems: parseCronItems(
      jobs.flatMap(({ name, cron }) =>
        cron ? [{ task: name, match: cron, identifier: name, options: { backfillPeriod: 0 } }] : [],
      ),
    ),
  });
  const unlocking = setInterval(() => void unlock(), unlockPause);
  return {
    stop: async () => {
      clearInterval(unlocking);
      await runner.stop().catch(() => {});
      await pool.end();
      await session.close();
    },
  };
}

async function makeSchema(url: string): Promise<void> {
  const { runMigrations, Logger } = await import('graphile-worker');
  await runMigrations({ connectionString: url, maxPoolSize: 1, logger: new Logger(() => () => {}) });
}

const jobWorkerLock = 7_005_434;
const holding = `select pg_advisory_lock(${jobWorkerLock}, hashtext($1))`;
const unlockPause = seconds(15);

async function hold(client: Client, worker: string): Promise<void> {
  await client.query(holding, [worker]);
}

/**
 * graphile-worker keeps the jobs of a worker that is gone locked for four hours. Here each worker holds an advisory lock
 * while its process lives; where that is free, the jobs are free, and workers are woken as for new ones. A lock is taken
 * a moment after its worker begins.
 */
async function unlockDead(database: Database): Promise<void> {
  await sql`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)),
      pg_notify('jobs:insert', json_build_object('count', count(*))::text)
    from graphile_worker.jobs
    where locked_by is not null and locked_at < now() - interval '2 s'
      and (hashtext(locked_by)::bigint & 4294967295) not in (
        select objid::bigint from pg_locks
        where locktype = 'advisory' and classid = ${jobWorkerLock}::oid and granted
          and database = (select oid from pg_database where datname = current_database()))
    having count(*) > 0`.execute(database);
}

/** graphile-worker adds when a job was due to what cron jobs get. */
function withoutCron(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('_cron' in payload)) return payload;
  const { _cron, ...rest } = payload;
  return rest;
}
