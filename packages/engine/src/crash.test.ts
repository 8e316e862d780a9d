import { testDatabase } from '@pileus/database/testing';
import { milliseconds, systemClock, type RunId } from '@pileus/model';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createEngine, engineMigrations } from './index.ts';
import { seeded } from './testing/seeded.ts';
import { crashing, effect } from './testing/worker.ts';

const database = await testDatabase([engineMigrations]);
await sql`create table effect (key text)`.execute(database);
const engine = createEngine({ database, definitions: [crashing], projections: { effect } });
const children = new Set<ChildProcess>();
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pileus-crash-'));
  await sql`truncate run, run_step, run_log, effect`.execute(database);
});
afterEach(async () => {
  await Promise.all([...children].map(kill));
  await rm(directory, { recursive: true, force: true });
});
afterAll(() => engine.stop());

test(
  'a worker that crashes between intent, act and record makes everything exactly once',
  { timeout: 60_000 },
  async () => {
    const id = await begin({ chains: 4, length: 10, pause: 0 });
    let crashes = 0;
    for (let seed = 1; (await stateOf(id)) !== 'succeeded'; seed++) {
      const child = worker({ seed, chance: crashes < 8 ? 0.05 : 0 });
      const exited = new Promise((done) => child.once('exit', done));
      await Promise.race([exited, succeeded(id)]);
      if (child.signalCode) crashes++;
      else await kill(child);
    }
    expect(crashes).toBe(8);
    await expectOnce(id, 40);
  },
);

test('when workers are killed, one that lives goes on with their runs at once', { timeout: 60_000 }, async () => {
  const random = seeded(7);
  // Only a lease of an hour shows that nobody waits for it.
  const workers = [1, 2, 3].map((seed) => worker({ seed, lease: 3_600_000 }));
  await Promise.all(workers.map(isWorking));
  // Each takes two.
  const ids = await Promise.all(Array.from({ length: 6 }, () => begin({ chains: 3, length: 12, pause: 60 })));
  for (const victim of workers.slice(0, 2)) {
    await systemClock.sleep(milliseconds(100 + 150 * random()));
    await kill(victim);
  }
  await Promise.all(ids.map(succeeded));
  for (const id of ids) await expectOnce(id, 36);
  const { rows } = await sql<{ claims: number }>`select sum(epoch) as claims from run`.execute(database);
  expect(rows[0]?.claims).toBeGreaterThan(ids.length); // some were taken over
});

test(
  'a worker that was paused for longer than its lease writes nothing more about its runs',
  { timeout: 60_000 },
  async () => {
    const id = await begin({ chains: 2, length: 8, pause: 50 });
    const paused = worker({ seed: 1, lease: 600 });
    const said = output(paused);
    await expect.poll(async () => (await engine.get(id))?.done, { timeout: 10_000, interval: 10 }).toBeGreaterThan(1);
    paused.kill('SIGSTOP');
    const other = worker({ seed: 2, lease: 600 });
    await succeeded(id);
    const before = await journal(id);
    paused.kill('SIGCONT');
    await begin({ chains: 1, length: 3, pause: 0 }).then(succeeded);
    await kill(other);
    await begin({ chains: 1, length: 3, pause: 0 }).then(succeeded); // by the one that was paused
    expect(await journal(id)).toEqual(before);
    expect(said.text).not.toContain('bug');
    await expectOnce(id, 16, { isPaused: true });
  },
);

async function begin(input: { chains: number; length: number; pause: number }): Promise<RunId> {
  return engine.start(crashing, input, { title: 'Crash' });
}

function worker({ seed, chance = 0, lease = 15_000 }: { seed: number; chance?: number; lease?: number }): ChildProcess {
  const file = join(import.meta.dirname, 'testing/worker.ts');
  const args = [file, database.url, directory, String(seed), String(chance), String(lease)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function output(child: ChildProcess): { text: string } {
  const said = { text: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.text += chunk.toString()));
  return said;
}

async function isWorking(child: ChildProcess): Promise<void> {
  const said = output(child);
  await expect.poll(() => said.text, { timeout: 10_000 }).toContain('working');
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const exited = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await exited;
}

async function stateOf(id: RunId): Promise<string | undefined> {
  return (await engine.get(id))?.state;
}

async function succeeded(id: RunId): Promise<void> {
  for (;;) {
    const state = await stateOf(id);
    if (state === 'succeeded') return;
    expect(state).toMatch(/queued|running/);
    await systemClock.sleep(milliseconds(20));
    if (children.size === 0) return;
  }
}

async function journal(id: RunId): Promise<unknown> {
  return (await sql`select * from run_step where run = ${id} order by seq`.execute(database)).rows;
}

/** Every step was done once: in the world, in its own table, and in the journal. */
async function expectOnce(id: RunId, count: number, { isPaused = false } = {}): Promise<void> {
  const lines = (await readFile(join(directory, 'world'), 'utf8')).split('\n').filter((line) => line.startsWith(id));
  const keys = lines.map((line) => line.split(' ')[1]);
  expect(new Set(keys).size).toBe(count);
  // What a paused worker was sending when its lease ran out may reach the world: one more effect per chain, under the same token.
  if (isPaused) expect(new Set(lines).size).toBe(count);
  else expect(keys.length).toBe(count);
  const steps = await engine.steps(id);
  expect(steps.map(({ state }) => state)).toEqual(Array.from({ length: count }, () => 'done'));
  expect(await engine.get(id)).toMatchObject({ state: 'succeeded', done: count, total: count });
  const effects = await sql`select key from effect where key like ${`${id} %`}`.execute(database);
  expect(effects.rows.length).toBe(count);
}
