import { reasonIn } from '@pileus/model/reason';
import type { Context } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { painted } from '../output/table.ts';
import { elapsed, took } from '../output/values.ts';
import { isUnicode } from '../output/width.ts';
import { followRun, hasEnded, type RunView } from './follow.ts';
import { advance, drawProgress, reason, stepLine, type Look, type Progress } from './progress.ts';
import { Screen } from './screen.ts';

export interface WaitOptions {
  readonly wait?: true;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Whether to follow a run that was begun: as asked, and where a person looks on. Ctrl-C leaves the run alone. */
export const isFollowed = ({ asks, out }: Context, { wait }: WaitOptions): boolean =>
  wait === true || (asks && out.live && out.format === 'table');

/** Follows a run until it has ended, as {@link followToEnd} does. Throws a {@link Stop} when it did not succeed. */
export async function watchRun(context: Context, run: string, limit?: number): Promise<RunView> {
  const ended = await followToEnd(context, run, limit);
  conclude(context, ended);
  return ended;
}

/**
 * Follows a run on standard error until it has ended: a live bar on a terminal, a line per step otherwise. Ctrl-C and
 * the time limit leave the run alone and throw a {@link Stop}.
 */
export async function followToEnd(context: Context, run: string, limit?: number): Promise<RunView> {
  const time = limit === undefined ? undefined : AbortSignal.timeout(limit);
  const signal = time ? AbortSignal.any([context.signal, time]) : context.signal;
  try {
    return await show(context, run, signal);
  } catch (error) {
    if (context.signal.aborted) throw new Stop(exitCodes.interrupted, context.say('watch.left', { run }));
    if (time?.aborted)
      throw new Stop(exitCodes.timeout, context.say('watch.timeout', { limit: elapsed(limit ?? 0), run }));
    throw error;
  }
}

async function show(context: Context, run: string, signal: AbortSignal): Promise<RunView> {
  const { out } = context;
  const screen = out.live ? new Screen(process.stderr) : undefined;
  let progress: Progress = { steps: new Map() };
  const look = (): Look => ({
    say: context.say,
    language: context.language,
    colours: out.messageColours,
    columns: process.stderr.columns ?? 80,
    rows: Math.max(1, Math.min(8, (process.stderr.rows ?? 24) - 4)),
    unicode: isUnicode(context.environment),
  });
  const draw = () => screen?.draw(drawProgress(progress, look(), Date.now()));
  const timer = screen && setInterval(draw, 250);
  try {
    for await (const change of followRun(context.client, run, signal)) {
      const before = progress.run?.held;
      progress = advance(progress, change);
      const held = progress.run?.held;
      if (held && !before) {
        const said = reasonIn(context.language, held) ?? held.reason;
        if (screen) screen.above(said);
        else out.message(said);
      }
      if (change.is === 'step') {
        const line = stepLine(change.step, look());
        if (line && !screen) out.message(line);
        if (line && screen && change.step.state === 'failed') screen.above(line);
      }
      draw();
    }
  } finally {
    clearInterval(timer);
    screen?.clear();
  }
  if (progress.run && hasEnded(progress.run)) return progress.run;
  throw signal.reason;
}

/** Says how a run has ended, and what to do where it did not succeed: a {@link Stop}. */
export function conclude(context: Context, run: RunView): void {
  const { say, out, language } = context;
  const facts = { title: run.title, took: took(run) || elapsed(0) };
  if (run.state === 'succeeded') {
    out.message(painted(say('watch.succeeded', { ...facts, steps: run.total }), 'green', out.messageColours));
    return;
  }
  const words =
    run.state === 'cancelled'
      ? say('watch.cancelled', facts)
      : say('watch.failed', { ...facts, reason: run.failure ? reason(run.failure, language) : run.state });
  const next = run.deployment ? `\n${say('watch.next', { run: run.id, deployment: run.deployment })}` : '';
  throw new Stop(exitCodes.runFailed, words + next);
}
