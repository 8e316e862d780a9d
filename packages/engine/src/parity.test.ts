import { openSession, type Session } from '@pileus/database';
import { testDatabase } from '@pileus/database/testing';
import { Failure, hours, minutes, type Duration, type RunId } from '@pileus/model';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { claimRuns, workerLock, type Claimed } from './claim.ts';
import { createEngine, defineRun, engineMigrations, type Json, type Write } from './index.ts';
import { Held, type LogLine, type Step } from './held.ts';
import { readSteps, release, renew } from './holding.ts';
import type { End, Entry, RunRow } from './journal.ts';
import { jsonText, keepable } from './json.ts';
import { tables, type Projection } from './store.ts';
import { asKept, MemoryTables } from './testing/memory-tables.ts';
import { seeded } from './testing/seeded.ts';

/** One way of keeping runs; both are asked the same in the same order. */
interface Side {
  start(id: RunId, kind: string, subject: string | undefined, input: Json): Promise<void>;
  /** A process with this number begins, or is gone. */
  begin(worker: number): Promise<void>;
  end(worker: number): Promise<void>;
  claim(worker: number, kinds: readonly string[], held: HeldRuns): Promise<readonly Claimed[]>;
  readSteps(runs: readonly Held[]): Promise<void>;
  renew(worker: number, held: HeldRuns): Promise<void>;
  release(worker: number, run?: Held): Promise<void>;
  commit(batch: {
    runs: readonly RunRow[];
    entries: readonly Entry[];
    lines: readonly LogLine[];
  }): Promise<ReadonlySet<RunId>>;
  change(what: 'pause' | 'cancel' | 'resume', id: RunId): Promise<void>;
  pass(time: Duration): Promise<void>;
  /** All that it keeps. */
  kept(): Promise<unknown>;
}
type HeldRuns = Map<RunId, Held>;

const database = await testDatabase([engineMigrations]);
await sql`create table note (seq integer generated always as identity, run text, row text)`.execute(database);
/** Long enough that no machine is so slow that one runs out by itself. */
const lease = hours(1);
const room = { all: 10_000, begun: 10_000, firsts: 10_000 };
const kinds = ['one', 'two'];
const refusal = 'a projection that refuses';

function inPostgres(): Side {
  const engine = createEngine({ database, definitions: [] });
  const sessions = new Map<number, Session>();
  const projections: Readonly<Record<string, Projection>> = {
    note: async (transaction, rows) => {
      const text = JSON.stringify(rows);
      await sql`insert into note (run, row) select x ->> 'run', x::text from jsonb_array_elements(${text}::jsonb) as x`.execute(
        transaction,
      );
    },
    refusing: () => Promise.reject(new Error(refusal)),
  };
  const store = tables(database, projections, () => {});
  const isLocked = async (worker: number) =>
    (await sql`select from pg_locks where locktype = 'advisory' and objid = ${worker}::oid`.execute(database)).rows
      .length > 0;
  return {
    start: async (id, kind, subject, input) => {
      await engine.start(defineRun({ name: kind, input: z.unknown(), tell: async () => {} }), input, {
        id,
        title: id,
        subject,
      });
    },
    begin: async (worker) => {
      const name = `parity ${worker}`;
      const lock = 'select pg_advisory_lock($1, $2)';
      const prepare = async (client: { query(text: string, values: number[]): Promise<unknown> }) =>
        void (await client.query(lock, [workerLock, worker]));
      sessions.set(worker, await openSession(database.url, { name, channels: [], heard: () => {}, prepare }));
    },
    end: async (worker) => {
      await sessions.get(worker)?.close();
      await expect.poll(() => isLocked(worker), { timeout: 10_000, interval: 5 }).toBe(false);
    },
    claim: (id, of, held) => claimRuns(database, { id, lease, room, held, kinds: of }),
    readSteps: (runs) => readSteps(database, runs),
    renew: (id, held) => renew(database, { id, lease, held }),
    release: (id, run) => release(database, id, run),
    commit: (batch) => store.commit(batch),
    change: (what, id) => engine[what](id),
    pass: async (time) => {
      const back = sql`${time} * interval '1 ms'`;
      await sql`update run set created = created - ${back}, started = started - ${back}, lease_until = lease_until - ${back}`.execute(
        database,
      );
    },
    kept: async () => {
      const runs = await sql`
        select id, kind, subject, input::text, state, done, total, output::text, failure::text, generation, epoch, owner,
          stale, rank() over (order by place)::int as place,
          array[lease_until is not null, started is not null, ended is not null] as times
        from run order by id`.execute(database);
      const steps = await sql`
        select run, seq, key, name, node, state, attempt, tries, token, output::text as output, failure::text as failure,
          because, unclear_since, started, ended
        from run_step order by run, seq, key`.execute(database);
      const lines = await sql`select run, seq, step, node, at, stream, text from run_log order by run, seq`.execute(
        database,
      );
      const notes = await sql`select run, row from note order by run, seq`.execute(database);
      const isJson = new Set(['input', 'output', 'failure', 'row']);
      const compact = (row: unknown) =>
        Object.fromEntries(
          Object.entries(row as Record<string, string | null>).map(([name, value]) => [
            name,
            isJson.has(name) && value !== null ? JSON.stringify(JSON.parse(value)) : value,
          ]),
        );
      return [runs, steps, lines, notes].map(({ rows }) => rows.map(compact));
    },
  };
}

