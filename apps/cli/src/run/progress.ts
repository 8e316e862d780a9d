import { sentence } from '@pileus/model/failure';
import { stepNameIn } from '@pileus/model/step-name';
import type { FailureData, Language } from '@pileus/model';
import { painted } from '../output/table.ts';
import { elapsed, took } from '../output/values.ts';
import { clip, harmless, width } from '../output/width.ts';
import type { Say } from '../texts/texts.ts';
import type { RunChange, RunView, StepView } from './follow.ts';

/** What is known of a run while it is watched. */
export interface Progress {
  readonly run?: RunView | undefined;
  readonly steps: ReadonlyMap<string, StepView>;
}

export function advance(progress: Progress, change: RunChange): Progress {
  if (change.is === 'run') return { ...progress, run: change.run };
  return { ...progress, steps: new Map(progress.steps).set(change.step.key, change.step) };
}

export interface Look {
  readonly say: Say;
  readonly language: Language;
  readonly colours: boolean;
  /** Of the terminal. */
  readonly columns: number;
  /** At most this many lines of steps below the bar. */
  readonly rows: number;
  /** False on terminals without Unicode. */
  readonly unicode: boolean;
}

/**
 * The lines to show now: a bar with how far the run is, and below it what is being done.
 *
 * ```
 * Create shop  ━━━━━━━━━━━━━━━━━━━━──────────────────  12/34  0:41
 *   ⠹ create server web_1  0:12
 *   ⠹ web_2: Standard.configure  0:03
 * ```
 */
export function drawProgress(progress: Progress, look: Look, now: number): string[] {
  const { run } = progress;
  if (!run) return [];
  const steps = [...progress.steps.values()];
  const done = Math.max(run.done, steps.filter(({ state }) => state === 'done').length);
  const total = Math.max(run.total, steps.length, done);
  const time = took(run, now) || look.say('watch.queued');
  const figures = `${done}/${total}  ${run.state === 'paused' ? look.say('state.paused') : time}`;
  const title = clip(harmless(run.title), Math.floor(look.columns / 3));
  const room = Math.max(8, Math.min(48, look.columns - width(title) - width(figures) - 5));
  const bar = drawBar(total === 0 ? 0 : done / total, room, look);
  const working = steps.filter(({ state }) => state === 'started');
  const shown = working.length > look.rows ? working.slice(0, Math.max(0, look.rows - 1)) : working;
  const lines = shown.map((step) => workingLine(step, look, now));
  if (shown.length < working.length)
    lines.push(`  ${look.say('watch.moreSteps', { count: working.length - shown.length })}`);
  return [`${painted(title, 'bold', look.colours)}  ${bar}  ${figures}`, ...lines];
}

/** The line that a step's change is worth where nothing can be redrawn; also kept above the bar for failures. */
export function stepLine(
  step: StepView,
  look: Pick<Look, 'say' | 'language' | 'colours' | 'unicode'>,
): string | undefined {
  const name = harmless(stepNameIn(look.language, step.name));
  const { failure } = step;
  switch (step.state) {
    case 'started':
      return `${mark('started', look)} ${name}${attemptOf(step, look.say)}`;
    case 'done':
      return `${mark('done', look)} ${name}  ${took(step)}`;
    case 'failed':
      return painted(
        `${mark('failed', look)} ${name}${failure ? `: ${harmless(reason(failure, look.language))}` : ''}`,
        'red',
        look.colours,
      );
    default:
      return undefined;
  }
}

/** A failure in the person's words; a code that this version does not know is shown as it is. */
export function reason(
  failure: { code: string; facts: Readonly<Record<string, string | number>> },
  language: Language,
): string {
  try {
    // A newer server may know codes that our catalogue lacks; `sentence` then finds no title and throws.
    return sentence(failure as FailureData, language);
  } catch {
    return [failure.code, ...Object.values(failure.facts)].join(': ');
  }
}

function workingLine(step: StepView, look: Look, now: number): string {
  const frames = look.unicode ? '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏' : '|/-\\';
  const frame = frames[Math.floor(now / 250) % frames.length] ?? '';
  const since = step.startedAt ? elapsed(now - Date.parse(step.startedAt)) : '';
  const line = `${harmless(stepNameIn(look.language, step.name))}${attemptOf(step, look.say)}`;
  return `  ${painted(frame, 'cyan', look.colours)} ${clip(line, look.columns - width(since) - 6)}  ${painted(since, 'gray', look.colours)}`;
}

const attemptOf = (step: StepView, say: Say): string =>
  step.attempt > 1 ? ` (${say('watch.retry', { attempt: step.attempt })})` : '';

function drawBar(share: number, columns: number, look: Look): string {
  const full = Math.round(Math.min(1, share) * columns);
  const [done, open] = look.unicode ? ['━', '─'] : ['#', '.'];
  return painted(done.repeat(full), 'green', look.colours) + painted(open.repeat(columns - full), 'gray', look.colours);
}

function mark(state: 'started' | 'done' | 'failed', look: Pick<Look, 'colours' | 'unicode'>): string {
  if (state === 'started') return painted(look.unicode ? '→' : '>', 'cyan', look.colours);
  if (state === 'done') return painted(look.unicode ? '✓' : '+', 'green', look.colours);
  return look.unicode ? '✗' : 'x';
}
