import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { filterOf, type AuditFilter } from './audit.ts';

type Row = AnswerOf<'get /audit'>['items'][number];

export interface ExportOptions extends AuditFilter {
  readonly format: 'csv' | 'jsonl';
}

/** Writes all rows that fit, newest first, as they come: a long log never stands in memory as a whole. */
export async function exportAudit(context: Context, { format, ...options }: ExportOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const filter = await filterOf(context, options);
  const write = format === 'csv' ? csvRow : JSON.stringify;
  if (format === 'csv') await print(`${columns.map(([title]) => title).join(',')}\r\n`);
  let [cursor, count]: [string | undefined, number] = [undefined, 0];
  do {
    const page: AnswerOf<'get /audit'> = await client.call('get /audit', {
      query: { ...filter, cursor, limit: 500 },
      signal,
    });
    if (page.items.length > 0)
      await print(page.items.map((row) => `${write(row)}${format === 'csv' ? '\r\n' : '\n'}`).join(''));
    count += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  out.message(say('audit.exported', { rows: count }));
}

/** The names stay the same in every language: programs read them. */
const columns: readonly (readonly [title: string, value: (row: Row) => string | number | undefined])[] = [
  ['id', ({ id }) => id],
  ['at', ({ at }) => at],
  ['user', ({ user }) => user],
  ['action', ({ action }) => action],
  ['ip', ({ ip }) => ip],
  ['result', ({ result }) => result],
  ['status', ({ status }) => status],
  ['code', ({ code }) => code],
  ['project', ({ project }) => project],
  ['targetKind', ({ target }) => target?.kind],
  ['targetId', ({ target }) => target?.id],
  ['targetName', ({ target }) => target?.name],
  ['subject', ({ subject }) => subject],
  ['reason', ({ reason }) => reason],
  ['approval', ({ approval }) => approval],
  ['before', ({ before }) => before && JSON.stringify(before)],
  ['after', ({ after }) => after && JSON.stringify(after)],
  ['requestId', ({ requestId }) => requestId],
];

function csvRow(row: Row): string {
  return columns.map(([, value]) => cell(String(value(row) ?? ''))).join(',');
}

/** RFC 4180. What a spreadsheet would take for a formula is put behind an apostrophe: the log holds what strangers typed. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Waits where whoever reads is slower. */
async function print(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise((done) => process.stdout.once('drain', done));
}
