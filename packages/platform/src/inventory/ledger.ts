import type { Database } from '@pileus/database';
import { minutes, newId, seconds, type Clock, type ManagedKind } from '@pileus/model';
import { sql } from 'kysely';
import type { Accounts } from '../clouds/accounts.ts';
import { now } from '../row.ts';
import { sweep, type Held, type Ledger, type Marked, type Swept } from './sweep.ts';

/** Sweeps an account of the database. */
export async function sweepAccount(
  database: Database,
  accounts: Accounts,
  clock: Clock,
  account: string,
): Promise<Swept> {
  const { drivers } = await accounts.connect(account);
  return sweep(drivers, ledgerOf(database, clock, account), clock, AbortSignal.timeout(minutes(10)));
}

/** What the tables `resource` and `finding` hold about an account. */
function ledgerOf(database: Database, clock: Clock, account: string): Ledger {
  return {
    heldBy: (kind, marked) => heldBy(database, account, kind, marked),
    adopt: (id, found) => adopt(database, id, found),
    enter: (found) => enter(database, account, found),
    report: (found, is, deployment) => report(database, account, found, is, deployment),
    removed: async ({ kind, ref }) => {
      await database
        .updateTable('finding')
        .set({ removed_at: new Date(clock.now()) })
        .where('account', '=', account)
        .where('kind', '=', kind)
        .where('ref', '=', ref)
        .execute();
    },
    forget: () => forget(database, account, clock),
  };
}

/** What was written down about the tokens that were found. */
async function heldBy(
  database: Database,
  account: string,
  kind: ManagedKind,
  marked: readonly Marked[],
): Promise<ReadonlyMap<string, Held>> {
  if (marked.length === 0) return new Map();
  const tokens = JSON.stringify(marked.map(({ token }) => token));
  const { rows } = await sql<Held & { token: string }>`
    select resource.id, resource.deployment, resource.token, resource.ref, resource.deleted_at, resource.asked_at,
      exists (
        select from run where run.subject = resource.deployment
          and run.state in ('queued', 'running', 'paused', 'cancelling')
      ) as "isBusy"
    from resource
    where account = ${account} and kind = ${kind}
      and token in (select jsonb_array_elements_text(${tokens}::jsonb))`.execute(database);
  return new Map(rows.map((row) => [row.token, row]));
}

async function adopt(database: Database, id: string, { ref, state, native, details }: Marked): Promise<number> {
  const { numUpdatedRows } = await database
    .updateTable('resource')
    .set({ ref, state, native, details: JSON.stringify(details), created_at: sql<Date>`now()`, changed: now })
    .where('id', '=', id)
    .where('ref', 'is', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/**
 * Where the place is another one's, nothing happens: that one is reported. What was asked for and is not on the cloud after
 * all, however late its lists are, gives way to what an attempt of before has made in its place.
 */
async function enter(
  database: Database,
  account: string,
  { kind, ref, name, token = '', state, native, details, shown }: Marked,
): Promise<number> {
  const [run = '', step = ''] = token.split('/');
  const spec = Object.fromEntries(Object.entries(shown ?? {}).filter(([, value]) => value !== null));
  const { numAffectedRows } = await sql`
    insert into resource (id, deployment, step, node, kind, account, name, token, ref, state, native, details, spec, created_at)
    select ${newId('resource')}, deployment.id, ${step}, coalesce(run_step.node, ${step.replace(/\.[^.]*$/, '')}), ${kind},
      deployment.account, ${name}, ${token}, ${ref}, ${state}, ${native}, ${JSON.stringify(details)}::jsonb,
      ${JSON.stringify(spec)}::jsonb, now()
    from run
    join deployment on deployment.id = run.subject and deployment.account = ${account} and deployment.deleted_at is null
    left join run_step on run_step.run = run.id and run_step.key = ${step}
    where run.id = ${run} and not exists (
      select from run as other where other.subject = run.subject
        and other.state in ('queued', 'running', 'paused', 'cancelling'))
    on conflict (deployment, step) do update set
      token = excluded.token, ref = excluded.ref, state = excluded.state, native = excluded.native,
      details = excluded.details, spec = excluded.spec, accepted = '{}', created_at = now(), deleted_at = null,
      changed = pg_current_xact_id()
      where resource.deleted_at is not null
        or (resource.ref is null and resource.asked_at < now() - interval '15 minutes')`.execute(database);
  return Number(numAffectedRows ?? 0n);
}

async function report(
  database: Database,
  account: string,
  { kind, ref, name, token = '' }: Marked,
  is: 'orphan' | 'double' | 'unknown',
  deployment: string | null,
): Promise<void> {
  await sql`
    insert into finding (account, kind, ref, name, token, is_a, deployment)
    values (${account}, ${kind}, ${ref}, ${name}, ${token}, ${is}, ${deployment})
    on conflict (account, kind, ref) do update set
      is_a = excluded.is_a, name = excluded.name, deployment = excluded.deployment, last_seen = now(), removed_at = null
  `.execute(database);
}

/** What was not seen any more for a day is no finding any more; what we have removed stays in the list for a month. */
async function forget(database: Database, account: string, clock: Clock): Promise<void> {
  const ago = (hours: number) => new Date(clock.now() - hours * seconds(3600));
  await database
    .deleteFrom('finding')
    .where('account', '=', account)
    .where(({ or, and, eb }) =>
      or([and([eb('removed_at', 'is', null), eb('last_seen', '<', ago(24))]), eb('removed_at', '<', ago(24 * 30))]),
    )
    .execute();
}
