import { because, Failure, seconds, type Because, type Call, type Clock, type LogStream } from '@pileus/model';
import { lacksInterpreter, lineSplitter, scriptTimedOut, type Job } from '@pileus/provider';
import { called, type Host } from './host.ts';
import type { Remote } from './remote.ts';

/** How far a script's output has been passed on; kept when the connection breaks. */
export interface Progress {
  /** Whether the host has said that it has the job. */
  hasBegun: boolean;
  readonly out: Passed;
  readonly err: Passed;
}

export function progressOf(call: Call): Progress {
  return { hasBegun: false, out: new Passed('out', call), err: new Passed('err', call) };
}

/** One of the two streams. */
export class Passed {
  /** Bytes passed on. */
  offset = 0;
  /** Up to the end of the last whole line. */
  lines = 0;
  readonly #splitter: ReturnType<typeof lineSplitter>;

  constructor(stream: LogStream, call: Call) {
    this.#splitter = lineSplitter((line) => call.log(line, stream));
  }

  startAt(offset: number): void {
    if (this.offset !== offset) this.lines = offset;
    this.offset = offset;
  }

  add(bytes: Buffer): void {
    const end = bytes.lastIndexOf(0x0a);
    if (end >= 0) this.lines = this.offset + end + 1;
    this.offset += bytes.length;
    this.#splitter.add(bytes);
  }

  end(): void {
    this.lines = this.offset;
    this.#splitter.end();
  }
}

/** How a job's conversation with its host goes on, see `programs/run`; the outputs as they were written. */
export async function follow(
  remote: Remote,
  host: Host,
  job: Job,
  bundle: Buffer,
  progress: Progress,
  call: Call,
  clock: Clock,
): Promise<string> {
  const over = new AbortController();
  void acknowledge(remote, progress, clock, over.signal);
  let outputs = '';
  let missing: string | undefined;
  try {
    for (;;) {
      const line = await remote.reader.line();
      const [word, rest] = splitOnce(line ?? '');
      switch (word) {
        case '.':
          break;
        case 'new':
          progress.hasBegun = true;
          remote.write(`${bundle.length}\n`);
          remote.write(bundle);
          break;
        case 'joined':
          if (!progress.hasBegun) call.log('This script was started before; its output goes on here', 'note');
          progress.hasBegun = true;
          break;
        case 'from': {
          const [out, err] = rest.split(' ').map(Number);
          progress.out.startAt(out ?? 0);
          progress.err.startAt(err ?? 0);
          break;
        }
        case 'out':
        case 'err':
          for await (const bytes of remote.reader.bytes(Number(rest))) progress[word].add(bytes);
          break;
        case 'outputs':
          for await (const bytes of remote.reader.bytes(Number(rest))) outputs += bytes.toString('latin1');
          break;
        case 'missing':
          missing = rest;
          break;
        case 'code':
          await collected(remote, progress);
          if (missing !== undefined) throw lacksInterpreter(job, called(host), missing);
          if (rest !== '0') throw new Failure('script-failed', { script: job.script, code: Number(rest) });
          return Buffer.from(outputs, 'latin1').toString();
        case 'late':
          await collected(remote, progress);
          throw scriptTimedOut(job);
        case 'given-up':
          throw new Failure('cancelled');
        case 'killed':
        case 'rebooted':
          await collected(remote, progress);
          throw new Failure('script-cut-off', { script: job.script, reason: cutOff(word, host) });
        default:
          throw await unexpected(remote, host, line);
      }
    }
  } finally {
    over.abort(itIsOver);
  }
}

/** What a program said that it should not have said: its last word, if there is one. */
export async function unexpected(remote: Remote, host: Host, line: string | undefined): Promise<Failure> {
  const provider = called(host);
  if (line === 'unmarked') return new Failure('not-found', { kind: 'server', id: host.name });
  if (line?.startsWith('problem ')) return new Failure('provider-denied', { provider, detail: line.slice(8) });
  if (line !== undefined) return new Failure('provider-broken', { provider, detail: line.slice(0, 200) });
  const { code, said } = await remote.over;
  return new Failure('provider-broken', { provider, detail: said || because('exit-code', { code }) });
}

/**
 * Tells the host from time to time what was passed on, so that whoever joins the script after us does not repeat it. What was
 * passed on just now may not have been kept yet if we are killed, so it is said a moment later.
 */
async function acknowledge(remote: Remote, { out, err }: Progress, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let kept = ''; ;) {
    const isOver = await clock.sleep(seconds(2), signal).then(
      () => false,
      () => true,
    );
    if (isOver) return;
    const now = `told ${out.lines} ${err.lines}\n`;
    if (kept !== '' && kept !== now) remote.write(kept);
    kept = now;
  }
}

/** A reason made once: an abort without one makes an error with its stack. */
const itIsOver = new Error('it is over');

async function collected(remote: Remote, { out, err }: Progress): Promise<void> {
  out.end();
  err.end();
  remote.write('collected\n');
  remote.end();
  remote.reader.drain();
  // Whether it could still tidy up is its own matter: the script has ended.
  await remote.over.catch(() => {});
}

function cutOff(word: 'killed' | 'rebooted', { name }: Host): Because {
  return because(word === 'rebooted' ? 'host-rebooted' : 'process-killed', { host: name });
}

function splitOnce(line: string): [string, string] {
  const blank = line.indexOf(' ');
  return blank < 0 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)];
}
