import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { findDeployment } from '../find.ts';
import { painted } from '../output/table.ts';
import { moment } from '../output/values.ts';
import { harmless } from '../output/width.ts';
import { liveEvents } from '../run/events.ts';

type Line = AnswerOf<'get /deployments/{deployment}/logs'>['items'][number];

export interface LogOptions {
  readonly follow?: true;
  readonly node?: string;
  readonly run?: string;
}

/** Prints a deployment's log; with `--follow` also what arrives, until the run that is under way has ended. */
export async function showLogs(context: Context, given: string, options: LogOptions): Promise<void> {
  const { id, run } = await findDeployment(context, given);
  const print = printer(context, options);
  const under = run && (run.state === 'queued' || run.state === 'running' || run.state === 'cancelling');
  if (!options.follow || !under) return readAll(context, id, options, print);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  // Opened before reading what is there, so that no line falls between the two; `print` leaves out what it has seen.
  const waiting: Line[] = [];
  let caughtUp = false;
  const live = followLines(context, id, run.id, signal, (line) => (caughtUp ? print(line) : void waiting.push(line)));
  await readAll(context, id, options, print);
  caughtUp = true;
  waiting.forEach(print);
  const looking = untilEnded(context, run.id, signal);
  await Promise.race([live, looking]);
  stop.abort();
  await readAll(context, id, options, print);
}

async function followLines(
  { client }: Context,
  deployment: string,
  run: string,
  signal: AbortSignal,
  print: (line: Line) => void,
): Promise<void> {
  for await (const event of liveEvents(client, `deployment:${deployment},run:${run}`, signal)) {
    if (event.is === 'log') print(event.line);
    if (event.is === 'run' && event.run.id === run && event.run.endedAt) return;
  }
}

/** Covers an end that no event told of. */
async function untilEnded({ client }: Context, run: string, signal: AbortSignal): Promise<void> {
  const { setTimeout: sleep } = await import('node:timers/promises');
  while (!signal.aborted) {
    const { endedAt } = await client.call('get /runs/{run}', { params: { run }, signal });
    if (endedAt) return;
    await sleep(3_000, undefined, { signal }).catch(() => {});
  }
}

async function readAll(
  { client, signal }: Context,
  deployment: string,
  options: LogOptions,
  print: (line: Line) => void,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const query = { node: options.node, run: options.run, cursor, limit: 5000 };
    const page = await client.call('get /deployments/{deployment}/logs', { params: { deployment }, query, signal });
    page.items.forEach(print);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** Prints each line once; the lines of a step come in the order of their `seq`. */
function printer({ out }: Context, options: LogOptions): (line: Line) => void {
  const seen = new Map<string, number>();
  return (line) => {
    const key = `${line.run}/${line.step}`;
    if (line.seq <= (seen.get(key) ?? -1)) return;
    if (options.node !== undefined && line.node !== options.node) return;
    if (options.run !== undefined && line.run !== options.run) return;
    seen.set(key, line.seq);
    if (out.format === 'json') return out.line(JSON.stringify(line));
    const from = painted(line.node ?? line.step, 'cyan', out.colours);
    const text = harmless(line.text);
    out.line(
      `${moment(line.at).slice(11)} ${from} ${line.stream === 'err' ? painted(text, 'yellow', out.colours) : text}`,
    );
  };
}