function inMemory(): Side & { readonly workers: () => number } {
  let passed = 0;
  const notes: { run: string; row: string }[] = [];
  const project = (writes: readonly Write[]) => {
    if (writes.some(({ into }) => into === 'refusing')) throw new Error(refusal);
    for (const { row } of writes) notes.push({ run: row['run'] as string, row: JSON.stringify(asKept(row)) }); // as it is told below
  };
  const memory = new MemoryTables(() => Date.now() + passed, project);
  const text = (value: unknown) => JSON.stringify(asKept(value as Json));
  const orNull = (value: unknown) => (value === null ? null : text(value));
  const byId = <T extends { readonly id: string }>(rows: readonly T[]) =>
    rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    workers: () => memory.worker(),
    start: async (id, kind, subject, input) => memory.start(id, { kind, title: id, subject: subject ?? null, input }),
    begin: async () => {},
    end: async (worker) => memory.end(worker),
    claim: async (id, of, held) => memory.claim({ id, lease, held, kinds: of }),
    readSteps: async (runs) => memory.readSteps(runs),
    renew: async (id, held) => memory.renew({ id, lease, held }),
    release: async (id, run) => memory.release(id, run),
    commit: async (batch) => memory.commit(batch),
    change: async (what, id) => memory[what](id),
    pass: async (time) => void (passed += time),
    kept: async () => {
      const places = memory.runs.map(({ place }) => place).toSorted((a, b) => a - b);
      const runs = byId(memory.runs).map((run) => {
        const { id, kind, subject, state, done, total, generation, epoch, owner, isStale: stale } = run;
        const output = run.output === null ? null : text(JSON.parse(run.output));
        const [input, failure] = [text(run.input), orNull(run.failure)];
        const place = places.indexOf(run.place) + 1;
        const times = [run.leaseUntil !== null, run.started !== null, run.ended !== null];
        const known = { id, kind, subject, state, done, total, generation, epoch, owner, stale };
        return { ...known, input, output, failure, place, times };
      });
      const steps = byId(memory.runs).flatMap(({ id }) =>
        memory.steps(id).map((step) => ({ ...step, failure: orNull(step.failure) })),
      );
      const lines = byId(memory.runs).flatMap((run) => [...run.lines.values()].toSorted((a, b) => a.seq - b.seq));
      return [runs, steps, lines, notes.toSorted((a, b) => (a.run === b.run ? 0 : a.run < b.run ? -1 : 1))];
    },
  };
}

