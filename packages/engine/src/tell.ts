import { Failure } from '@pileus/model';
import type { Held } from './held.ts';
import type { Journal } from './journal.ts';
import { fromText, jsonText } from './json.ts';
import type { RunDefinition, RunEnd } from './run.ts';
import type { RunFailure, RunState } from './tables.ts';
import { Telling, type Surroundings } from './telling.ts';

export interface TellOptions extends Surroundings {
  readonly definitions: ReadonlyMap<string, RunDefinition>;
  /** Nobody holds the run any more, and it has not ended. */
  readonly letGo: (run: Held) => Promise<void>;
}

/** Tells a run to its end, writes it and answers it, unless the run has left this worker before or was paused. */
export async function tell(run: Held, state: RunState, options: TellOptions): Promise<RunEnd | undefined> {
  const definition = options.definitions.get(run.kind);
  if (!definition) return undefined;
  const telling = new Telling(run, options);
  // Nothing is begun any more in a run that was cancelled while nobody held it.
  if (state === 'cancelling') run.cancel(new Failure('cancelled'));
  const told = await tellStory(run, telling, definition, options);
  await telling.finish();
  if (run.gone) return undefined;
  if (telling.isHeldBack && !run.signal.aborted) {
    await options.letGo(run);
    return undefined;
  }
  const end = withoutBreak(run, told, options);
  try {
    await writeEnd(
      run,
      telling,
      end,
      definition.ended?.(definition.input.parse(run.input), end, run.id) ?? [],
      options.journal,
    );
    return end;
  } catch (error) {
    if (run.gone) return undefined;
    options.onBug(error, `the end of ${run.kind} ${run.id}`);
    const failed = { is: 'failed', failure: { code: 'internal', facts: {} } } as const;
    await writeEnd(run, telling, failed, [], options.journal);
    return failed;
  }
}

async function tellStory(
  run: Held,
  telling: Telling,
  definition: RunDefinition,
  options: TellOptions,
): Promise<RunEnd> {
  if (run.signal.aborted) return { is: 'cancelled' };
  try {
    const answer = await definition.tell(telling, definition.input.parse(run.input));
    const isCut = run.signal.aborted && [...run.steps.values()].some(({ state }) => state === 'cancelled');
    return isCut ? { is: 'cancelled' } : { is: 'succeeded', output: fromText(jsonText(answer)) };
  } catch (error) {
    if (run.signal.aborted || telling.isHeldBack) return { is: 'cancelled' };
    const first = telling.firstFailure;
    if (!(error instanceof Failure)) options.onBug(error, `${run.kind} ${run.id}`);
    if (first) return { is: 'failed', failure: failureAt(first) };
    // What was cancelled and is not among the nodes that were to be tried again is still cancelled.
    if (run.only && error instanceof Failure && error.code === 'cancelled') return { is: 'cancelled' };
    return { is: 'failed', failure: error instanceof Failure ? error.toJSON() : { code: 'internal', facts: {} } };
  }
}

/** A story that was told to its end all the same, although some of it could not be written. */
function withoutBreak(run: Held, end: RunEnd, options: TellOptions): RunEnd {
  if (!run.broken || end.is === 'failed') return end;
  options.onBug(run.broken.error, `${run.kind} ${run.id}`);
  return { is: 'failed', failure: { code: 'internal', facts: {} } };
}

function failureAt({ step, failure }: NonNullable<Telling['firstFailure']>): RunFailure {
  return { ...failure, step: step.key, name: step.name };
}

async function writeEnd(
  run: Held,
  telling: Telling,
  end: RunEnd,
  writes: Parameters<Journal['write']>[0]['writes'],
  journal: Surroundings['journal'],
) {
  await journal.write({
    run,
    steps: telling.cutOff(),
    writes,
    end: {
      state: end.is,
      output: end.is === 'succeeded' ? jsonText(end.output) : null,
      failure: end.is === 'failed' ? end.failure : null,
    },
  });
}
