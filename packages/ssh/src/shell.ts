import { createHash } from 'node:crypto';
import { because, Failure, minutes, seconds, systemClock, type Call, type Clock, type Duration } from '@pileus/model';
import { endsScript, parseOutputs, prepareJob, type Job, type Shell } from '@pileus/provider';
import { archiveOf, bundleOf } from './bundle.ts';
import type { Connections } from './connections.ts';
import { follow, progressOf, unexpected, type Progress } from './follow.ts';
import { called, type Host } from './host.ts';
import { programs } from './programs.ts';
import { startRemote } from './remote.ts';

export interface ShellOptions {
  /** HOME of the scripts on the host: absolute, or counted from the home of the user who runs them. */
  readonly home: string;
  /** The first line of the file `claim` beside `home`; without it, the host is not the one that was meant. */
  readonly mark?: string | undefined;
  /** What every script finds in its environment; inputs cannot replace it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long a host is tried again that has stopped answering in the middle of a script: 3 minutes unless told. */
  readonly patience?: Duration;
  readonly clock?: Clock;
}

/**
 * Runs scripts on a host over SSH. A script runs under a small program of ours that needs neither the connection nor this
 * process, and keeps its output, outputs and exit code in a directory for its token until they are collected
 * (`programs/run`). So it runs once, however often it is called and whatever breaks.
 */
export function sshShell(connections: Connections, host: Host, options: ShellOptions): Shell {
  const mark = options.mark ?? '-';
  const clock = options.clock ?? systemClock;

  const attempt = async (job: Job, call: Call, bundle: Buffer, progress: Progress): Promise<string> => {
    const from = progress.hasBegun ? [progress.out.offset, progress.err.offset].map(String) : ['-', '-'];
    const again = job.idempotent ? 'again' : 'once';
    const args = [options.home, mark, jobName(call.token), String(Math.ceil(job.within / 1000)), again, ...from];
    const remote = await startRemote(connections, host, await programs.run(), args, call.signal).catch(
      (error: unknown) => {
        throw progress.hasBegun ? leftOpen(error) : error;
      },
    );
    try {
      return await follow(remote, host, job, bundle, progress, call, clock);
    } finally {
      remote.close();
    }
  };

  /** Ends the script on the host if that is what the abort means. */
  const abandon = async (call: Call): Promise<void> => {
    if (!endsScript(call.signal.reason)) return;
    const enough = new AbortController();
    const ended = new AbortController();
    const giveUp = () => enough.abort(new Error('the host does not answer'));
    clock.sleep(seconds(20), ended.signal).then(giveUp, () => {});
    try {
      const args = [options.home, jobName(call.token)];
      const remote = await startRemote(connections, host, await programs.end(), args, enough.signal);
      const answer = await remote.reader.line();
      remote.close();
      if (answer === 'ended') return;
    } catch {
      // Said below.
    } finally {
      ended.abort(itIsSaid);
    }
    const problem = `${called(host)} cannot be told to end the script; it may go on there until its time is up`;
    call.log(problem, 'note');
  };

  return {
    async run(job, call) {
      call.signal.throwIfAborted();
      const bundle = await bundleOf(job, prepareJob(job), options.environment ?? {}, call, clock.now());
      const progress = progressOf(call);
      for (let lostAt: number | undefined; ;) {
        const before = heard(progress);
        try {
          return parseOutputs(await attempt(job, call, bundle, progress), call);
        } catch (error) {
          if (call.signal.aborted) {
            await abandon(call);
            throw call.signal.reason;
          }
          if (!progress.hasBegun || !isLost(error)) throw error;
          lostAt = heard(progress) === before ? (lostAt ?? clock.now()) : clock.now();
          if (clock.now() > lostAt + (options.patience ?? minutes(3))) throw error;
          call.log(`The connection to ${called(host)} was lost; the script goes on there, joining it again`, 'note');
          await clock.sleep(seconds(1), call.signal).catch(() => {});
        }
      }
    },

    async put(files, directory, { signal }) {
      signal.throwIfAborted();
      for (const path of files.keys()) {
        const leadsOut = path.startsWith('/') || path.split('/').includes('..');
        if (leadsOut) throw new Failure('invalid', { what: path, reason: because('leads-out', { directory }) });
      }
      const archive = archiveOf(files);
      const remote = await startRemote(
        connections,
        host,
        await programs.put(),
        [options.home, mark, directory],
        signal,
      );
      remote.write(`${archive.length}\n`);
      remote.write(archive);
      const answer = await remote.reader.line();
      signal.throwIfAborted();
      if (answer !== 'put') throw await unexpected(remote, host, answer);
      remote.close();
    },
  };
}

/** A reason made once: an abort without one makes an error with its stack. */
const itIsSaid = new Error('it is said');

/** The directory of a job on its host. */
export function jobName(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 24);
}

/** Whatever keeps us from joining a script again that has begun, it says nothing of what that does. */
function leftOpen(error: unknown): unknown {
  return error instanceof Failure ? Failure.from(error.toJSON(), { cause: error.cause, unclear: true }) : error;
}

const heard = ({ hasBegun, out, err }: Progress) => `${hasBegun} ${out.offset} ${err.offset}`;

function isLost(error: unknown): boolean {
  return error instanceof Failure && error.code === 'provider-unreachable';
}
