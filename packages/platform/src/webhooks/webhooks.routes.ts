import { type Action, actions, type EventKind, eventKinds } from '@pileus/api';
import type { Database } from '@pileus/database';
import { type Actor, type Answer, type Bound, type Context, handle } from '@pileus/http';
import { because, type Clock, Failure, hours, newId, type OrganizationId } from '@pileus/model';
import type { Outbound } from '@pileus/outbound';
import { type PolicyDocument, policyVersion } from '@pileus/policy';
import { sql } from 'kysely';
import { refuseGiving } from '../access/giving.ts';
import { projectOf } from '../access/organizations.ts';
import { failureView } from '../failure-view.ts';
import { numberOf } from '../page.ts';
import { taken } from '../row.ts';
import { sealedColumns, type Vault } from '../vault/index.ts';
import { sourceOf } from './deliver.ts';
import { bodyOf, newSecret } from './message.ts';
import type { AttemptRow, DeliveryRow, WebhookRow } from './tables.ts';

type WebhookView = Answer<'get /webhooks'>['items'][number];
type DeliveryView = Answer<'get /webhooks/{webhook}/deliveries'>['items'][number];
type AttemptView = Answer<'get /webhooks/{webhook}/deliveries/{delivery}'>['tries'][number];

interface Parts {
  readonly database: Database;
  readonly vault: Vault;
  readonly outbound: Outbound;
  readonly clock: Clock;
}

/** For so long both secrets sign. */
const overlap = hours(24);

