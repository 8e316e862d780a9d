import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openDatabase, startPostgres, type Database } from '@pileus/database';
import { engineMigrations } from '@pileus/engine';
import { newId } from '@pileus/model';
import { platformMigrations, verifyAudit } from '@pileus/platform';
import { sql } from 'kysely';
import { median, row, type Bench } from './report.ts';

/**
 * The operation log: 1,000,000 rows worked out again, beside merely reading them; and what a row costs, beside the same row in a
 * table that has neither chain nor triggers. `A1_ROWS` in the environment says how many rows.
 */
export const a1: Bench = {
  id: 'A1',
  async run(report) {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
    const postgres = await startPostgres({ directory });
    const database = openDatabase(postgres.url);
    try {
      await migrate(postgres.url, [engineMigrations, platformMigrations]);
      const cost = await costOfRow(database, report);
      const organization = newId('organization');
      for (let from = 1; from <= count; from += batch) {
        await sql.raw(rowsInto('audit', organization, from, Math.min(count, from + batch - 1))).execute(database);
        if (from % 200_000 === 1) report(`${from - 1} of ${count} rows written`);
      }
      await sql`vacuum analyze audit`.execute(database);
      const verified = await repeated(3, async () => {
        const { ok, rows } = await verifyAudit(database, organization);
        if (!ok || rows !== count) throw new Error(`${rows} rows, whole: ${ok}`);
      });
      const read = await repeated(3, () =>
        sql`select count(audit::text) from audit where organization = ${organization}`.execute(database),
      );
      report(`verified in ${verified.toFixed(2)} s, read in ${read.toFixed(2)} s`);
      return [
        row({
          work: `${count} rows of the operation log verified (less is better; 10 s at the most for 1,000,000)`,
          ours: verified,
          peer: read,
          peerName: 'reading them in PostgreSQL',
          unit: 's',
        }),
        row({
          work: 'one row added to the operation log, many in a transaction (less is better)',
          ours: cost.chained,
          peer: cost.plain,
          peerName: 'a table without chain and triggers',
          unit: 'µs',
        }),
        row({
          work: 'one row added to the operation log, a transaction each (less is better)',
          ours: cost.chainedAlone,
          peer: cost.plainAlone,
          peerName: 'a table without chain and triggers',
          unit: 'µs',
        }),
      ];
    } finally {
      await database.end();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

const count = Number(process.env['A1_ROWS'] ?? 1_000_000);
/** Of one statement: each row changes the end of the chain, whose old versions only a new transaction can do away with. */
const batch = 1_000;

interface Cost {
  readonly chained: number;
  readonly plain: number;
  readonly chainedAlone: number;
  readonly plainAlone: number;
}

/** In microseconds of one row. The two take turns, so that what else the machine does falls on both. */
async function costOfRow(database: Database, report: (line: string) => void): Promise<Cost> {
  await sql`create table plain_audit (like audit including defaults including identity including indexes)`.execute(
    database,
  );
  await sql`alter table plain_audit alter number drop not null, alter digest drop not null`.execute(database);
  const times: Record<keyof Cost, number[]> = { chained: [], plain: [], chainedAlone: [], plainAlone: [] };
  const organization = newId('organization');
  let at = 1;
  for (let round = 0; round < 20; round++) {
    for (const table of ['audit', 'plain_audit'] as const) {
      const isChained = table === 'audit';
      const many = await seconds(() => sql.raw(rowsInto(table, organization, at, at + batch - 1)).execute(database));
      times[isChained ? 'chained' : 'plain'].push((many / batch) * 1_000_000);
      at += batch;
      const single = 50;
      const alone = await seconds(async () => {
        for (let n = 0; n < single; n++) await sql.raw(rowsInto(table, organization, at, at++)).execute(database);
      });
      times[isChained ? 'chainedAlone' : 'plainAlone'].push((alone / single) * 1_000_000);
    }
  }
  const cost = {
    chained: median(times.chained),
    plain: median(times.plain),
    chainedAlone: median(times.chainedAlone),
    plainAlone: median(times.plainAlone),
  };
  report(`a row: ${cost.chained.toFixed(0)} µs, without chain ${cost.plain.toFixed(0)} µs`);
  return cost;
}

/** Rows as a change of a deployment leaves them. */
function rowsInto(table: string, organization: string, from: number, to: number): string {
  return `
    insert into ${table} (id, organization, at, user_name, user_id, action, ip, result, status, request_id, subject, project,
      target_kind, target_id, target_name, reason, before, after)
    select 'log-${organization}-' || n, '${organization}', now(), 'Zhang Wei', 'u-abcdefghjkmn', 'DEPLOYMENT_UPDATE',
      '192.0.2.7', 'ok', 200, gen_random_uuid()::text, 'dep-abcdefghjkmn', 'prj-abcdefghjkmn', 'deployment',
      'dep-abcdefghjkmn', 'shop', 'more visitors', '{"version": "1"}', '{"version": "2"}'
    from generate_series(${from}, ${to}) as n`;
}

async function repeated(times: number, work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < times; round++) taken.push(await seconds(work));
  return median(taken);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}
