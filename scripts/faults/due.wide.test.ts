import { createEngine, defineRun, engineMigrations, type Projection } from '@pileus/engine';
import { testDatabase } from '@pileus/database/testing';
import { Failure, milliseconds, seconds, systemClock } from '@pileus/model';
import { createOnce, gateOf, simulated } from '@pileus/provider';
import { surroundings } from '@pileus/provider/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { z } from 'zod';

/** What the account's cloud allows, in calls a second. */
const perSecond = 250;
const concurrency = 50;
/** Runs of each organization; one has nearly all of them. */
const due: Readonly<Record<string, number>> = { big: 3_600, a: 100, b: 100, c: 100, d: 60, e: 30, f: 10 };
const total = Object.values(due).reduce((sum, count) => sum + count, 0);
/** A worker without a lock: its process is gone. */
const gone = 999_999;

const database = await testDatabase([engineMigrations]);
await sql`create table made (run text primary key)`.execute(database);
const account = simulated.account.parse({
  latencyMilliseconds: 5,
  listLagSeconds: 0,
  keep: false,
  callsPerSecond: perSecond,
});
const { drivers } = simulated.connect(account, surroundings({ clock: systemClock }));
const network = drivers.network!;
const gate = gateOf({ clock: systemClock, width: 64, perSecond });

const told = { calls: 0, refused: 0, now: 0, most: 0 };
const ended: string[] = [];

/** Counts the calls that reach the cloud, and those that were more than it allows. */
const call = <T>(make: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  gate.pass(async () => {
    told.calls++;
    try {
      return await make();
    } catch (error) {
      if (error instanceof Failure && error.code === 'provider-throttled') told.refused++;
      throw error;
    }
  }, signal);

const definition = defineRun({
  name: 'due',
  input: z.object({ share: z.string() }),
  async tell(run, { share }) {
    told.most = Math.max(told.most, ++told.now);
    try {
      const record = () => [{ into: 'made', row: { run: run.id } }];
      const ref = await run.step({ key: 'make', name: 'Make', record }, (asked) =>
        call(() => createOnce(network, { name: run.id }, asked, systemClock), asked.signal),
      );
      await run.until({ key: 'ready', name: 'Ready', pause: seconds(0.5) }, async ({ signal }) => {
        const is = await call(() => network.read(ref, signal), signal);
        return is?.state === 'ready' ? true : undefined;
      });
      await run.step({ key: 'remove', name: 'Remove' }, (asked) =>
        call(() => network.delete(ref, asked), asked.signal),
      );
      ended.push(share);
    } finally {
      told.now--;
    }
  },
});

const made: Projection = async (transaction, rows) => {
  await sql`insert into made select x.run from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x (run text)`.execute(
    transaction,
  );
};

test(
  `after a restart ${total} runs are due at one account with a budget: it is kept, nobody starves, and few are held at once`,
  { timeout: 600_000 },
  async () => {
    for (const [share, count] of Object.entries(due)) {
      await sql`
        insert into run (id, kind, title, share, input, state, owner, epoch, lease_until, started)
        select 'run-' || ${share}::text || n, 'due', 'Due', ${share}::text, jsonb_build_object('share', ${share}::text), 'running',
          ${gone}, 1, now() + interval '1 hour', now()
        from generate_series(1, ${count}::int) as n`.execute(database);
    }
    const before = process.memoryUsage().rss;
    let most = before;
    const bugs: unknown[] = [];
    const engine = createEngine({
      database,
      definitions: [definition],
      projections: { made },
      concurrency,
      onBug: (error) => bugs.push(error),
    });
    const start = performance.now();
    await engine.work();
    const left = async () =>
      (await sql`select 1 from run where state <> 'succeeded' limit 1`.execute(database)).rows.length;
    while ((await left()) > 0 && bugs.length === 0) {
      most = Math.max(most, process.memoryUsage().rss);
      await systemClock.sleep(milliseconds(500));
    }
    const took = (performance.now() - start) / 1_000;
    await engine.stop();

    const bigBefore = (share: string) => ended.slice(0, ended.lastIndexOf(share)).filter((one) => one === 'big').length;
    console.table({
      runs: total,
      'calls allowed a second': perSecond,
      'calls a second': Number((told.calls / took).toFixed(0)),
      'calls over budget': told.refused,
      seconds: Number(took.toFixed(1)),
      'held at once, at most': told.most,
      'memory added, MB': Number(((most - before) / 2 ** 20).toFixed(0)),
      ...Object.fromEntries(
        Object.keys(due).map((share) => [`of the big one before the last of ${share}`, bigBefore(share)]),
      ),
    });
    expect(bugs).toEqual([]);
    expect(told.refused).toBe(0);
    expect(told.most).toBeLessThanOrEqual(3 * concurrency);
    expect(ended.length).toBe(total);
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from made`.execute(database);
    expect(rows[0]?.count).toBe(total);
    // Whoever has few is through when as many of the big one are, and some that were under way already.
    for (const [share, count] of Object.entries(due))
      if (share !== 'big') expect(bigBefore(share), share).toBeLessThan(2 * count + 3 * concurrency);
    const there = await Array.fromAsync(network.list(new AbortController().signal));
    expect(there.filter(({ token }) => token !== undefined && token.startsWith('run-'))).toEqual([]);
  },
);