export function webhookHandlers({ database, vault, outbound, clock }: Parts): Bound[] {
  const now = (): Date => new Date(clock.now());
  const one = async (organization: OrganizationId, id: string): Promise<WebhookView> => {
    const [found] = await views(database, organization, id);
    if (!found) throw new Failure('not-found', { kind: 'webhook', id });
    return found;
  };

  return [
    handle('get /webhooks', async ({ actor }) => ({ items: await views(database, actor.organization) })),
    handle('post /webhooks', async ({ actor, body, audit, check }) => {
      const { name, url, kinds, format, inOrder } = body;
      const project = body.project === undefined ? null : await projectOf(database, actor.organization, body.project);
      checkKinds(actor, check, kinds, project);
      await checkAddress(outbound, url);
      const [id, secret] = [newId('webhook'), newSecret()];
      audit(id);
      await database
        .insertInto('webhook')
        .values({
          id,
          organization: actor.organization,
          name,
          url,
          kinds: [...new Set(kinds)],
          project,
          format,
          in_order: inOrder,
          secret: vault.seal(secret, sealedColumns.webhookSecret.place({ id })),
          old_secret: null,
          old_secret_until: null,
          disabled_because: null,
          failing_since: null,
          created_by: actor.user.name,
          created_at: now(),
        })
        .execute()
        .catch(taken(name));
      return { ...(await one(actor.organization, id)), secret };
    }),
    handle('get /webhooks/{webhook}', ({ actor, params: { webhook } }) => one(actor.organization, webhook)),
    handle('patch /webhooks/{webhook}', async ({ actor, params: { webhook }, body, audit, check }) => {
      audit(webhook);
      const { name, url, kinds, inOrder, isEnabled } = body;
      const row = await webhookOf(database, actor.organization, webhook);
      // Whoever turns it on or elsewhere has all of it told, as if it was new.
      if (kinds !== undefined || url !== undefined || isEnabled === true)
        checkKinds(actor, check, kinds ?? row.kinds, row.project);
      if (url !== undefined || isEnabled === true)
        checkKinds(actor, check, await kindsWaiting(database, webhook), row.project);
      if (url !== undefined) await checkAddress(outbound, url);
      const changes = {
        ...(name !== undefined && { name }),
        ...(url !== undefined && { url }),
        ...(kinds !== undefined && { kinds: [...new Set(kinds)] }),
        ...(inOrder !== undefined && { in_order: inOrder }),
        ...(isEnabled !== undefined && { is_enabled: isEnabled, disabled_because: null, failing_since: null }),
      };
      await database.transaction().execute(async (transaction) => {
        if (Object.keys(changes).length > 0)
          await transaction
            .updateTable('webhook')
            .set(changes)
            .where('id', '=', webhook)
            .execute()
            .catch(taken(name ?? ''));
        if (isEnabled)
          await transaction
            .updateTable('webhook_delivery')
            .set({ due_at: now() })
            .where('webhook', '=', webhook)
            .where('state', '=', 'waiting')
            .execute();
      });
      return one(actor.organization, webhook);
    }),
    handle('delete /webhooks/{webhook}', async ({ actor, params: { webhook }, audit }) => {
      audit(webhook);
      await webhookOf(database, actor.organization, webhook);
      await database.deleteFrom('webhook').where('id', '=', webhook).execute();
      return {};
    }),
    handle('post /webhooks/{webhook}/secret', async ({ actor, params: { webhook }, audit }) => {
      audit(webhook);
      await webhookOf(database, actor.organization, webhook);
      const [secret, oldUntil] = [newSecret(), new Date(clock.now() + overlap)];
      await database
        .updateTable('webhook')
        .set(({ ref }) => ({
          old_secret: ref('secret'),
          old_secret_until: oldUntil,
          secret: vault.seal(secret, sealedColumns.webhookSecret.place({ id: webhook })),
        }))
        .where('id', '=', webhook)
        .execute();
      return { secret, oldUntil: oldUntil.toISOString() };
    }),
    handle('post /webhooks/{webhook}/test', async ({ actor, params: { webhook }, audit }) => {
      audit(webhook);
      const row = await enabled(database, actor.organization, webhook);
      const id = newId('delivery');
      await database
        .insertInto('webhook_delivery')
        .values({
          id,
          webhook,
          kind: 'webhook.test',
          at: now(),
          due_at: now(),
          data: JSON.stringify({ webhook, name: row.name, by: actor.user.name }),
        })
        .execute();
      return deliveryView(await deliveryOf(database, webhook, id));
    }),
    handle('get /webhooks/{webhook}/deliveries', async ({ actor, params: { webhook }, query }) => {
      await webhookOf(database, actor.organization, webhook);
      return deliveries(database, webhook, query);
    }),
    handle('get /webhooks/{webhook}/deliveries/{delivery}', async ({ actor, params: { webhook, delivery } }) => {
      const hook = await webhookOf(database, actor.organization, webhook);
      const row = await deliveryOf(database, webhook, delivery);
      const attempts = await database
        .selectFrom('webhook_attempt')
        .selectAll()
        .where('delivery', '=', delivery)
        .orderBy('number')
        .execute();
      return {
        ...deliveryView(row, attempts.at(-1)?.status),
        body: bodyOf(row, hook.format, sourceOf(hook.organization)),
        tries: attempts.map(attemptView),
      };
    }),
    handle(
      'post /webhooks/{webhook}/deliveries/{delivery}/resend',
      async ({ actor, params: { webhook, delivery }, audit, check }) => {
        audit(webhook);
        const hook = await enabled(database, actor.organization, webhook);
        checkKinds(actor, check, [(await deliveryOf(database, webhook, delivery)).kind], hook.project);
        await database
          .updateTable('webhook_delivery')
          .set({ state: 'waiting', due_at: now() })
          .where('id', '=', delivery)
          .execute();
        return deliveryView(await deliveryOf(database, webhook, delivery));
      },
    ),
  ];
}

/** Nobody has told elsewhere what may not be seen here. */
function checkKinds(
  { organization, rights }: Actor,
  check: Context<'post /webhooks'>['check'],
  kinds: readonly string[],
  project: string | null,
): void {
  for (const kind of kinds) {
    if (!isEventKind(kind)) continue; // A test says nothing of anything.
    const { needs, on } = eventKinds[kind];
    const isWhole = actions[needs].on === 'organization';
    check(needs, {
      kind: on,
      ...(isWhole && { id: organization }),
      keys: isWhole || project === null ? {} : { project },
    });
    // It is told of all there are and will be: what is denied for some of them only must not be among these.
    refuseGiving(rights, [
      { policy: 'webhook', name: 'webhook', document: readingAll(needs, isWhole ? null : project) },
    ]);
  }
}

const isEventKind = (kind: string): kind is EventKind => kind in eventKinds;

function readingAll(action: Action, project: string | null): PolicyDocument {
  const condition = project === null ? {} : { Condition: { StringEquals: { project } } };
  return { Version: policyVersion, Statement: [{ Effect: 'Allow', Action: action, Resource: '*', ...condition }] };
}

async function kindsWaiting(database: Database, webhook: string): Promise<string[]> {
  const rows = await database
    .selectFrom('webhook_delivery')
    .select('kind')
    .distinct()
    .where('webhook', '=', webhook)
    .where('state', '=', 'waiting')
    .execute();
  return rows.map(({ kind }) => kind);
}

