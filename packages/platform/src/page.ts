import { Failure } from '@pileus/model';
import { sql, type SelectQueryBuilder } from 'kysely';

/** Where a page of a list ends: the last row's time and id, so that rows which come or go meanwhile shift nothing. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

export function positionOf(cursor: string | undefined): Position | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const [time = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const at = new Date(time);
  if (Number.isNaN(at.getTime()) || id === '')
    throw new Failure('invalid', { what: '?cursor', reason: 'pass the nextCursor of the page before' });
  return { at, id };
}

/** The cursor of a list whose rows are numbered: the number of the last one shown. */
export function numberOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new Failure('invalid', { what: '?cursor', reason: 'pass the nextCursor of the page before' });
}

/** What is asked of a list of things that have names. */
interface Wanted {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly q?: string | undefined;
}

/** Rows of a table for {@link pageOf}: the oldest first, after the cursor, with names that contain what is searched for. */
export function oldestFirst({ limit, cursor, q }: Wanted) {
  const position = positionOf(cursor);
  const follows = position ? sql<boolean>`(created_at, id) > (${position.at}, ${position.id})` : sql<boolean>`true`;
  const isMeant = q ? sql<boolean>`(${follows} and name ilike ${containing(q)})` : follows;
  return <DB, Tables extends keyof DB, Row>(rows: SelectQueryBuilder<DB, Tables, Row>) =>
    rows
      .where(isMeant)
      .orderBy(sql`created_at`)
      .orderBy(sql`id`)
      .limit(limit + 1);
}

/** Rows were asked for with one more than `limit`: it tells whether there is a next page. */
export function pageOf<Row extends { readonly id: string; readonly created_at: Date }, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
): { items: Item[]; nextCursor?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last
      ? Buffer.from(`${last.created_at.toISOString()} ${last.id}`).toString('base64url')
      : undefined;
  return { items: shown.map(view), ...(nextCursor !== undefined && { nextCursor }) };
}

/** `q=` as a pattern for ILIKE. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** The same for views that are made of many rows at once; what has no view any more is left out. */
export async function pageOfViews<
  Row extends { readonly id: string; readonly created_at: Date },
  View extends { readonly id: string },
>(
  rows: readonly Row[],
  limit: number,
  views: (rows: readonly Row[]) => Promise<readonly View[]>,
): Promise<{ items: View[]; nextCursor?: string }> {
  const shown = new Map((await views(rows.slice(0, limit))).map((view) => [view.id, view]));
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => shown.get(id));
  return { items: items.filter((item) => item !== undefined), ...rest };
}
