/**
 * A worker in a process of its own, for tests that kill or pause it: `node worker.ts <database url> <directory> <seed>
 * <chance>`. Its runs make things in an outside world that is a file with one line per effect. `chance` is how likely
 * it kills itself at each boundary: before an effect, between the effect and its record, and between two steps.
 */
import { openDatabase } from '@pileus/database';
import { milliseconds, systemClock } from '@pileus/model';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { z } from 'zod';
import { createEngine, defineRun, RunLost, type Projection, type Run } from '../index.ts';
import { seeded } from './seeded.ts';

const Input = z.object({ chains: z.number(), length: z.number(), pause: z.number() });

/** Chains of steps side by side. */
export const crashing = defineRun({
  name: 'crashing',
  input: Input,
  async tell(run, { chains, length, pause }) {
    const chain = async (number: number) => {
      for (let i = 0; i < length; i++) {
        maybeCrash();
        await make(run, `${number}.${i}`, pause);
      }
    };
    await Promise.all(Array.from({ length: chains }, (_, number) => chain(number)));
  },
});

/** Counts what the steps record, in the database. */
export const effect: Projection = async (transaction, rows) => {
  await sql`insert into effect (key) select value ->> 'key' from jsonb_array_elements(${JSON.stringify(rows)}::jsonb)`.execute(
    transaction,
  );
};

let maybeCrash = () => {};
let world = '';

/** The outside world knows no tokens: only who looks first after an unclear attempt makes a thing once. */
function make(run: Run, key: string, pause: number): Promise<void> {
  const options = { key, name: `Make ${key}`, record: () => [{ into: 'effect', row: { key: `${run.id} ${key}` } }] };
  return run.step(options, async ({ unclearSince, token, signal, log }) => {
    log(`making ${token}`);
    maybeCrash();
    if (pause > 0) await systemClock.sleep(milliseconds(pause), signal);
    const isThere =
      unclearSince !== undefined && existsSync(world) && readFileSync(world, 'utf8').includes(`${run.id} ${key} `);
    if (!isThere) appendFileSync(world, `${run.id} ${key} ${token}\n`);
    maybeCrash();
  });
}

if (import.meta.main) {
  const [url = '', directory = '', seed = '0', chance = '0', lease = '15000'] = process.argv.slice(2);
  const random = seeded(Number(seed));
  world = join(directory, 'world');
  maybeCrash = () => {
    if (random() < Number(chance)) process.kill(process.pid, 'SIGKILL');
  };
  const engine = createEngine({
    database: openDatabase(url),
    definitions: [crashing],
    projections: { effect },
    lease: milliseconds(Number(lease)),
    concurrency: 2,
    onBug: (error) => console.log(error instanceof RunLost ? 'lost' : `bug ${String(error)}`),
    log: (line) => console.log('log', line),
  });
  await engine.work();
  console.log('working');
}
