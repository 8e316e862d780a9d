import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@pileus/database';
import { emptyDatabase } from './b4/load.ts';
import { runs } from './b5/load.ts';
import { median, row, type Bench, type Row } from './report.ts';

/**
 * `kill -9` with 10,000 runs in flight, each in the second of three steps: how long until all have ended in the process
 * that is started in its place, its start included. Steps that were done and are done again count as duplicates.
 */
export const b5: Bench = {
  id: 'B5',
  async run(report) {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
    const postgres = await startPostgres({ directory });
    try {
      const recoveries: Record<Contender, Recovery[]> = { ours: [], dbos: [] };
      for (let round = 1; round <= rounds; round++) {
        for (const contender of contenders) {
          const recovery = await measure(contender, postgres.url, join(directory, `${contender}-${round}`));
          recoveries[contender].push(recovery);
          const { seconds, duplicates } = recovery;
          report(`round ${round} of ${rounds}: ${contender} ${seconds.toFixed(1)} s, ${duplicates} duplicates`);
        }
      }
      return rows(recoveries);
    } finally {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

const contenders = ['ours', 'dbos'] as const;
type Contender = (typeof contenders)[number];
const rounds = 5;

interface Recovery {
  readonly seconds: number;
  readonly duplicates: number;
}

function rows(recoveries: Readonly<Record<Contender, readonly Recovery[]>>): readonly Row[] {
  const seconds = (of: Contender) => median(recoveries[of].map((one) => one.seconds));
  const duplicates = (of: Contender) => recoveries[of].reduce((sum, one) => sum + one.duplicates, 0);
  const work = `${runs.toLocaleString('en')} runs in flight, kill -9`;
  const both = { peerName: 'DBOS' };
  return [
    row({
      ...both,
      work: `${work}: until all are done (less is better)`,
      ours: seconds('ours'),
      peer: seconds('dbos'),
      unit: 's',
    }),
    row({
      ...both,
      work: `${work}: finished steps done again, all rounds (less is better)`,
      ours: duplicates('ours'),
      peer: duplicates('dbos'),
      unit: 'steps',
    }),
  ];
}

async function measure(contender: Contender, server: string, file: string): Promise<Recovery> {
  const url = await emptyDatabase(server, contender);
  const victim = start(contender, url, file, 'begin');
  await said(victim, 'in flight');
  const killed = performance.now();
  await end(victim);
  const heir = start(contender, url, file, 'finish');
  await said(heir, 'done');
  const seconds = (performance.now() - killed) / 1_000;
  await end(heir);
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  const distinct = new Set(lines).size;
  if (distinct !== 2 * runs) throw new Error(`${contender}: ${2 * runs - distinct} steps were lost`);
  return { seconds, duplicates: lines.length - distinct };
}

function start(contender: Contender, url: string, file: string, phase: string): ChildProcess {
  const program = join(import.meta.dirname, 'b5', `${contender}.ts`);
  return spawn(process.execPath, [program, url, file, phase], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function said(child: ChildProcess, line: string): Promise<void> {
  return new Promise((done, failed) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.split('\n').includes(line)) done();
    });
    child.once('error', failed);
    child.once('close', (code) => failed(new Error(`it ended with ${code} before it said "${line}": ${text}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}
