import type { Database, Window } from '@pileus/database';
import type { RunId } from '@pileus/model';
import { sql, type Expression, type Selectable, type SqlBool } from 'kysely';
import {
  activeStates,
  type LogTable,
  type RunFailure,
  type RunState,
  type RunTable,
  type StepTable,
} from './tables.ts';

/** A run as its journal has it. */
export interface RunRecord extends Omit<
  Selectable<RunTable>,
  'id' | 'place' | 'share' | 'epoch' | 'owner' | 'lease_until' | 'stale' | 'changed' | 'failure'
> {
  readonly id: RunId;
  readonly failure: RunFailure | null;
}
export interface StepRecord extends Omit<Selectable<StepTable>, 'run' | 'tries' | 'changed'> {
  readonly run: RunId;
}
export interface LogRecord extends Omit<Selectable<LogTable>, 'run' | 'changed'> {
  readonly run: RunId;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where to go on; undefined at the end. */
  readonly next?: string | undefined;
}

export interface RunsQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly subject?: string | undefined;
  readonly subjects?: readonly string[] | undefined;
  readonly state?: RunState | undefined;
  /** Only those that have not ended (true), or only those that have (false). */
  readonly active?: boolean | undefined;
  /** What else has to hold of a row of `run`. */
  readonly where?: Expression<SqlBool> | undefined;
}

export interface LogsQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly subject?: string | undefined;
  readonly run?: RunId | undefined;
  readonly node?: string | undefined;
}

/** What can be asked about runs. */
export interface Reading {
  get(id: RunId): Promise<RunRecord | undefined>;
  /** Newest first. */
  runs(query?: RunsQuery): Promise<Page<RunRecord>>;
  /** The newest run of each subject. */
  lastRuns(subjects: readonly string[]): Promise<ReadonlyMap<string, RunRecord>>;
  /** In the order in which they were planned or begun. */
  steps(run: RunId): Promise<readonly StepRecord[]>;
  /** The lines of all runs of a subject, or of one run, oldest first. */
  logs(query: LogsQuery): Promise<Page<LogRecord>>;
  /** What has changed in a window of the feed. */
  runsChanged(window: Window, of?: Pick<RunsQuery, 'subject' | 'where'>): Promise<readonly RunRecord[]>;
  stepsChanged(window: Window, of?: Pick<LogsQuery, 'run' | 'subject'>): Promise<readonly StepRecord[]>;
  logsChanged(window: Window, of?: Pick<LogsQuery, 'run' | 'subject'>): Promise<readonly LogRecord[]>;
}

export function reading(database: Database): Reading {
  const runs = () => database.selectFrom('run').select(runColumns);
  const steps = () => database.selectFrom('run_step').select(stepColumns);
  const lines = () => database.selectFrom('run_log').innerJoin('run', 'run.id', 'run_log.run').select(logColumns);
  const runsOf = (subject: string) => database.selectFrom('run').select('id').where('subject', '=', subject);

  return {
    get: async (id) => (await runs().where('id', '=', id).executeTakeFirst()) as RunRecord | undefined,

    runs: async ({ limit = 50, cursor, subject, subjects, state, active, where = anything } = {}) => {
      const rows = await runs()
        .where(where)
        .$if(cursor !== undefined, (query) => query.where('seq', '<', Number(cursor)))
        .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? null))
        .$if(subjects !== undefined, (query) => query.where('subject', 'in', [...(subjects ?? []), '']))
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'queued'))
        .$if(active !== undefined, (query) => query.where('state', active ? 'in' : 'not in', activeStates))
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute();
      return page(rows as RunRecord[], limit, ({ seq }) => String(seq));
    },

    lastRuns: async (subjects) => {
      const rows = await runs()
        .distinctOn('subject')
        .where('subject', 'in', [...subjects, ''])
        .orderBy('subject')
        .orderBy('place', 'desc')
        .execute();
      return new Map((rows as RunRecord[]).map((run) => [run.subject ?? '', run]));
    },

    steps: async (run) => (await steps().where('run', '=', run).orderBy('seq').execute()) as StepRecord[],

    logs: async ({ limit = 1_000, cursor, subject, run, node }) => {
      const [runSeq, lineSeq] = (cursor ?? '0.0').split('.').map(Number);
      const rows = await lines()
        .select('run.seq as runSeq')
        .$if(subject !== undefined, (query) => query.where('run.subject', '=', subject ?? null))
        .$if(run !== undefined, (query) => query.where('run_log.run', '=', run ?? ''))
        .$if(node !== undefined, (query) => query.where('run_log.node', '=', node ?? null))
        .where(sql<boolean>`(run.seq, run_log.seq) > (${runSeq ?? 0}, ${lineSeq ?? 0})`)
        .orderBy('run.seq')
        .orderBy('run_log.seq')
        .limit(limit + 1)
        .execute();
      const { items, next } = page(rows, limit, (row) => `${row.runSeq}.${row.seq}`);
      return { items: items.map(({ runSeq: _, ...line }) => line as LogRecord), next };
    },

    runsChanged: async (window, { subject, where = anything } = {}) =>
      (await runs()
        .where(within('changed', window))
        .where(where)
        .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? null))
        .orderBy('seq')
        .execute()) as RunRecord[],

    stepsChanged: async (window, { run, subject } = {}) =>
      (await steps()
        .where(within('changed', window))
        .$if(run !== undefined, (query) => query.where('run', '=', run ?? ''))
        .$if(subject !== undefined, (query) => query.where('run', 'in', runsOf(subject ?? '')))
        .orderBy('run')
        .orderBy('seq')
        .execute()) as StepRecord[],

    logsChanged: async (window, { run, subject } = {}) =>
      (await lines()
        .where(within('run_log.changed', window))
        .$if(run !== undefined, (query) => query.where('run_log.run', '=', run ?? ''))
        .$if(subject !== undefined, (query) => query.where('run.subject', '=', subject ?? null))
        .orderBy('run.seq')
        .orderBy('run_log.seq')
        .execute()) as LogRecord[],
  };
}

const anything = sql<boolean>`true`;

const runColumns = [
  'id',
  'seq',
  'kind',
  'title',
  'subject',
  'state',
  'done',
  'total',
  'actor',
  'initiator',
  'held',
  'input',
  'output',
  'failure',
  'generation',
  'only_nodes',
  'created',
  'started',
  'ended',
] as const;
const stepColumns = [
  'run',
  'seq',
  'key',
  'name',
  'node',
  'state',
  'attempt',
  'token',
  'unclear_since',
  'output',
  'failure',
  'because',
  'started',
  'ended',
] as const;
const logColumns = [
  'run_log.run',
  'run_log.seq',
  'run_log.step',
  'run_log.node',
  'run_log.at',
  'run_log.stream',
  'run_log.text',
] as const;

function within(column: string, { from, to }: Window) {
  return sql<boolean>`${sql.ref(column)} >= ${from}::xid8 and ${sql.ref(column)} < ${to}::xid8`;
}

function page<T>(rows: readonly T[], limit: number, cursor: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursor(last) : undefined };
}
