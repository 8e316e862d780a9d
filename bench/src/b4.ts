import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@pileus/database';
import type { Pace } from './b4/load.ts';
import { median, row, type Bench, type Row } from './report.ts';

/** Durable steps a second: 50 runs of 100 steps side by side. Each contender has a process and a database of its own. */
export const b4: Bench = {
  id: 'B4',
  async run(report) {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
    const postgres = await startPostgres({ directory });
    try {
      const paces: Record<Contender, Pace[]> = { ours: [], commits: [], dbos: [] };
      for (let round = 1; round <= rounds; round++) {
        for (const contender of contenders) {
          const pace = await measure(contender, postgres.url);
          paces[contender].push(pace);
          report(
            `round ${round} of ${rounds}: ${contender} ${Math.round(pace.perSecond)}/s, ${pace.cpuSeconds?.toFixed(2)} CPU s`,
          );
        }
      }
      return rows(paces);
    } finally {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

const contenders = ['ours', 'commits', 'dbos'] as const;
type Contender = (typeof contenders)[number];
const rounds = 5;

/** The CPU time stands beside the pace because it hardly depends on what else the machine does. */
function rows(paces: Readonly<Record<Contender, readonly Pace[]>>): readonly Row[] {
  const pace = (contender: Contender) => median(paces[contender].map(({ perSecond }) => perSecond));
  const cpu = (contender: Contender) => median(paces[contender].map(({ cpuSeconds }) => cpuSeconds ?? Number.NaN));
  const steps = '50 runs x 100 steps';
  const cpuOf = 'CPU of client and PostgreSQL';
  const dbos = 'DBOS';
  const commits = 'pgbench-like: 50 clients insert a row and commit';
  const measured = [
    row({
      work: `durable steps, ${steps} (more is better)`,
      ours: pace('ours'),
      peer: pace('dbos'),
      peerName: dbos,
      unit: 'steps/s',
    }),
    row({
      work: `durable steps beside committed rows (more is better)`,
      ours: pace('ours'),
      peer: pace('commits'),
      peerName: commits,
      unit: 'rows/s',
    }),
    row({
      work: `${cpuOf}, ${steps} (less is better)`,
      ours: cpu('ours'),
      peer: cpu('dbos'),
      peerName: dbos,
      unit: 's',
    }),
    row({
      work: `${cpuOf}, 5,000 steps beside 5,000 rows (less is better)`,
      ours: cpu('ours'),
      peer: cpu('commits'),
      peerName: commits,
      unit: 's',
    }),
  ];
  return measured.filter(({ ratio }) => Number.isFinite(ratio));
}

/** Runs one contender in a process of its own and reads the figures it prints last. */
function measure(contender: Contender, url: string): Promise<Pace> {
  const file = join(import.meta.dirname, 'b4', `${contender}.ts`);
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [file, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', failed);
    child.once('close', (code) => {
      if (code !== 0) return failed(new Error(`${contender} ended with exit code ${code}: ${said}`));
      done(JSON.parse(said.trim().split('\n').at(-1) ?? '') as Pace); // printed by printPace
    });
  });
}
