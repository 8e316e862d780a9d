import type { Database } from '@pileus/database';
import type { AuditLog } from '@pileus/http';
import { type Clock, days, Failure, hours, minutes, seconds, type Duration, type FailureData } from '@pileus/model';
import type { Outbound } from '@pileus/outbound';
import { sql } from 'kysely';
import { sealedColumns, type Vault } from '../vault/index.ts';
import { bodyOf, headersOf } from './message.ts';
import type { DeliveryRow, WebhookRow } from './tables.ts';

export interface DeliverOptions {
  readonly database: Database;
  readonly vault: Vault;
  /** To wherever people may say that something is sent. */
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly log: (line: string) => void;
}

export interface Deliverer {
  /** Begins what is due, as far as there is room, and does not wait until it has arrived. For every two seconds. */
  round(): Promise<void>;
  /** Resolves once nothing is under way any more; nothing new is begun. */
  stop(): Promise<void>;
}

/** How long after each attempt that has come to nothing the next one is made; after the last one there is none. */
const pauses: readonly Duration[] = [
  seconds(5),
  seconds(30),
  minutes(5),
  minutes(30),
  hours(2),
  hours(5),
  hours(10),
  hours(14),
  hours(20),
  hours(24),
];
/** Whoever has answered nothing good for so long is not called any more. */
const patience = days(3);
const within = seconds(15);
/** Longer than an attempt can take: whoever has not written down its outcome by then is dead, and another one tries. */
const lease = seconds(60);
const atOnce = 20;
/** So that one that answers slowly does not keep the others waiting. */
const atOnceOfOne = 4;
const keptOfAnswer = 1_000;

/** In CloudEvents, who tells. */
export const sourceOf = (organization: string): string => `/organizations/${organization}`;

type Due = DeliveryRow & { readonly hook: WebhookRow };

/**
 * Delivers what webhooks wait for, from their queue in the database: at least once, under one id. An attempt that was cut
 * off by the death of its process is made again when its lease is over.
 */
