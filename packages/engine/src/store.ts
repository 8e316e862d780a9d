import type { Database, Transaction } from '@pileus/database';
import type { RunId } from '@pileus/model';
import { CompiledQuery } from 'kysely';
import type { Batch, Store } from './journal.ts';
import { jsonText, withoutUnkeepable } from './json.ts';
import type { Json, Write } from './run.ts';

/**
 * Writes rows of the platform's own tables, a whole set in one statement where it can, inside the transaction of the
 * steps they belong to. Rows of one run come in their order, and the same row may come again after a lost connection.
 */
export type Projection = (transaction: Transaction, rows: readonly Json[]) => Promise<void>;

/** The journal in PostgreSQL: the tables `run`, `run_step` and `run_log`, and those that projections write. */
export function tables(
  database: Database,
  projections: Readonly<Record<string, Projection>>,
  committed: () => void,
): Store {
  return {
    takes: (into) => Object.hasOwn(projections, into),
    async commit(batch) {
      const statement = compile(batch);
      const writes = batch.entries.flatMap(({ run, writes: of }) =>
        (of ?? []).map(({ into, row }) => ({ run: run.id, into, row: withoutUnkeepable(row) })),
      );
      const held =
        writes.length === 0
          ? ids(await database.executeQuery<{ id: RunId }>(statement))
          : await database.transaction().execute(async (transaction) => {
              const fenced = ids(await transaction.executeQuery<{ id: RunId }>(statement));
              for (const { into, rows } of inOrder(writes.filter(({ run }) => fenced.has(run)))) {
                await projections[into]?.(transaction, rows);
              }
              return fenced;
            });
      committed();
      return held;
    },
  };
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
function compile({ runs, entries, lines }: Batch): CompiledQuery {
  const steps = new Set(entries.flatMap((entry) => entry.steps));
  return CompiledQuery.raw(
    statement,
    [runs, [...steps], lines].map((rows) => jsonText(rows as unknown as Json)),
  );
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
