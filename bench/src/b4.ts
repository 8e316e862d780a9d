import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@pileus/database';
import { median, row, type Bench } from './report.ts';

/** Durable steps a second: 50 runs of 100 steps side by side. Each contender has a process and a database of its own. */
export const b4: Bench = {
  id: 'B4',
  async run(report) {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
    const postgres = await startPostgres({ directory });
    try {
      const measured: Record<Contender, number[]> = { ours: [], commits: [], dbos: [] };
      for (let round = 1; round <= rounds; round++) {
        for (const contender of contenders) {
          const perSecond = await measure(contender, postgres.url, round);
          measured[contender].push(perSecond);
          report(`round ${round} of ${rounds}: ${contender} ${Math.round(perSecond)} ${unitOf(contender)}`);
        }
      }
      const ours = median(measured.ours);
      const work = 'durable steps per second, 50 runs x 100 steps (more is better)';
      return [
        row({ work, ours, peer: median(measured.dbos), peerName: 'DBOS', unit: 'steps/s' }),
        row({
          work: 'durable steps per second beside single-row commits per second of 50 clients (more is better)',
          ours,
          peer: median(measured.commits),
          peerName: 'pgbench-like insert + commit on the same PostgreSQL',
          unit: 'rows/s',
        }),
      ];
    } finally {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

const contenders = ['ours', 'commits', 'dbos'] as const;
type Contender = (typeof contenders)[number];
const rounds = 5;

function unitOf(contender: Contender): string {
  return contender === 'commits' ? 'rows/s' : 'steps/s';
}

/** Runs one contender in a process of its own and reads the figure it prints last. */
function measure(contender: Contender, url: string, round: number): Promise<number> {
  const file = join(import.meta.dirname, 'b4', `${contender}.ts`);
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [file, url, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', failed);
    child.once('close', (code) => {
      const perSecond = Number(said.trim().split('\n').at(-1));
      if (code === 0 && perSecond > 0) done(perSecond);
      else failed(new Error(`${contender} ended with exit code ${code}: ${said}`));
    });
  });
}
