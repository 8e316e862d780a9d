import type { Database } from '@pileus/database';
import { Failure } from '@pileus/model';
import { sql } from 'kysely';
import { allSealedColumns, type SealedColumn } from './sealed-columns.ts';
import { unnamed } from './sealed-text.ts';
import type { Vault } from './vault.ts';

const batch = 100;

/** What came of a batch: how many secrets were wrapped anew, how many could not be, and why the first of those could not. */
export interface Wrapped {
  readonly wrapped: number;
  readonly passedOver: number;
  readonly failure?: Failure;
}

/**
 * Wraps the data keys of all secrets that are not under the newest key, in batches. A text is exchanged only if it is still the one that was
 * read, so that what changes meanwhile is never overwritten; any number may do this at once. What cannot be opened is passed over.
 * Throws what may go away by itself (`key-provider-unreachable`); what was done by then is done.
 */
export async function* wrapAnew(database: Database, vault: Vault): AsyncGenerator<Wrapped> {
  const newest = await vault.newestKey();
  for (const column of allSealedColumns) {
    for (let after: Row['key'] = []; ;) {
      const rows = await rowsBesides(database, column, newest, after);
      const last = rows.at(-1);
      if (!last) break;
      yield await wrapRows(database, vault, column, rows);
      after = last.key;
    }
  }
}

/** How many secrets are wrapped under which key, by column. */
export async function countByKey(database: Database): Promise<{ key: string; column: string; secrets: number }[]> {
  const counts = await Promise.all(
    allSealedColumns.map(async ({ table, column, holds }) => {
      const text = holds === 'text' ? sql.ref(`${table}.${column}`) : sql.ref('one.value');
      const from =
        holds === 'text'
          ? sql`${sql.table(table)}`
          : sql`${sql.table(table)}, jsonb_each_text(${sql.ref(`${table}.${column}`)}) as one(name, value)`;
      const { rows } = await sql<{ key: string; secrets: number }>`
        select case when starts_with(${text}, 'v1.') then ${unnamed} else split_part(${text}, '.', 2) end as key,
          count(*) as secrets
        from ${from} where ${text} is not null group by 1`.execute(database);
      return rows.map((row) => ({ ...row, column: `${table}.${column}` }));
    }),
  );
  return counts.flat();
}

type Column = SealedColumn<Readonly<Record<string, string>>>;

interface Row {
  readonly key: readonly unknown[];
  readonly placed: Readonly<Record<string, string>>;
  /** As the database writes it. */
  readonly sealed: string;
}

async function rowsBesides(database: Database, of: Column, newest: string, after: Row['key']): Promise<Row[]> {
  const { table, column, key, holds, placed } = of;
  const prefix = `v2.${newest}.`;
  const isOther =
    holds === 'text'
      ? sql`not starts_with(${sql.ref(column)}, ${prefix})`
      : sql`exists (select from jsonb_each_text(${sql.ref(column)}) as one(name, value) where not starts_with(one.value, ${prefix}))`;
  const keys = sql.join(key.map((one) => sql.ref(one)));
  const { rows } = await sql<Readonly<Record<string, unknown>>>`
    select ${sql.join([...new Set([...key, ...placed])].map((one) => sql.ref(one)))},
      ${sql.ref(column)}::text as ${sql.ref(sealedAs)}
    from ${sql.table(table)}
    where ${sql.ref(column)} is not null and ${isOther}
      ${after.length > 0 ? sql`and (${keys}) > (${sql.join(after)})` : sql``}
    order by ${keys} limit ${batch}`.execute(database);
  return rows.map((row) => ({
    key: key.map((one) => row[one]),
    placed: Object.fromEntries(placed.map((one) => [one, String(row[one])])),
    sealed: String(row[sealedAs]),
  }));
}

const sealedAs = 'sealed text';

async function wrapRows(database: Database, vault: Vault, of: Column, rows: readonly Row[]): Promise<Wrapped> {
  const results = await Promise.allSettled(rows.map((row) => wrapRow(vault, of, row)));
  let [wrapped, passedOver] = [0, 0];
  let failure: Failure | undefined;
  // One after another, each for itself: servers that do this side by side never wait for each other in a circle.
  for (const [at, result] of results.entries()) {
    const row = rows[at];
    if (result.status === 'fulfilled') {
      if (row && (await exchange(database, of, row, result.value.text))) wrapped += result.value.secrets;
      continue;
    }
    const thrown: unknown = result.reason;
    if (!(thrown instanceof Failure) || thrown.retry) throw thrown;
    passedOver += row ? secretsIn(of, row.sealed).length : 0;
    failure ??= thrown;
  }
  return { wrapped, passedOver, ...(failure && { failure }) };
}

async function wrapRow(
  vault: Vault,
  of: Column,
  { sealed, placed }: Row,
): Promise<{ readonly text: string; readonly secrets: number }> {
  const anew = await Promise.all(
    secretsIn(of, sealed).map(async ([name, text]) => {
      const place = of.place({ ...placed, ...(name !== undefined && { name }) });
      return [name, await vault.wrapAnew(text, place)] as const;
    }),
  );
  const text = of.holds === 'text' ? anew.map(([, one]) => one).join('') : JSON.stringify(Object.fromEntries(anew));
  return { text, secrets: anew.length };
}

/** The sealed texts in what a column holds, with their names where it holds several. */
function secretsIn({ holds }: Column, sealed: string): (readonly [name: string | undefined, text: string])[] {
  if (holds === 'text') return [[undefined, sealed]];
  // It is registered as one that holds texts by name.
  return Object.entries(JSON.parse(sealed) as Readonly<Record<string, string>>);
}

async function exchange(database: Database, of: Column, { key: values, sealed }: Row, anew: string): Promise<boolean> {
  const { table, column, key, holds } = of;
  const type = holds === 'text' ? sql`text` : sql`jsonb`;
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${anew}::${type}
    where (${sql.join(key.map((one) => sql.ref(one)))}) = (${sql.join(values)})
      and ${sql.ref(column)} = ${sealed}::${type}`.execute(database);
  return numAffectedRows === 1n;
}
