import type { Database, Tables } from '@pileus/database';
import type { Answer, AuditEntry, AuditLog, Context } from '@pileus/http';
import { type Clock, newId, type OrganizationId } from '@pileus/model';
import type { Selectable } from 'kysely';
import { lookAt } from './audit-look.ts';
import { home } from './organizations.ts';
import { containing, numberOf } from '../page.ts';

/** The operation log: rows are added, and never changed (the table itself sees to that). */
export function auditLog(database: Database, clock: Clock): AuditLog {
  return {
    write: async (entry) => {
      await database.insertInto('audit').values(row(entry, clock)).execute();
    },
    look: (organization, id) => lookAt(database, organization, id),
  };
}

/** A page of it, newest first. Its cursor is the last row's number, so what is added meanwhile shifts nothing. */
export async function readAudit(
  database: Database,
  organization: OrganizationId,
  query: Context<'get /audit'>['query'],
): Promise<Answer<'get /audit'>> {
  let rows = database.selectFrom('audit').selectAll().where('organization', '=', organization);
  const before = numberOf(query.cursor);
  if (before !== undefined) rows = rows.where('seq', '<', before);
  if (query.user !== undefined) rows = rows.where('user_name', '=', query.user);
  if (query.action !== undefined) rows = rows.where('action', '=', query.action);
  if (query.result !== undefined) rows = rows.where('result', '=', query.result);
  if (query.project !== undefined) rows = rows.where('project', '=', query.project);
  if (query.target !== undefined) rows = rows.where('target_id', '=', query.target);
  if (query.from !== undefined) rows = rows.where('at', '>=', new Date(query.from));
  if (query.to !== undefined) rows = rows.where('at', '<', new Date(query.to));
  if (query.q !== undefined && query.q !== '') {
    const pattern = containing(query.q);
    const searched = ['user_name', 'action', 'ip', 'subject', 'target_name', 'reason', 'request_id', 'code'] as const;
    rows = rows.where((where) => where.or(searched.map((column) => where(column, 'ilike', pattern))));
  }
  const found = await rows
    .orderBy('seq', 'desc')
    .limit(query.limit + 1)
    .execute();
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items: items.map(view), ...(found.length > items.length && last && { nextCursor: String(last.seq) }) };
}

function row(entry: AuditEntry, clock: Clock) {
  return {
    id: newId('audit'),
    organization: entry.organization ?? home,
    at: new Date(clock.now()),
    user_name: written(entry.user, 200),
    user_id: entry.userId ?? null,
    action: entry.action,
    ip: entry.ip,
    result: entry.result,
    status: entry.status,
    request_id: entry.requestId,
    subject: entry.subject === undefined ? null : written(entry.subject, 500),
    code: entry.code ?? null,
    project: short(entry.project),
    target_kind: short(entry.target?.kind),
    target_id: short(entry.target?.id),
    target_name: short(entry.target?.name),
    reason: entry.reason === undefined ? null : written(entry.reason, 2_000),
    before: json(entry.difference?.before),
    after: json(entry.difference?.after),
    approval: short(entry.approval),
  };
}

const short = (text: string | undefined): string | null => (text === undefined ? null : written(text, 200));
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

/** What a stranger typed may be long, and may hold the one character PostgreSQL cannot keep. */
function written(text: string, longest: number): string {
  return text.replaceAll('\0', '').slice(0, longest);
}

function view(row: Selectable<Tables['audit']>): Answer<'get /audit'>['items'][number] {
  return {
    id: row.id,
    user: row.user_name,
    action: row.action,
    ip: row.ip,
    at: row.at.toISOString(),
    result: row.result,
    status: row.status,
    requestId: row.request_id,
    ...(row.subject !== null && { subject: row.subject }),
    ...(row.code !== null && { code: row.code }),
    ...(row.project !== null && { project: row.project }),
    ...(row.target_kind !== null && {
      target: {
        kind: row.target_kind,
        ...(row.target_id !== null && { id: row.target_id }),
        ...(row.target_name !== null && { name: row.target_name }),
      },
    }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.before !== null && { before: facts(row.before) }),
    ...(row.after !== null && { after: facts(row.after) }),
    ...(row.approval !== null && { approval: row.approval }),
  };
}

/** We have written them, as objects. */
const facts = (kept: unknown) => kept as Record<string, unknown>;
