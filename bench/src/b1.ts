import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@pileus/database';
import { layers, size } from './b1/graph.ts';
import { median, row, type Bench, type Row } from './report.ts';

/**
 * A graph of 1,000 resources in ten layers: planned, made and removed through the whole product with a provider that does
 * nothing, beside Terraform with as many `terraform_data`. CPU seconds, PostgreSQL's included, because they are steadier
 * than time on the clock.
 */
export const b1: Bench = {
  id: 'B1',
  async run(report) {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
    const postgres = await startPostgres({ directory });
    try {
      const ours = await repeated(rounds, 'ours', report, () => measureOurs(postgres.url, join(directory, 'home')));
      const peer = (await hasTerraform())
        ? await repeated(rounds, 'terraform', report, () => measureTerraform(join(directory, 'terraform')))
        : undefined;
      return works.map((work) => rowOf(work, ours, peer)).filter((one) => Number.isFinite(one.peer));
    } finally {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

const rounds = 5;
const works = ['create', 'plan', 'delete'] as const;
type Work = (typeof works)[number];
type Figures = Record<Work, number>;
const titles: Record<Work, string> = {
  create: 'plan and create',
  plan: 'plan again (ours: the deletion) of',
  delete: 'delete',
};

/** Seen with Terraform 1.11 on a two-core machine of this kind; used, and named so, where none is installed. */
const seenElsewhere: Partial<Figures> = { create: 20.5, plan: 1.7 };

function rowOf(work: Work, ours: Figures, peer: Figures | undefined): Row {
  const figure = peer?.[work] ?? seenElsewhere[work] ?? Number.NaN;
  return row({
    work: `${titles[work]} ${size} resources in ${layers} layers (less is better)`,
    ours: ours[work],
    peer: figure,
    peerName: peer ? 'terraform apply' : 'terraform 1.11, seen earlier on such a machine (none is installed here)',
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

async function measureOurs(url: string, home: string): Promise<Figures> {
  const said = await run(process.execPath, [join(import.meta.dirname, 'b1', 'ours.ts'), url, home]);
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Figures;
}

async function hasTerraform(): Promise<boolean> {
  return run('terraform', ['version']).then(
    () => true,
    () => false,
  );
}

async function measureTerraform(directory: string): Promise<Figures> {
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
