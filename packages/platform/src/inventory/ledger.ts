import type { Database } from '@pileus/database';
import { minutes, newId, seconds, type Clock, type ManagedKind } from '@pileus/model';
import { sql, type RawBuilder } from 'kysely';
import type { Accounts } from '../clouds/accounts.ts';
import type { InputSecrets } from '../deployments/input-secrets.ts';
import { now } from '../row.ts';
import { grace, sweep, type Held, type Ledger, type Marked, type Place, type ReportedAs, type Swept } from './sweep.ts';

/** Sweeps an account of the database. */
export async function sweepAccount(
  database: Database,
  accounts: Accounts,
  clock: Clock,
  account: string,
  secrets: Pick<InputSecrets, 'of'>,
): Promise<Swept> {
  const { drivers } = await accounts.connect(account);
  return sweep(drivers, ledgerOf(database, clock, account, secrets), clock, AbortSignal.timeout(minutes(10)));
}

/** What the tables `resource` and `finding` hold about an account. */
function ledgerOf(database: Database, clock: Clock, account: string, secrets: Pick<InputSecrets, 'of'>): Ledger {
  return {
    heldBy: (kind, marked) => heldBy(database, account, kind, marked),
    adopt: (id, found) => adopt(database, id, found),
    enter: (found) => enter(database, account, found, secrets),
    report: (found, is, deployment) => report(database, clock, account, found, is, deployment),
    removed: async ({ kind, ref }) => {
      await database
        .updateTable('finding')
        .set({ removed_at: new Date(clock.now()), removed_by: null })
        .where('account', '=', account)
        .where('kind', '=', kind)
        .where('ref', '=', ref)
        .execute();
    },
    forget: () => forget(database, account, clock),
  };
}

/**
 * By ref, what was written down about those that were found: under that ref, which a run of a restored database may have
 * met under another token, or else under their token. (A ref may be a name, which others may have after us.)
 */
export async function heldBy(
  database: Database,
  account: string,
  kind: ManagedKind,
  marked: readonly Pick<Marked, 'ref' | 'token'>[],
): Promise<ReadonlyMap<string, Held>> {
  if (marked.length === 0) return new Map();
  const found = JSON.stringify(marked.map(({ ref, token }) => ({ ref, token })));
  const { rows } = await sql<Held & { of: string }>`
    with found as (
      select ref, token from jsonb_to_recordset(${found}::jsonb) as found (ref text, token text)
    ), held as (
      select found.ref as of, 1 as turn, resource.* from found join resource on resource.ref = found.ref
        where resource.account = ${account} and resource.kind = ${kind} and resource.deleted_at is null
      union all
      select found.ref as of, 2 as turn, resource.* from found join resource on resource.token = found.token
        where resource.account = ${account} and resource.kind = ${kind}
    )
    select distinct on (of) of, id, deployment, ref, deleted_at, asked_at, ${isBusy(sql`held.deployment`)} as "isBusy"
    from held order by of, turn, deleted_at desc nulls first`.execute(database);
  return new Map(rows.map(({ of, ...row }) => [of, row]));
}

/** A run may still be finding out about what a deployment has. */
const isBusy = (deployment: RawBuilder<unknown>) => sql<boolean>`exists (
  select from run where run.subject = ${deployment} and run.state in ('queued', 'running', 'paused', 'cancelling'))`;

