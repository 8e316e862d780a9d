/**
 * `node packages/tosca/dev/fuzz.ts [--from 1] [--count 100000] [--seeds FOLDER]`: reads that many mutated templates and
 * archives, each made from its number alone. A reader that throws, takes more than five processor seconds over one, or makes the
 * process grow past 512 MB fails it; the number tells how to repeat it. With `--seeds`, YAML files of a folder are mutated too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fuzzCase } from '../src/testing/fuzz.ts';
import { fuzzSeeds } from '../src/testing/fuzz-seeds.ts';

interface Job {
  readonly from: number;
  readonly count: number;
  readonly seeds: string | undefined;
  /** The number of the case being read, for the watcher. */
  readonly current: Int32Array;
}

interface Outcome {
  readonly slowest: { readonly number: number; readonly milliseconds: number };
  readonly failed: readonly { readonly number: number; readonly error: string }[];
}

const hangSeconds = 5;
const mostMegabytes = 512;

if (isMainThread) watch();
else parentPort?.postMessage(work(workerData as Job)); // Given by `watch` below.

function work({ from, count, seeds, current }: Job): Outcome {
  const { small, whole } = fuzzSeeds();
  const all = { small, whole: seeds === undefined ? whole : [...whole, ...seedsIn(seeds)] };
  const failed: { number: number; error: string }[] = [];
  const slowest = { number: from, milliseconds: 0 };
  for (let number = from; number < from + count; number++) {
    Atomics.store(current, 0, number);
    const began = process.threadCpuUsage().user;
    try {
      fuzzCase(number, all);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failed.push({ number, error: text });
      if (failed.length <= 10) console.log(`case ${number}: ${text}`);
    }
    const milliseconds = (process.threadCpuUsage().user - began) / 1000;
    if (milliseconds > slowest.milliseconds) Object.assign(slowest, { number, milliseconds });
  }
  return { slowest, failed };
}

function seedsIn(folder: string): ReadonlyMap<string, string>[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path))
    .toSorted()
    .map((path) => new Map([[basename(path), readFileSync(join(folder, path), 'utf8').slice(0, 20_000)]]));
}

function watch(): void {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '1' },
      count: { type: 'string', default: '100000' },
      seeds: { type: 'string' },
    },
  });
  const current = new Int32Array(new SharedArrayBuffer(4));
  const job: Job = { from: Number(values.from), count: Number(values.count), seeds: values.seeds, current };
  const began = performance.now();
  // Processor time, for a busy machine makes everything wait.
  const cpuSeconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  let last = { number: 0, since: cpuSeconds() };
  const timer = setInterval(() => {
    const number = Atomics.load(current, 0);
    if (number !== last.number) last = { number, since: cpuSeconds() };
    else if (number !== 0 && cpuSeconds() - last.since > hangSeconds) {
      console.log(`case ${number} has not ended after ${hangSeconds} s`);
      process.exit(1);
    }
  }, 500);
  const megabytesAtMost = () => process.resourceUsage().maxRSS / 1024;
  const progress = setInterval(() => {
    console.log(`case ${Atomics.load(current, 0)}; peak ${megabytesAtMost().toFixed(0)} MB`);
  }, 60_000);
  worker.once('message', ({ slowest, failed }: Outcome) => {
    clearInterval(timer);
    clearInterval(progress);
    const megabytes = megabytesAtMost();
    console.log(
      `${job.count} cases from ${job.from} in ${((performance.now() - began) / 1000).toFixed(0)} s, of them ${cpuSeconds().toFixed(0)} processor seconds: ${failed.length} failed; ` +
        `slowest ${slowest.milliseconds.toFixed(0)} processor ms (case ${slowest.number}); peak ${megabytes.toFixed(0)} MB`,
    );
    process.exitCode = failed.length > 0 || megabytes > mostMegabytes ? 1 : 0;
  });
}
