import type { Database } from '@pileus/database';
import { because, type Because, type Clock, Failure } from '@pileus/model';
import type { Watch } from '@pileus/orchestrator';
import { sql } from 'kysely';
import type { Accounts } from '../clouds/accounts.ts';
import { itself, type Deployments } from '../deployments/deployments.ts';
import { now } from '../row.ts';
import { after, isDue, isMeltdown, mended, unknownHealth, type Finding, type Health } from './health.ts';
import { look } from './look.ts';

interface WatcherOptions {
  readonly database: Database;
  readonly accounts: Pick<Accounts, 'connect'>;
  readonly deployments: Pick<Deployments, 'mend'>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Looks at what policies have watched, and mends what is not well. */
export interface Watcher {
  /** One round over the deployments that are due, with other workers' rounds beside it. */
  round(signal: AbortSignal): Promise<void>;
}

/** Looks at once, and deployments taken in one round. */
const atOnce = 32;
const mostAtATime = 200;
/** Plans whose watches are kept in mind. */
const mostKnown = 10_000;
/** The kind of run that takes a deployment down. */
const deletion = 'deployment.delete';

export function createWatcher({ database, accounts, deployments, clock, log }: WatcherOptions): Watcher {
  /** A plan never changes, may be large, and is asked for every few seconds. */
  const known = new Map<string, readonly Watch[]>();
  const watchesIn = async (plan: string): Promise<readonly Watch[]> => {
    const held = known.get(plan);
    if (held) return held;
    const { rows } = await sql<{ watches: readonly Watch[] }>`
      select content->'watches' as watches from plan where id = ${plan}`.execute(database);
    const watches = rows[0]?.watches ?? [];
    if (known.size >= mostKnown) known.clear();
    known.set(plan, watches);
    return watches;
  };
  return {
    async round(signal) {
      const due = await dueOnes(database);
      await each(due, atOnce, async ({ id, account, plan }) => {
        const watches = await watchesIn(plan);
        const seen = await lookAll(id, account, watches, signal);
        const wanting = watches.filter((watch) => {
          const health = seen.get(watch.node)?.health;
          return health && isDue(health, watch, clock.now());
        });
        if (wanting.length === 0) return keep(database, id, seen);
        if (await isAccountDown(database, account)) {
          for (const { node } of wanting) hold(seen, node, because('mending-waits-for-cloud'));
          log(`Many instances of one account fail at once: nothing of it is mended until that is over`);
          return keep(database, id, seen);
        }
        const nodes = wanting.map((watch) => targetOf(watch, seen.get(watch.node)?.health));
        const reasons = wanting.map(({ node }) => `${node}: ${seen.get(node)?.health.reason ?? ''}`);
        const run = await deployments.mend(id, [...new Set(nodes)], reasons.join('; ').slice(0, 900)).catch(noRoom);
        if (run !== undefined && typeof run !== 'string') {
          for (const { node } of wanting) hold(seen, node, run);
        } else if (run !== undefined) {
          for (const watch of wanting) {
            const one = seen.get(watch.node);
            if (one) seen.set(watch.node, { ...one, health: mended(one.health, watch, clock.now()) });
          }
        }
        return keep(database, id, seen);
      });
    },
  };

  async function lookAll(
    id: string,
    account: string,
    watches: readonly Watch[],
    signal: AbortSignal,
  ): Promise<Map<string, Seen>> {
    const rows = await database
      .selectFrom('node_instance')
      .select(['node', 'state', 'attributes', 'health'])
      .where('deployment', '=', id)
      .execute();
    const byNode = new Map(rows.map((row) => [row.node, row]));
    const servers = await database
      .selectFrom('resource')
      .select(['node', 'ref', 'state', 'native'])
      .where('deployment', '=', id)
      .where('kind', '=', 'server')
      .where('deleted_at', 'is', null)
      .execute();
    const serverOf = new Map(servers.map((server) => [server.node, server]));
    const connection = await accounts.connect(account);
    const seen = new Map<string, Seen>();
    await each(watches, 16, async (watch) => {
      const row = byNode.get(watch.node);
      // One that is stopped on purpose or not yet up is not ill.
      if (!row || !['started', 'error'].includes(row.state)) return;
      const server = serverOf.get(watch.host ?? watch.node);
      const host = byNode.get(watch.host ?? watch.node);
      const address = textOf(row.attributes['address']) ?? textOf(host?.attributes['private_address']);
      const shell = server?.ref ? connection.shell?.(server.ref) : undefined;
      const finding: Finding = stateFinding(server) ?? (await look(watch, { address, shell }, signal));
      if (signal.aborted) return;
      const health = after(row.health ?? unknownHealth, finding, watch, clock.now());
      seen.set(watch.node, { before: row.health, health });
    });
    return seen;
  }
}

interface Seen {
  readonly before: Health | null;
  readonly health: Health;
}

/** What the cloud itself says about the server. */
function stateFinding(server: { state: string; native: string } | undefined): Finding {
  if (!server) return 'it has no server';
  const isWell = !['unknown', 'failed', 'stopped'].includes(server.state);
  return isWell ? undefined : `its server is ${server.state}${server.native === '' ? '' : ` (${server.native})`}`;
}

/** Software is set up again first; when that has not helped, its server is replaced. */
function targetOf({ node, host }: Watch, health: Health | undefined): string {
  return host !== undefined && (health?.heals ?? 0) > 0 ? host : node;
}

function hold(seen: Map<string, Seen>, node: string, why: Because): void {
  const one = seen.get(node);
  if (one) seen.set(node, { ...one, health: { ...one.health, is: 'held back', because: why } });
}

/** What an earlier try has left less of than there was may have gone to others: then mending waits until there is room. */
function noRoom(error: unknown): Because {
  const why = error instanceof Failure && error.code === 'over-quota' && error.because?.['reason'];
  if (!why) throw error;
  return why;
}

/** Each is taken by one worker; a deployment that a person's change or deletion has left failed is left to that person. */
async function dueOnes(database: Database) {
  const { rows } = await sql<{ id: string; account: string; plan: string }>`
    update deployment set watched_at = now()
    where id in (
      select deployment.id from deployment
      join revision on revision.deployment = deployment.id and revision.number = deployment.wanted
      where watch_seconds is not null and deleted_at is null
        and (state = 'running' or (state = 'failed' and revision.action = 'heal' and revision.created_by = ${itself}
          and not exists (select from run where run.id = deployment.run and run.kind = ${deletion})))
        and (watched_at is null or watched_at < now() - make_interval(secs => watch_seconds))
      order by watched_at nulls first
      limit ${mostAtATime}
      for update of deployment skip locked
    )
    returning id, account, plan`.execute(database);
  return rows;
}

/** Whether so much of what is watched at one account fails that it is rather the account. */
async function isAccountDown(database: Database, account: string): Promise<boolean> {
  const { rows } = await sql<{ watched: number; failing: number }>`
    select count(*)::int as watched,
      count(*) filter (where health->>'is' in ('failing', 'held back') and (health->>'failures')::int > 1)::int as failing
    from node_instance join deployment on deployment.id = node_instance.deployment
    where deployment.account = ${account} and deployment.deleted_at is null
      and health is not null and node_instance.state <> 'deleted'`.execute(database);
  const [counted] = rows;
  return counted !== undefined && isMeltdown(counted.failing, counted.watched);
}

/** Writes what has changed; everybody who looks at it is told when it is something to see. */
async function keep(database: Database, deployment: string, seen: ReadonlyMap<string, Seen>): Promise<void> {
  for (const [node, { before, health }] of seen) {
    const text = JSON.stringify(health);
    if (before !== null && isSame(before, health)) continue;
    const isToSee = before?.is !== health.is || before.failures !== health.failures || before.reason !== health.reason;
    await database
      .updateTable('node_instance')
      .set({ health: text, ...(isToSee && { changed: now }) })
      .where('deployment', '=', deployment)
      .where('node', '=', node)
      .execute();
  }
}

function isSame(a: Health, b: Health): boolean {
  return (
    a.is === b.is &&
    a.failures === b.failures &&
    a.heals === b.heals &&
    a.reason === b.reason &&
    a.because?.reason === b.because?.reason &&
    a.wellAt === b.wellAt
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function each<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = left.next(); !next.done; next = left.next()) await work(next.value).catch(() => {});
  };
  await Promise.all(Array.from({ length: most }, lane));
}
