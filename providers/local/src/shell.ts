import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { because, Failure, milliseconds, systemClock, type Call, type Ref } from '@pileus/model';
import {
  endsScript,
  lacksInterpreter,
  parseOutputs,
  prepareJob,
  scriptTimedOut,
  type Job,
  type Prepared,
  type Shell,
} from '@pileus/provider';
import { environmentOf, isUp, runTool, theHost, type Host } from './host.ts';
import { endJob } from './jobs.ts';
import { claimDirectory, jobName, provider, textOf, type Place, removeDirectory } from './place.ts';
import { isAlive } from './processes.ts';
import { tail } from './tail.ts';

/**
 * A script runs in a directory of its own, under a runner that outlives this process, and everything about it is in
 * files, so that whoever calls with the same token later finds it running or ended:
 *
 *     files/    the job's files, the script's working directory
 *     until     when its time is up, in ms since 1970
 *     runner    the identity of the process that runs it; also the leader of its process group
 *     out, err  what it printed
 *     outputs   what it reports, `name=value` a line
 *     code      its exit code, there once it has ended
 *     missing   the interpreter that would have to be installed first
 *     given-up  there once a person or the time limit has ended it
 */
export function shellOn(place: Place, server: Ref): Shell {
  return {
    async run(job, call) {
      call.signal.throwIfAborted();
      const host = await theHost(place, server);
      if (!(await isUp(host)))
        throw new Failure('conflict', { what: host.record.name, reason: because('host-stopped') });
      const directory = join(host.control, 'jobs', jobName(call.token));
      await clearGivenUp(directory);
      const prepared = prepareJob(job);
      const isNew = await layOut(directory, job, prepared);
      if (!isNew) call.log('This script was started before: its output follows from the beginning', 'note');
      const code = await follow(host, directory, job, prepared, call);
      const missing = await textOf(join(directory, 'missing'));
      if (missing) throw lacksInterpreter(job, host.record.name, missing.trim());
      if (code !== 0) throw new Failure('script-failed', { script: job.script, code });
      return parseOutputs((await textOf(join(directory, 'outputs'))) ?? '', call);
    },

    async put(files, directory, { signal }) {
      signal.throwIfAborted();
      const host = await theHost(place, server);
      const into = resolve(host.directory, directory);
      for (const [path, content] of files) {
        const file = resolve(into, path);
        if (!file.startsWith(`${into}/`))
          throw new Failure('invalid', { what: path, reason: because('leads-out', { directory }) });
        await mkdir(dirname(file), { recursive: true });
        // Whoever reads it meanwhile finds the old one or the new one, whole.
        await writeFile(`${file}.new`, content);
        await rename(`${file}.new`, file);
      }
    },
  };
}

/** Lays out the job; false when it is there already. */
function layOut(directory: string, job: Job, { files }: Prepared): Promise<boolean> {
  return claimDirectory(directory, async (unfinished) => {
    for (const [path, { content, mode }] of files) {
      const file = join(unfinished, 'files', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { mode });
    }
    await writeFile(join(unfinished, 'until'), String(systemClock.now() + job.within));
    for (const name of ['out', 'err', 'outputs']) await writeFile(join(unfinished, name), '');
  });
}

/** Starts the job if nobody has, passes its output on, and answers its exit code. */
async function follow(host: Host, directory: string, job: Job, prepared: Prepared, call: Call): Promise<number> {
  const runner = join(directory, 'runner');
  if ((await textOf(runner)) === undefined) await launch(host, directory, job, prepared);
  const streams = [tail(join(directory, 'out'), 'out', call), tail(join(directory, 'err'), 'err', call)];
  const until = Number(await textOf(join(directory, 'until')));
  for (let pause = 5; ; pause = Math.min(pause * 1.5, 150)) {
    // Whether it lives is asked before whether it has ended, so that an end between the two is seen as one.
    const alive = await isAlive(runner);
    const code = await textOf(join(directory, 'code'));
    for (const stream of streams) await stream.read(code !== undefined || !alive);
    if (code !== undefined) return Number(code);
    if (!alive) return cutOff(call);
    if (systemClock.now() > until) await timeIsUp(directory, job);
    await systemClock.sleep(milliseconds(pause), call.signal).catch(async (reason: unknown) => {
      if (endsScript(reason)) await giveUp(directory);
      throw reason;
    });
  }
}

/** Resolves once some runner has the job, ours or that of another process which was quicker. */
async function launch(host: Host, directory: string, job: Job, { command }: Prepared): Promise<void> {
  const env = { LANG: process.env['LANG'] ?? 'C.UTF-8', ...job.environment, ...environmentOf(host) };
  const child = runTool(host, 'job', [directory, ...command], { ...env, PILEUS_OUTPUTS: join(directory, 'outputs') });
  let problem: Error | undefined;
  let ended = false;
  child.once('error', (error) => (problem = error));
  child.once('exit', () => (ended = true));
  for (;;) {
    const last = ended;
    if ((await textOf(join(directory, 'runner'))) !== undefined) return;
    if (problem) throw invalid(job, `it cannot be started: ${problem.message}`);
    if (last) throw new Failure('provider-broken', { provider, detail: because('not-started', { name: job.name }) });
    // Too short to be worth an abort, which comes through as soon as it can end what was started.
    await systemClock.sleep(milliseconds(5));
  }
}

/** Its runner is gone without a word: killed by force, or the machine was switched off. */
function cutOff(call: Call): number {
  call.log('The script was cut off: its process was killed, or the machine went down', 'note');
  return 137;
}

/** Ends a script because a person or its time limit says so. Whoever asks for it again wants it run again. */
async function giveUp(directory: string): Promise<void> {
  await writeFile(join(directory, givenUp), '');
  await endJob(directory);
}

async function clearGivenUp(directory: string): Promise<void> {
  if ((await textOf(join(directory, givenUp))) === undefined) return;
  await endJob(directory);
  await removeDirectory(directory);
}

const givenUp = 'given-up';

async function timeIsUp(directory: string, job: Job): Promise<never> {
  await giveUp(directory);
  throw scriptTimedOut(job);
}

function invalid(job: Job, reason: string): Failure {
  return new Failure('invalid', { what: job.name, reason });
}