/** Whose place it is that a token names. */
export async function placeOf(database: Database, account: string, token: string): Promise<Place> {
  const { rows } = await sql<{ deployment: string; isGone: boolean; isBusy: boolean }>`
    select deployment.id as deployment, deployment.deleted_at is not null as "isGone",
      ${isBusy(sql`deployment.id`)} as "isBusy"
    from run join deployment on deployment.id = run.subject and deployment.account = ${account}
    where run.id = ${token.split('/')[0]}`.execute(database);
  const [found] = rows;
  if (!found) return { is: 'unknown', deployment: null };
  return { is: found.isBusy ? 'busy' : found.isGone ? 'gone' : 'taken', deployment: found.deployment };
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
 * Where the place is another one's, nothing happens. What was asked for and is not on the cloud after all, however late its
 * lists are, gives way to what an attempt of before has made in its place.
 */
async function enter(
  database: Database,
  account: string,
  { kind, ref, name, token = '', state, native, details, shown }: Marked,
  secrets: Pick<InputSecrets, 'of'>,
): Promise<Place> {
  const [run = '', step = ''] = token.split('/');
  const asked = Object.fromEntries(Object.entries(shown ?? {}).filter(([, value]) => value !== null));
  const made = await database
    .selectFrom('run')
    .innerJoin('deployment', 'deployment.id', 'run.subject')
    .select('deployment.id')
    .where('run.id', '=', run)
    .executeTakeFirst();
  // What a cloud shows is JSON; what of it is a secret is written down as one.
  const spec = made ? (await secrets.of(made.id)).closeKnown(asked) : asked;
  const { numAffectedRows } = await sql`
    insert into resource (id, deployment, step, node, kind, account, name, token, ref, state, native, details, spec, created_at)
    select ${newId('resource')}, deployment.id, ${step}, coalesce(run_step.node, ${step.replace(/\.[^.]*$/, '')}), ${kind},
      deployment.account, ${name}, ${token}, ${ref}, ${state}, ${native}, ${JSON.stringify(details)}::jsonb,
      ${JSON.stringify(spec)}::jsonb, now()
    from run
    join deployment on deployment.id = run.subject and deployment.account = ${account} and deployment.deleted_at is null
    left join run_step on run_step.run = run.id and run_step.key = ${step}
    where run.id = ${run} and not ${isBusy(sql`deployment.id`)}
    on conflict (deployment, step) do update set
      token = excluded.token, ref = excluded.ref, state = excluded.state, native = excluded.native,
      details = excluded.details, spec = excluded.spec, accepted = '{}', created_at = now(), deleted_at = null,
      changed = pg_current_xact_id()
      where resource.deleted_at is not null
        or (resource.ref is null and resource.asked_at < now() - interval '15 minutes')`.execute(database);
  const place = await placeOf(database, account, token);
  return numAffectedRows === 1n ? { ...place, is: 'entered' } : place;
}

async function report(
  database: Database,
  clock: Clock,
  account: string,
  { kind, ref, name, token = '' }: Marked,
  is: ReportedAs,
  deployment: string | null,
): Promise<boolean> {
  const time = new Date(clock.now());
  const { rows } = await sql<{ isOpen: boolean }>`
    insert into finding (id, account, kind, ref, name, token, is_a, deployment, first_seen, last_seen)
    values (${newId('finding')}, ${account}, ${kind}, ${ref}, ${name}, ${token}, ${is}, ${deployment}, ${time}, ${time})
    on conflict (account, kind, ref) do update set
      is_a = excluded.is_a, name = excluded.name, token = excluded.token, deployment = excluded.deployment,
      last_seen = excluded.last_seen,
      -- A list may go on showing for a while what was deleted.
      removed_at = case when finding.removed_at > ${new Date(clock.now() - grace)} then finding.removed_at end
    returning ignored_at is null and removed_at is null as "isOpen"
  `.execute(database);
  return rows[0]?.isOpen ?? false;
}

/** What was not seen any more for a day is no finding any more; what became of others is told for a month. */
async function forget(database: Database, account: string, clock: Clock): Promise<void> {
  const ago = (hours: number) => new Date(clock.now() - hours * seconds(3600));
  await database
    .deleteFrom('finding')
    .where('account', '=', account)
    .where(({ or, and, eb }) =>
      or([
        and([eb('removed_at', 'is', null), eb('is_a', '<>', 'adopted'), eb('last_seen', '<', ago(24))]),
        and([eb('is_a', '=', 'adopted'), eb('last_seen', '<', ago(24 * 30))]),
        eb('removed_at', '<', ago(24 * 30)),
      ]),
    )
    .execute();
}
