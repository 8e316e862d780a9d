import { type Filter, likePattern, type Subject } from '@pileus/policy';
import { sql, type RawBuilder } from 'kysely';

/** Where a table has what policies ask about. */
export interface Columns {
  readonly id: RawBuilder<unknown>;
  readonly name: RawBuilder<unknown>;
  readonly keys: Readonly<Record<string, RawBuilder<unknown>>>;
  /** Tags as one object; `tag/owner` is its member `owner`. */
  readonly tags?: RawBuilder<unknown> | undefined;
}

/** A filter as a condition on rows, part by part as `Filter` says it is to be. */
export function whereOf(filter: Filter, columns: Columns): RawBuilder<boolean> {
  switch (filter.is) {
    case 'all':
      return sql<boolean>`true`;
    case 'none':
      return sql<boolean>`false`;
    case 'and':
      return joined(filter.of, columns, sql` and `);
    case 'or':
      return joined(filter.of, columns, sql` or `);
    case 'not':
      return sql<boolean>`(not ${whereOf(filter.of, columns)})`;
    case 'exists':
      return sql<boolean>`(${columnOf(filter.subject, columns)} is not null)`;
    case 'equals':
      return sql<boolean>`coalesce(${columnOf(filter.subject, columns)} = any(${[...filter.values]}::text[]), false)`;
    case 'like': {
      const patterns = filter.patterns.map(likePattern);
      return sql<boolean>`coalesce(${columnOf(filter.subject, columns)} like any(${patterns}::text[]), false)`;
    }
    case 'number': {
      const column = columnOf(filter.subject, columns);
      return sql<boolean>`coalesce(${column} ${sql.raw(filter.comparison)} any(${[...filter.values]}::float8[]), false)`;
    }
    case 'truth':
      return sql<boolean>`coalesce(${columnOf(filter.subject, columns)} = ${filter.value}::boolean, false)`;
  }
}

const missing = sql`null::text`;
/** What keys of tags begin with. */
export const tagFamily = 'tag/';

function joined(parts: readonly Filter[], columns: Columns, by: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(${sql.join(
    parts.map((part) => whereOf(part, columns)),
    by,
  )})`;
}

/** What a table has nothing of is missing in every row. */
function columnOf(subject: Subject, { id, name, keys, tags }: Columns): RawBuilder<unknown> {
  if (subject === 'id') return id;
  if (subject === 'name') return name;
  const { key } = subject;
  if (tags && key.startsWith(tagFamily)) return sql`(${tags} ->> ${key.slice(tagFamily.length)}::text)`;
  return Object.hasOwn(keys, key) ? (keys[key] ?? missing) : missing;
}

/** The region that an account is set to, by the name its table has in a statement; null where there is none. */
export const regionIn = (account: string): RawBuilder<string | null> =>
  sql`nullif(${sql.ref(`${account}.settings`)}->>'region', '')`;
