import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { applyEdits, readTemplate, setValue } from '@pileus/tosca';
import { parseDocument } from 'yaml';
import type { Figures } from './b3/figures.ts';
import { generate } from './b3/generate.ts';
import { median, row, type Bench, type Row } from './report.ts';

/** Reading, checking and planning a template, each in a process of its own; and reading it again after one edit. */
export const b3: Bench = {
  id: 'B3',
  async run(report) {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-bench-'));
    try {
      const rows: Row[] = [];
      for (const size of sizes) {
        const template = join(directory, `${size}.yaml`);
        await writeFile(template, generate(size));
        const validated = await measured(directory, [commandLine, 'template', 'validate', template]);
        const planned = await measured(directory, [ownFile('plan.ts'), template]);
        const loaded = await measured(directory, [ownFile('yaml.ts'), template]);
        report(`${size} nodes: ${shown(validated)}, planned ${shown(planned)}; yaml alone ${shown(loaded)}`);
        rows.push(...rowsOf(size, validated, planned, loaded));
      }
      return [...rows, again()];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

const sizes = [100, 1_000, 10_000] as const;
type Size = (typeof sizes)[number];
const rounds = 3;

/** Taken once on a machine with two cores, with a like template; neither program is installed here. */
const elsewhere: Readonly<Record<Size, { readonly toscaParser: number; readonly opera: number }>> = {
  100: { toscaParser: 0.3, opera: 0.46 },
  1_000: { toscaParser: 0.81, opera: 1.02 },
  10_000: { toscaParser: 40.5, opera: 12.5 },
};

const commandLine = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'src', 'main.ts');
const ownFile = (name: string) => join(import.meta.dirname, 'b3', name);

function rowsOf(size: Size, validated: Figures, planned: Figures, loaded: Figures): Row[] {
  const { toscaParser, opera } = elsewhere[size];
  const earlier = '(figure taken earlier, not measured now)';
  const validate = `validate ${size} nodes, command line (less is better)`;
  const cpu = (work: string, ours: number, peer: number, peerName: string) =>
    row({ work, ours, peer, peerName, unit: 'CPU s' });
  return [
    cpu(validate, validated.cpuSeconds, toscaParser, `openstack/tosca-parser ${earlier}`),
    cpu(validate, validated.cpuSeconds, opera, `opera-tosca-parser ${earlier}`),
    cpu(validate, validated.cpuSeconds, loaded.cpuSeconds, 'npm yaml, loading only'),
    cpu(
      `validate and plan ${size} nodes (less is better)`,
      planned.cpuSeconds,
      toscaParser,
      `openstack/tosca-parser, validating only ${earlier}`,
    ),
    row({
      work: `peak memory, validate ${size} nodes (less is better)`,
      ours: validated.peakMegabytes,
      peer: loaded.peakMegabytes,
      peerName: 'npm yaml, loading only',
      unit: 'MB',
    }),
  ];
}

/** The middle of several runs; one before them fills the cache of compiled modules, as any earlier command does. */
async function measured(directory: string, words: readonly string[]): Promise<Figures> {
  await once(directory, words);
  const runs: Figures[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await once(directory, words));
  return {
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMegabytes: median(runs.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

async function once(directory: string, words: readonly string[]): Promise<Figures> {
  const figures = join(directory, 'figures.json');
  const child = spawn(process.execPath, ['--import', ownFile('figures.ts'), ...words], {
    env: { ...process.env, BENCH_FIGURES: figures, XDG_CACHE_HOME: directory, NODE_COMPILE_CACHE: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = ending(child);
  const said = await text(child.stderr);
  const code = await ended;
  if (code !== 0) throw new Error(`${words.join(' ')} ended with exit code ${code}: ${said}`);
  return JSON.parse(await readFile(figures, 'utf8')) as Figures; // Written by figures.ts.
}

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
}

/** A designer edits one value of 100 nodes and reads all again, in the same process. */
function again(): Row {
  const template = generate(100);
  const ours: number[] = [];
  const peer: number[] = [];
  const warmUp = 20;
  for (let round = 0; round < 120; round++) {
    const path = ['topology_template', 'node_templates', 'app_0', 'properties', 'port'];
    const edited = applyEdits(template, [setValue(template, path, 9_000 + round)]);
    const time = (into: number[], act: () => void) => {
      const began = performance.now();
      act();
      if (round >= warmUp) into.push(performance.now() - began);
    };
    time(ours, () => {
      if (!readTemplate(new Map([['main.yaml', edited]]), 'main.yaml').template) throw new Error('It does not read');
    });
    time(peer, () => void parseDocument(edited));
  }
  return row({
    work: 'validate 100 nodes again after one edit, in process (less is better)',
    ours: median(ours),
    peer: median(peer),
    peerName: 'npm yaml, loading only',
    unit: 'ms',
  });
}

const shown = ({ cpuSeconds, peakMegabytes }: Figures): string =>
  `${cpuSeconds.toFixed(2)} CPU s, ${peakMegabytes.toFixed(0)} MB`;