const from = Number(process.env['PILEUS_SEED'] ?? 1);

test.each(Array.from({ length: 12 }, (_, n) => from + n))(
  'the journal of the simulation answers every call as the one on PostgreSQL does, crashes and late writes included (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    await sql`truncate run, run_step, run_log, note`.execute(database);
    await new Play(seed).play(90);
  },
);

class Play {
  readonly #random: () => number;
  readonly #seed: number;
  readonly #memory = inMemory();
  readonly #sides: readonly Side[] = [inPostgres(), this.#memory];
  /** What each process believes to hold, on either side. */
  readonly #workers = new Map<number, readonly HeldRuns[]>();
  readonly #runs: RunId[] = [];
  #time = Date.UTC(2026, 0, 1);

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = seeded(seed);
  }

  async play(length: number): Promise<void> {
    try {
      for (let n = 0; n < 3; n++) await this.#begin();
      for (let n = 0; n < length; n++) {
        const told = await this.#one();
        const [postgres, memory] = await Promise.all(this.#sides.map((side) => side.kept()));
        expect(memory, `call ${n}: ${told}`).toEqual(postgres);
      }
    } finally {
      for (const worker of this.#workers.keys()) await this.#sides[0]?.end(worker);
    }
  }

  /** Asks both, and compares what they answer or throw. */
  async #both<T>(what: string, ask: (side: Side, which: 0 | 1) => Promise<T>): Promise<string> {
    const answers = [];
    for (const [which, side] of this.#sides.entries()) {
      answers.push(
        await ask(side, which as 0 | 1).then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error: error instanceof Failure ? error.toJSON() : String(error) }),
        ),
      );
    }
    expect(answers[1], what).toEqual(answers[0]);
    return what;
  }

  async #one(): Promise<string> {
    const worker = this.#pick([...this.#workers.keys()]);
    const run = this.#chance(0.03) ? ('run-unknown' as RunId) : this.#pick(this.#runs);
    const dice = this.#random();
    if (run === undefined || dice < 0.12) return this.#start();
    if (worker === undefined) return this.#begin();
    if (dice < 0.3) return this.#claim(worker);
    if (dice < 0.6) return this.#commit(worker);
    if (dice < 0.66) return this.#renew(worker);
    if (dice < 0.72) return this.#release(worker);
    if (dice < 0.77) return this.#crash(worker);
    if (dice < 0.82) return this.#pass();
    const what = dice < 0.88 ? 'pause' : dice < 0.92 ? 'cancel' : 'resume';
    return this.#both(`${what} ${run}`, (side) => side.change(what, run));
  }

  async #begin(): Promise<string> {
    const worker = this.#memory.workers();
    this.#workers.set(worker, [new Map(), new Map()]);
    return this.#both(`${worker} begins`, (side) => side.begin(worker));
  }

  async #crash(worker: number): Promise<string> {
    this.#workers.delete(worker);
    await this.#both(`${worker} is gone`, (side) => side.end(worker));
    return this.#begin();
  }

  async #start(): Promise<string> {
    const id = `run-p${this.#seed}-${this.#runs.length}` as RunId;
    this.#runs.push(id);
    const kind = this.#pick(kinds) ?? '';
    const subject = this.#pick([undefined, 'dep-a', 'dep-b']);
    const input = this.#json();
    return this.#both(`${id} is started for ${subject}`, (side) => side.start(id, kind, subject, input));
  }

  async #claim(worker: number): Promise<string> {
    const held = this.#heldBy(worker);
    const of = this.#chance(0.8) ? kinds : kinds.slice(1);
    const claimed: Held[][] = [[], []];
    const what = await this.#both(`${worker} claims ${of.join(' and ')}`, async (side, which) => {
      const rows = (await side.claim(worker, of, held[which])).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const at = new Date(this.#time);
      for (const row of rows)
        claimed[which]?.push(new Held({ ...row, only: row.only_nodes, claimed: at, goodUntil: Infinity }));
      await side.readSteps(claimed[which] ?? []);
      for (const run of claimed[which] ?? []) held[which].set(run.id, run);
      return rows.map(({ id, kind, epoch, generation, only_nodes, input, state, done, total, isStale }) =>
        JSON.stringify({ id, kind, epoch, generation, only_nodes, input, state, done, total, isStale }),
      );
    });
    const known = claimed.map((runs) =>
      runs.map(({ id, done, lines, steps }) => ({
        id,
        done,
        lines,
        steps: [...steps].map(([, step]) => inOrder(step)),
      })),
    );
    expect(known[1], 'what is known of claimed runs').toEqual(known[0]);
    return what;
  }

  async #renew(worker: number): Promise<string> {
    const held = this.#heldBy(worker);
    return this.#both(`${worker} renews`, async (side, which) => {
      await side.renew(worker, held[which]);
      return [...held[which].values()].map(({ id, gone }) => [id, gone?.name]);
    });
  }

  async #release(worker: number): Promise<string> {
    const held = this.#heldBy(worker);
    const run = this.#chance(0.7) ? this.#pick([...held[1].keys()]) : undefined;
    return this.#both(`${worker} lets go of ${run ?? 'all'}`, (side, which) =>
      side.release(worker, run && held[which].get(run)),
    );
  }

  async #pass(): Promise<string> {
    const time = this.#pick([minutes(7), minutes(31), minutes(67)]) ?? minutes(7);
    return this.#both(`${time} ms pass`, (side) => side.pass(time));
  }

  /** A batch of what a worker has to say about some of the runs that it believes to hold; some batches come twice. */
  async #commit(worker: number): Promise<string> {
    const held = this.#heldBy(worker);
    const about = [...held[1].keys()].filter(() => this.#chance(0.7));
    const isRefused = this.#chance(0.05);
    const told = about.map((id) => ({
      id,
      changes: Array.from({ length: Math.floor(4 * this.#random()) }, () => this.#stepChange()),
      rows: Array.from({ length: Math.floor(3 * this.#random()) }, () => ({ ...this.#object(), run: id })),
      isCounted: this.#chance(0.5),
      end: this.#chance(0.15) ? this.#end() : undefined,
      lines: this.#chance(0.3) ? [this.#text(), this.#text()] : [],
      again: this.#chance(0.2) ? 1 : 0,
    }));
    const send = (side: Side, which: 0 | 1) => side.commit(batchOf(held[which], told, isRefused, this.#time));
    this.#time += 1_000;
    const what = `${worker} commits ${told.map(({ id, end }) => `${id} ${end?.state ?? ''}`).join(', ')}`;
    const answered = await this.#both(what, send);
    return this.#chance(0.15) ? this.#both(`${what} again`, send) : answered;
  }

  #end(): End {
    const state = this.#pick(['succeeded', 'failed', 'cancelled'] as const) ?? 'failed';
    return {
      state,
      output: state === 'succeeded' ? jsonText(this.#json()) : null,
      failure: state === 'failed' ? { code: 'provider-invalid', facts: { detail: this.#text() }, step: 'k1' } : null,
    };
  }

  #stepChange(): { readonly key: string; readonly change: Partial<Step> } {
    const key = `k${Math.floor(6 * this.#random())}`;
    const state = this.#pick(['planned', 'started', 'done', 'failed', 'skipped', 'cancelled'] as const) ?? 'done';
    const at = new Date(this.#time);
    const maybe = <T>(value: T): T | null => (this.#chance(0.5) ? value : null);
    const change = {
      state,
      name: this.#text(),
      node: maybe(this.#text()),
      attempt: Math.floor(5 * this.#random()),
      tries: Math.floor(5 * this.#random()),
      token: maybe(`run-x/${key}`),
      output: state === 'done' ? jsonText(this.#json()) : null,
      failure: maybe({ code: 'provider-invalid', facts: { provider: this.#text(), detail: this.#text() } } as const),
      because: maybe(this.#text()),
      unclear_since: maybe(at),
      started: maybe(at),
      ended: maybe(at),
    };
    return { key, change };
  }

  #heldBy(worker: number): readonly [HeldRuns, HeldRuns] {
    const [postgres, memory] = this.#workers.get(worker) ?? [];
    if (!postgres || !memory) throw new Error(`there is no worker ${worker}`);
    return [postgres, memory];
  }

  #json(depth = 0): Json {
    const dice = this.#random();
    if (depth < 3 && dice < 0.3) return this.#object(depth);
    if (depth < 3 && dice < 0.4) return [this.#json(depth + 1), this.#json(depth + 1)];
    if (dice < 0.6) return this.#text();
    return this.#pick([null, true, false, 0, -1.5, 1e21, 1e-7, 2 ** 53, Number.MAX_VALUE, 5e-324]) ?? null;
  }

  /** Keys in an order that is not that of PostgreSQL. */
  #object(depth = 0): { [key: string]: Json } {
    const keys = ['zone', 'a', 'id', 'ß', 'name of it', '7', '__proto__'].filter(() => this.#chance(0.5));
    return Object.fromEntries(keys.map((key) => [key, this.#json(depth + 1)]));
  }

  /** Some of it is nothing that PostgreSQL can keep. */
  #text(): string {
    return this.#pick(['web', '网络', 'a\0b', '\ud800x', 'y\udc00', '😀', String.raw`\u0000`, '"quoted" \\', '']) ?? '';
  }

  #chance(rate: number): boolean {
    return this.#random() < rate;
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(from.length * this.#random())];
  }
}

interface Told {
  readonly id: RunId;
  readonly changes: readonly { readonly key: string; readonly change: Partial<Step> }[];
  readonly rows: readonly Write['row'][];
  readonly isCounted: boolean;
  readonly end: End | undefined;
  readonly lines: readonly string[];
  /** So many lines are told that were told before. */
  readonly again: number;
}

/** Changes the runs as a telling does, and says so as the journal does. */
function batchOf(held: HeldRuns, told: readonly Told[], isRefused: boolean, time: number) {
  const runs: RunRow[] = [];
  const entries: Entry[] = [];
  const lines: LogLine[] = [];
  for (const { id, changes, rows, isCounted, end, lines: texts, again } of told) {
    const run = held.get(id);
    if (!run) throw new Error(`${id} is not held`);
    const steps = new Set<Step>();
    for (const { key, change } of changes) {
      const step = Object.assign(run.steps.get(key) ?? planned(id, key, ++run.lastSeq), change);
      run.steps.set(key, step);
      steps.add(step);
    }
    const counts = end || isCounted ? { done: changes.length, total: run.steps.size } : {};
    runs.push({ id, epoch: run.epoch, ...counts, ...end });
    const writes = [
      ...rows.map((row) => ({ into: 'note', row })),
      ...(isRefused ? [{ into: 'refusing', row: { run: id } }] : []),
    ];
    entries.push({ run, steps: [...steps], writes, end });
    run.lines = Math.max(0, run.lines - again);
    const at = new Date(time);
    for (const text of texts)
      lines.push({ run: id, seq: ++run.lines, step: 'k1', node: null, at, stream: 'out', text: keepable(text) });
  }
  return { runs, entries, lines };
}

function planned(run: RunId, key: string, seq: number): Step {
  const nothing = { token: null, unclear_since: null, output: null, failure: null, because: null };
  return {
    run,
    seq,
    key,
    name: key,
    node: null,
    state: 'planned',
    attempt: 0,
    tries: 0,
    ...nothing,
    started: null,
    ended: null,
  };
}

/** With its JSON as text, in which the order of keys shows. */
function inOrder({ output, failure, ...step }: Step): unknown {
  return {
    ...step,
    output: output === null ? null : JSON.stringify(JSON.parse(output)),
    failure: JSON.stringify(failure),
  };
}
