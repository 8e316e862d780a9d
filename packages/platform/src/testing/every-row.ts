import type { Database } from '@pileus/database';
import { sql } from 'kysely';

/** Every row of every table, as text: what is not in it is not kept. */
export async function everyRow(database: Database): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(database);
  const texts = rows.map(async ({ name }) => {
    const found = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(database);
    return found.rows.map(({ row }) => `${name} ${row}`).join('\n');
  });
  return (await Promise.all(texts)).join('\n');
}
