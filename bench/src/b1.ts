import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@pileus/database';
import { layers } from './b1/graph.ts';
import { median, row, type Bench, type Row } from './report.ts';

/**
 * Graphs of 100, 1,000 and 10,000 resources in ten layers: planned, made and removed through the whole product with a provider that does
 * nothing, beside Terraform with as many `terraform_data`. CPU seconds, PostgreSQL's included, because they are steadier
 * than time on the clock.
 */
export const b1: Bench = {
  id: 'B1',
  async run(report) {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
    const postgres = await startPostgres({ directory });
    try {
      const isPeerHere = await hasTerraform();
      const rows: Row[] = [];
      for (const { size, rounds, isForPeer } of sizes) {
        const ours = await repeated(rounds, `${size} by us`, report, () =>
          measureOurs(postgres.url, join(directory, 'home'), size),
        );
        const peer =
          isPeerHere && isForPeer
            ? await repeated(rounds, `${size} by terraform`, report, () =>
                measureTerraform(join(directory, 'terraform'), size),
              )
            : undefined;
        rows.push(...works.map((work) => rowOf(work, size, ours, peer)).filter((one) => Number.isFinite(one.peer)));
      }
      return rows;
    } finally {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** Terraform does not finish 10,000 within the hour. */
const sizes = [
  { size: 100, rounds: 5, isForPeer: true },
  { size: 1_000, rounds: 5, isForPeer: true },
  { size: 10_000, rounds: 1, isForPeer: false },
] as const;
type Size = (typeof sizes)[number]['size'];
const works = ['create', 'plan', 'delete'] as const;
type Work = (typeof works)[number];
type Figures = Record<Work, number>;
const titles: Record<Work, string> = {
  create: 'plan and create',
  plan: 'plan again, nothing having changed,',
  delete: 'delete',
};

/** Seen with Terraform 1.11 on a two-core machine of this kind; used, and named so, where it was not measured. */
const seenElsewhere: Record<Size, Partial<Figures>> = {
  100: {},
  1_000: { create: 20.5, plan: 1.7 },
  // Cut off after that, unfinished; the plan is the first one.
  10_000: { create: 1_014, plan: 27 },
};

function rowOf(work: Work, size: Size, ours: Figures, peer: Figures | undefined): Row {
  const figure = peer?.[work] ?? seenElsewhere[size][work] ?? Number.NaN;
  return row({
    work: `${titles[work]} ${size} resources in ${layers} layers (less is better)`,
    ours: ours[work],
    peer: figure,
    peerName: peer
      ? 'terraform'
      : `terraform 1.11, seen earlier on such a machine${size > 1_000 ? ', unfinished' : ''}`,
    unit: 'CPU s',
  });
}

async function repeated(
  times: number,
  name: string,
  report: (line: string) => void,
  measure: () => Promise<Figures>,
): Promise<Figures> {
  const all: Figures[] = [];
  for (let round = 1; round <= times; round++) {
    const figures = await measure();
    report(
      `round ${round} of ${times}: ${name} ${works.map((work) => `${work} ${figures[work].toFixed(2)} s`).join(', ')}`,
    );
    all.push(figures);
  }
  const middle = (work: Work): number => median(all.map((figures) => figures[work]));
  return { create: middle('create'), plan: middle('plan'), delete: middle('delete') };
}

async function measureOurs(url: string, home: string, size: Size): Promise<Figures> {
  const said = await run(process.execPath, [join(import.meta.dirname, 'b1', 'ours.ts'), url, home, String(size)]);
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Figures;
}

async function hasTerraform(): Promise<boolean> {
  return run('terraform', ['version']).then(
    () => true,
    () => false,
  );
}

async function measureTerraform(directory: string, size: Size): Promise<Figures> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const width = size / layers;
  const blocks = Array.from({ length: size }, (_, n) => {
    const needs = n < width ? '' : `\n  depends_on = [terraform_data.n${n - width}]`;
    return `resource "terraform_data" "n${n}" {\n  input = "${n}"${needs}\n}\n`;
  });
  await writeFile(join(directory, 'main.tf'), blocks.join('\n'));
  await run('terraform', [`-chdir=${directory}`, 'init', '-no-color']);
  const cpu = async (...args: string[]): Promise<number> => {
    const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null';
    const said = await run('bash', ['-c', script, '-', 'terraform', `-chdir=${directory}`, ...args], 'stderr');
    const [user = '0', system = '0'] = said.trim().split('\n').at(-1)?.split(' ') ?? [];
    return Number(user) + Number(system);
  };
  const create = await cpu('apply', '-auto-approve', '-no-color');
  return { create, plan: await cpu('plan', '-no-color'), delete: await cpu('destroy', '-auto-approve', '-no-color') };
}

function run(program: string, args: readonly string[], stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
    child.once('error', failed);
    child.once('close', (code) =>
      code === 0 ? done(said[stream]) : failed(new Error(`${program} ended with ${code}: ${said.stderr}`)),
    );
  });
}