/** Says now what would be refused later; a host that does not answer at this moment may do so then. */
async function checkAddress(outbound: Outbound, url: string): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(url);
  if (username !== '' || password !== '') throw new Failure('address-invalid', { url: url.slice(0, 200) });
  await outbound.resolve(hostname, Number(port) || (protocol === 'https:' ? 443 : 80)).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'host-unreachable') return;
    throw error;
  });
}

async function webhookOf(database: Database, organization: OrganizationId, id: string): Promise<WebhookRow> {
  const row = await database
    .selectFrom('webhook')
    .selectAll()
    .where('organization', '=', organization)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Failure('not-found', { kind: 'webhook', id });
  return row;
}

async function enabled(database: Database, organization: OrganizationId, id: string): Promise<WebhookRow> {
  const row = await webhookOf(database, organization, id);
  if (!row.is_enabled) throw new Failure('conflict', { what: row.name, reason: because('webhook-disabled') });
  return row;
}

async function deliveryOf(database: Database, webhook: string, id: string): Promise<DeliveryRow> {
  const row = await database
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('webhook', '=', webhook)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw new Failure('not-found', { kind: 'delivery', id });
  return row;
}

/** A page, newest first; its cursor is the last one's number, so what is added meanwhile shifts nothing. */
async function deliveries(
  database: Database,
  webhook: string,
  { limit, cursor, state }: Context<'get /webhooks/{webhook}/deliveries'>['query'],
): Promise<Answer<'get /webhooks/{webhook}/deliveries'>> {
  const before = numberOf(cursor);
  let rows = database.selectFrom('webhook_delivery').selectAll().where('webhook', '=', webhook);
  if (state !== undefined) rows = rows.where('state', '=', state);
  if (before !== undefined) rows = rows.where('seq', '<', before);
  const found = await rows
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const statuses = await lastStatuses(
    database,
    shown.map(({ id }) => id),
  );
  return {
    items: shown.map((row) => deliveryView(row, statuses.get(row.id))),
    ...(found.length > limit && last && { nextCursor: String(last.seq) }),
  };
}

async function lastStatuses(database: Database, ids: readonly string[]): Promise<Map<string, number | null>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .selectFrom('webhook_attempt')
    .distinctOn('delivery')
    .select(['delivery', 'status'])
    .where('delivery', 'in', ids)
    .orderBy('delivery')
    .orderBy('number', 'desc')
    .execute();
  return new Map(rows.map(({ delivery, status }) => [delivery, status]));
}

async function views(database: Database, organization: OrganizationId, id?: string): Promise<WebhookView[]> {
  let rows = database.selectFrom('webhook').selectAll().where('organization', '=', organization);
  if (id !== undefined) rows = rows.where('id', '=', id);
  const found = await rows.orderBy('name').execute();
  if (found.length === 0) return [];
  const counts = await database
    .selectFrom('webhook_delivery')
    .select(({ fn }) => ['webhook', fn.countAll<number>().as('count')])
    .where(
      'webhook',
      'in',
      found.map((row) => row.id),
    )
    .where('state', '=', sql.lit('waiting'))
    .groupBy('webhook')
    .execute();
  const waiting = new Map(counts.map(({ webhook, count }) => [webhook, count]));
  return found.map((row) => ({
    id: row.id,
    name: row.name,
    url: row.url,
    kinds: row.kinds as WebhookView['kinds'], // as the schema has let them through
    ...(row.project !== null && { project: row.project }),
    format: row.format,
    inOrder: row.in_order,
    isEnabled: row.is_enabled,
    ...(row.disabled_because && { disabledBecause: row.disabled_because }),
    ...(row.failing_since && { failingSince: row.failing_since.toISOString() }),
    waiting: waiting.get(row.id) ?? 0,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }));
}

function deliveryView(row: DeliveryRow, status?: number | null): DeliveryView {
  return {
    id: row.id,
    kind: row.kind,
    at: row.at.toISOString(),
    state: row.state,
    attempts: row.attempts,
    ...(row.state === 'waiting' && { dueAt: row.due_at.toISOString() }),
    ...(status !== undefined && status !== null && { status }),
  };
}

function attemptView({ number, at, milliseconds, status, answer, failure }: AttemptRow): AttemptView {
  return {
    number,
    at: at.toISOString(),
    milliseconds,
    ...(status !== null && { status }),
    ...(answer !== null && { answer }),
    ...(failure && { failure: failureView(failure) }),
  };
}