export function createDeliverer(options: DeliverOptions): Deliverer {
  const { log } = options;
  const underWay = new Map<string, { readonly webhook: string; readonly done: Promise<void> }>();
  let isOver = false;
  return {
    round: async () => {
      const room = atOnce - underWay.size;
      if (isOver || room <= 0) return;
      const of = Map.groupBy(underWay.values(), ({ webhook }) => webhook);
      const counts = Object.fromEntries(Array.from(of, ([webhook, { length }]) => [webhook, length]));
      for (const due of await claim(options, room, counts)) {
        const done = deliver(options, due)
          .catch((error: unknown) => log(`The outcome of delivery ${due.id} could not be kept: ${String(error)}`))
          .finally(() => underWay.delete(due.id));
        underWay.set(due.id, { webhook: due.webhook, done });
      }
    },
    stop: async () => {
      isOver = true;
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
}

/** Takes what is due, so that nobody else does while its lease holds. Of a webhook in order only the first that waits. */
async function claim(
  { database, clock }: DeliverOptions,
  room: number,
  underWay: Readonly<Record<string, number>>,
): Promise<Due[]> {
  const now = new Date(clock.now());
  const { rows } = await sql<DeliveryRow>`
    update webhook_delivery set attempts = attempts + 1, due_at = ${new Date(now.getTime() + lease)}
    from (
      select one.id from webhook cross join lateral (
        select found.id, found.due_at, found.seq from webhook_delivery as found
        where found.webhook = webhook.id and found.state = 'waiting' and found.due_at <= ${now}
          and not (webhook.in_order and exists (
            select from webhook_delivery as earlier
            where earlier.webhook = found.webhook and earlier.state = 'waiting' and earlier.seq < found.seq))
        order by found.due_at, found.seq
        limit greatest(0, ${atOnceOfOne} - coalesce((${JSON.stringify(underWay)}::jsonb ->> webhook.id)::int, 0))
        for update skip locked
      ) as one
      where webhook.is_enabled
      order by one.due_at, one.seq
      limit ${room}
    ) as due
    where webhook_delivery.id = due.id
    returning webhook_delivery.*`.execute(database);
  if (rows.length === 0) return [];
  const hooks = await database
    .selectFrom('webhook')
    .selectAll()
    .where(
      'id',
      'in',
      rows.map(({ webhook }) => webhook),
    )
    .execute();
  const byId = new Map(hooks.map((hook) => [hook.id, hook]));
  return rows.flatMap((row) => {
    const hook = byId.get(row.webhook);
    return hook ? [{ ...row, hook }] : [];
  });
}

interface Outcome {
  readonly status?: number;
  readonly answer?: string;
  readonly failure?: FailureData;
  /** When the receiver wants to be asked again. */
  readonly after?: number | undefined;
}

async function deliver(options: DeliverOptions, due: Due): Promise<void> {
  const { clock } = options;
  const began = clock.now();
  const outcome = await attempt(options, due, new Date(began));
  await keep(options, due, outcome, { began, ended: clock.now() });
}

async function attempt({ outbound, vault }: DeliverOptions, due: Due, at: Date): Promise<Outcome> {
  const { hook } = due;
  try {
    const place = sealedColumns.webhookSecret.place(hook);
    const secrets = [await vault.open(hook.secret, place)];
    if (hook.old_secret !== null && hook.old_secret_until !== null && hook.old_secret_until > at)
      secrets.push(await vault.open(hook.old_secret, place));
    const body = bodyOf(due, hook.format, sourceOf(hook.organization));
    const headers = headersOf(due.id, at, body, hook.format, secrets);
    const answer = await outbound.fetch(hook.url, { method: 'POST', headers, body, within, bytes: 64 * 1024 });
    const text = (await answer.text()).replaceAll('\0', '').slice(0, keptOfAnswer);
    return { status: answer.status, answer: text, after: waitOf(answer.headers.get('retry-after'), at) };
  } catch (error) {
    if (error instanceof Failure) return { failure: error.toJSON() };
    throw error;
  }
}

/** Writes down an attempt and what comes of it, all or nothing. */
async function keep(
  options: DeliverOptions,
  due: Due,
  { status, answer, failure, after }: Outcome,
  { began, ended }: { readonly began: number; readonly ended: number },
): Promise<void> {
  const { database } = options;
  const hasArrived = status !== undefined && status >= 200 && status < 300;
  const pause = pauseAfter(due, after);
  const isLast = !hasArrived && pause === undefined;
  await database.whole(async () => {
    const { rows } = await sql<{ attempts: number }>`
      update webhook_delivery set
        state = ${hasArrived ? 'delivered' : isLast ? 'failed' : 'waiting'},
        due_at = ${new Date(ended + (pause ?? 0))}
      where id = ${due.id} and attempts = ${due.attempts} and state = 'waiting'
      returning attempts`.execute(database);
    // Whoever took so long that another one has tried meanwhile leaves the outcome to that one.
    if (rows.length === 0) return;
    await database
      .insertInto('webhook_attempt')
      .values({
        delivery: due.id,
        number: due.attempts,
        at: new Date(began),
        milliseconds: Math.max(0, Math.round(ended - began)),
        status: status ?? null,
        answer: answer ?? null,
        failure: failure ? JSON.stringify(failure) : null,
      })
      .execute();
    if (hasArrived) {
      await sql`update webhook set failing_since = null where id = ${due.webhook} and failing_since is not null`.execute(
        database,
      );
      return;
    }
    const why = status === 410 ? 'gone' : 'failing';
    const { rows: ended_ } = await sql<{ id: string }>`
      update webhook set is_enabled = false, disabled_because = ${why}
      where id = ${due.webhook} and is_enabled
        and (${why === 'gone'} or failing_since < ${new Date(began - patience)})
      returning id`.execute(database);
    if (ended_.length > 0) return noteStop(options, due, why);
    await sql`update webhook set failing_since = ${new Date(began)}
      where id = ${due.webhook} and failing_since is null`.execute(database);
  });
}

/** Growing pauses, each a little shorter or longer; what the receiver asks for, if that is longer and no more than a day. */
function pauseAfter({ attempts, hook }: Due, after: number | undefined): number | undefined {
  const planned = pauses[attempts - 1] ?? (hook.in_order ? hours(1) : undefined);
  if (planned === undefined) return undefined;
  const usual = planned * (0.8 + Math.random() * 0.4);
  return Math.min(Math.max(hook.in_order ? Math.min(usual, hours(1)) : usual, after ?? 0), days(1));
}

function waitOf(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}

async function noteStop(
  { database, audit, log }: DeliverOptions,
  { hook }: Due,
  why: 'failing' | 'gone',
): Promise<void> {
  await database.afterwards(async () => log(`The webhook ${hook.name} is not called any more: ${why}`));
  await audit.write({
    user: 'system',
    organization: hook.organization,
    action: 'WEBHOOK_DISABLE',
    ip: 'local',
    result: 'ok',
    status: 200,
    requestId: '-',
    subject: hook.id,
    target: { kind: 'webhook', id: hook.id, name: hook.name },
    difference: { before: { isEnabled: true }, after: { isEnabled: false, because: why } },
  });
}
