import type { Database } from '@pileus/database';
import {
  managedKinds,
  minutes,
  newId,
  plainCall,
  seconds,
  type Clock,
  type ManagedKind,
  type Observed,
} from '@pileus/model';
import type { Accounts } from '../clouds/accounts.ts';
import { now } from '../row.ts';
import { sql } from 'kysely';

/** What one sweep of an account has come to. */
export interface Swept {
  /** Resources that were asked for without our hearing back, found and taken into the inventory. */
  readonly adopted: number;
  /** Resources that we had deleted and that were still there, deleted again. */
  readonly removed: number;
  /** Resources with a mark of ours that nothing here explains and nobody has said to ignore; they are only reported. */
  readonly reported: number;
}

/** How long a cloud's lists may show what is gone, with room to spare. */
const grace = minutes(15);

/**
 * Compares what an account holds and carries our mark with what was written down, kind by kind:
 * - asked for, never heard back about, and no run is at it any more: adopted;
 * - deleted by us longer ago than any list lags, and read to be there: deleted again;
 * - made twice with one token, or of a token that nobody here knows (another installation, a restored backup): reported.
 * Nothing is ever deleted because a list lacks something, nor because nobody knows it.
 */
export async function sweep(database: Database, accounts: Accounts, clock: Clock, account: string): Promise<Swept> {
  const { drivers } = await accounts.connect(account);
  const swept = { adopted: 0, removed: 0, reported: 0 };
  const limit = AbortSignal.timeout(minutes(10));
  for (const kind of managedKinds) {
    const driver = drivers[kind];
    if (!driver) continue;
    const marked: Observed[] = [];
    for await (const found of driver.list(limit)) if (found.token !== undefined) marked.push(found);
    const held = await heldBy(database, account, kind, marked);
    for (const found of marked) {
      const row = held.get(found.token ?? '');
      const is = judge(found, row, clock.now());
      if (is === 'ours') continue;
      const tell = (what: ReportedAs) => report(database, clock, account, found, what, row?.deployment ?? null);
      if (is === 'lost' && row) {
        if (!(await adopt(database, row.id, found))) continue;
        await tell('adopted');
        swept.adopted++;
      } else if (is === 'orphan' && row) {
        await tell(is);
        // A list may be old; only what is read to be there is there.
        if (!(await driver.read(found.ref, limit))) continue;
        await driver.delete(found.ref, plainCall(`${found.token}:sweep`, limit));
        await database
          .updateTable('finding')
          .set({ removed_at: new Date(clock.now()), removed_by: null })
          .where('account', '=', account)
          .where('kind', '=', kind)
          .where('ref', '=', found.ref)
          .execute();
        swept.removed++;
      } else if (is !== 'lost' && (await tell(is))) swept.reported++;
    }
  }
  await forget(database, account, clock);
  return swept;
}

interface Held {
  readonly id: string;
  readonly deployment: string;
  readonly ref: string | null;
  readonly deleted_at: Date | null;
  readonly asked_at: Date;
  /** A run may still be finding out about it. */
  readonly isBusy: boolean;
}

/** What was written down about the tokens that were found. */
export async function heldBy(
  database: Database,
  account: string,
  kind: ManagedKind,
  marked: readonly Pick<Observed, 'token'>[],
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

type Judgement = 'ours' | 'lost' | 'orphan' | 'double' | 'unknown';

/** What a resource with our mark is, going by what was written down about its token. */
export function judge(found: Pick<Observed, 'ref'>, row: Held | undefined, time: number): Judgement {
  if (!row) return 'unknown';
  if (row.isBusy) return 'ours';
  if (row.ref === null)
    return row.deleted_at === null ? 'lost' : time - row.deleted_at.getTime() > grace ? 'orphan' : 'ours';
  if (row.ref !== found.ref) return 'double';
  if (row.deleted_at === null) return 'ours';
  return time - row.deleted_at.getTime() > grace ? 'orphan' : 'ours';
}

async function adopt(database: Database, id: string, { ref, state, native, details }: Observed): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('resource')
    .set({ ref, state, native, details: JSON.stringify(details), created_at: sql<Date>`now()`, changed: now })
    .where('id', '=', id)
    .where('ref', 'is', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

type ReportedAs = Exclude<Judgement, 'ours' | 'lost'> | 'adopted';

/** Writes down what was found; answers whether a person has to look at it. */
async function report(
  database: Database,
  clock: Clock,
  account: string,
  { kind, ref, name, token = '' }: Observed,
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
