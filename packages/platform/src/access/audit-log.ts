import type { Database } from '@pileus/database';
import type { Answer, AuditEntry, AuditLog, Context } from '@pileus/http';
import { type Clock, Failure, newId, type OrganizationId } from '@pileus/model';
import { home } from './organizations.ts';

/** The operation log: rows are added, and never changed (the table itself sees to that). */
export function auditLog(database: Database, clock: Clock): AuditLog {
  return {
    write: async (entry) => {
      await database.insertInto('audit').values(row(entry, clock)).execute();
    },
  };
}

/** A page of it, newest first. Its cursor is the last row's number, so what is added meanwhile shifts nothing. */
export async function readAudit(
  database: Database,
  organization: OrganizationId,
  query: Context<'get /audit'>['query'],
): Promise<Answer<'get /audit'>> {
  let rows = database.selectFrom('audit').selectAll().where('organization', '=', organization);
  if (query.cursor) rows = rows.where('seq', '<', position(query.cursor));
  if (query.user !== undefined) rows = rows.where('user_name', '=', query.user);
  if (query.action !== undefined) rows = rows.where('action', '=', query.action);
  if (query.result !== undefined) rows = rows.where('result', '=', query.result);
  if (query.from !== undefined) rows = rows.where('at', '>=', new Date(query.from));
  if (query.to !== undefined) rows = rows.where('at', '<', new Date(query.to));
  if (query.q !== undefined && query.q !== '') {
    const pattern = `%${query.q.replace(/[\\%_]/g, '\\$&')}%`;
    const searched = ['user_name', 'action', 'ip', 'subject', 'request_id', 'code'] as const;
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
  };
}

/** What a stranger typed may be long, and may hold the one character PostgreSQL cannot keep. */
function written(text: string, longest: number): string {
  return text.replaceAll('\0', '').slice(0, longest);
}

function position(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new Failure('invalid', { what: '?cursor', reason: 'pass the nextCursor of the page before' });
}

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly user_name: string;
  readonly action: string;
  readonly ip: string;
  readonly result: AuditEntry['result'];
  readonly status: number;
  readonly request_id: string;
  readonly subject: string | null;
  readonly code: string | null;
}

function view(found: Row) {
  return {
    id: found.id,
    user: found.user_name,
    action: found.action,
    ip: found.ip,
    at: found.at.toISOString(),
    result: found.result,
    status: found.status,
    requestId: found.request_id,
    ...(found.subject !== null && { subject: found.subject }),
    ...(found.code !== null && { code: found.code }),
  };
}
