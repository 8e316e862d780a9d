import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerOf } from '@pileus/api';
import type { Client } from '@pileus/api/client';
import { Unreachable } from '../context.ts';
import { liveEvents } from './events.ts';
import { Queue } from './queue.ts';

export type RunView = AnswerOf<'get /deployments'>['items'][number]['run'] & {};
export type StepView = AnswerOf<'get /runs/{run}'>['steps'][number];
export type RunChange =
  | { readonly is: 'run'; readonly run: RunView }
  | { readonly is: 'step'; readonly step: StepView };

const ended = new Set(['succeeded', 'failed', 'cancelled']);
export const hasEnded = (run: RunView): boolean => ended.has(run.state);

/** How long between two looks at the run itself, in milliseconds, with and without a working event stream. */
const looks = { besideEvents: 3_000, alone: 1_000 };

/**
 * A run as it goes: its changes in order, until it has ended. Events bring them at once; the run is also looked at every
 * few seconds, which covers what happened before the stream was open, and is all there is where streams do not get
 * through (some proxies hold them back).
 */
export async function* followRun(client: Client, run: string, signal: AbortSignal): AsyncGenerator<RunChange> {
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  const changes = new Queue<RunChange>();
  const stream = { works: false };
  const known = new Map<string, number>();
  const tell = (change: RunChange) => {
    if (change.is === 'step' && !isNews(known, change.step)) return;
    changes.push(change);
    if (change.is === 'run' && hasEnded(change.run)) changes.end();
  };
  signal.addEventListener('abort', () => changes.end(signal.reason), { once: true });
  void listen(client, run, all, stream, tell);
  void look(client, run, all, stream, tell).catch((error: unknown) => changes.end(error));
  try {
    yield* changes;
  } finally {
    stop.abort();
  }
}

async function listen(
  client: Client,
  run: string,
  signal: AbortSignal,
  stream: { works: boolean },
  tell: (change: RunChange) => void,
): Promise<void> {
  try {
    for await (const event of liveEvents(client, `run:${run}`, signal)) {
      stream.works = true;
      // An end is told by `look`, which has seen all steps by then.
      if (event.is === 'step' && event.step.run === run) tell(event);
      if (event.is === 'run' && event.run.id === run && !hasEnded(event.run)) tell(event);
      if (event.is === 'run' && event.run.id === run && hasEnded(event.run)) {
        await lookOnce(client, run, signal, tell);
      }
    }
  } catch {
    // The stream is refused or broken for good: looking goes on alone.
    stream.works = false;
  }
}

async function look(
  client: Client,
  run: string,
  signal: AbortSignal,
  stream: { works: boolean },
  tell: (change: RunChange) => void,
): Promise<void> {
  for (let silent = 0; !signal.aborted;) {
    try {
      if (await lookOnce(client, run, signal, tell)) return;
      silent = 0;
    } catch (error) {
      if (signal.aborted) return;
      // A server that restarts is back in a few seconds; one that stays away for a minute is not.
      if (!(error instanceof Unreachable) || ++silent > 60) throw error;
    }
    await sleep(stream.works ? looks.besideEvents : looks.alone, undefined, { signal }).catch(() => {});
  }
}

async function lookOnce(
  client: Client,
  run: string,
  signal: AbortSignal,
  tell: (change: RunChange) => void,
): Promise<boolean> {
  const { steps, ...view } = await client.call('get /runs/{run}', { params: { run }, signal });
  for (const step of steps) tell({ is: 'step', step });
  tell({ is: 'run', run: view });
  return hasEnded(view);
}

const ranks: Record<StepView['state'], number> = {
  planned: 0,
  started: 1,
  skipped: 2,
  cancelled: 2,
  failed: 3,
  done: 4,
  undone: 5,
};

/** A look may be older than an event that overtook it: only a later attempt or a later state is news. */
function isNews(known: Map<string, number>, step: StepView): boolean {
  const rank = step.attempt * 10 + ranks[step.state];
  if (rank <= (known.get(step.key) ?? -1)) return false;
  known.set(step.key, rank);
  return true;
}
