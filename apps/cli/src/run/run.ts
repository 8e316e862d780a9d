import type { AnswerOf } from '@pileus/api';
import { reasonIn } from '@pileus/model/reason';
import { stepNameIn } from '@pileus/model/step-name';
import type { Context } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { findDeployment, findRun } from '../find.ts';
import { facts, table } from '../output/table.ts';
import { moment, stateStyle, stateWord, took } from '../output/values.ts';
import { collect } from '../pages.ts';
import { withGuess } from '../usage-error.ts';
import { confirm } from '../values/ask.ts';
import { reason } from './progress.ts';
import { followToEnd, isFollowed, watchRun, type WaitOptions } from './watch.ts';

type Run = AnswerOf<'get /runs/{run}'>;

export async function listRuns(
  context: Context,
  options: { readonly deployment?: string; readonly active?: true; readonly limit: number },
): Promise<void> {
  const { client, out, say, signal } = context;
  const deployment =
    options.deployment === undefined ? undefined : (await findDeployment(context, options.deployment)).id;
  const active = options.active ? 'true' : undefined;
  const { items, more } = await collect(
    (cursor, limit) => client.call('get /runs', { query: { deployment, active, cursor, limit }, signal }),
    options.limit,
  );
  await out.list(
    items,
    [
      { title: say('word.run'), value: ({ id }) => id },
      {
        title: say('word.state'),
        value: ({ state }) => stateWord(say, state),
        style: ({ state }) => stateStyle(state),
      },
      { title: say('word.progress'), value: ({ done, total }) => `${done}/${total}` },
      { title: say('word.took'), value: (run) => took(run) },
      { title: say('word.created'), value: ({ createdAt }) => moment(createdAt) },
      { title: say('word.actor'), value: ({ actor }) => actor },
      { title: say('word.title'), value: ({ title }) => title },
    ],
    ({ id }) => id,
  );
  if (more) out.message(say('list.more'));
}

export async function getRun(context: Context, given: string): Promise<void> {
  const run = await findRun(context, given);
  const found = await context.client.call('get /runs/{run}', { params: { run }, signal: context.signal });
  await context.out.one(
    found,
    ({ id }) => id,
    (shown) => drawRun(context, shown),
  );
}

export async function watch(context: Context, given: string, options: WaitOptions): Promise<void> {
  const run = await watchRun(context, await findRun(context, given), options.timeout);
  if (context.out.format !== 'table')
    await context.out.one(
      run,
      ({ id }) => id,
      () => '',
    );
}

/** Lets what is under way finish and begins nothing new. */
export async function pauseRun(context: Context, given: string): Promise<void> {
  const { client, out, say, signal } = context;
  const run = await client.call('post /runs/{run}/pause', { params: { run: await findRun(context, given) }, signal });
  out.message(say('run.paused', { run: run.id }));
  await out.one(
    run,
    ({ id }) => id,
    ({ id }) => id,
  );
}

export interface ResumeOptions extends WaitOptions {
  readonly node?: readonly string[];
}

/** Goes on with a run; with nodes, tries only what of these came to nothing. */
export async function resumeRun(context: Context, given: string, options: ResumeOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const { node: only } = options;
  const id = await findRun(context, given);
  if (only) await refuseUnknown(context, id, only);
  const run = await client.call('post /runs/{run}/resume', {
    params: { run: id },
    body: only ? { only: [...only] } : {},
    signal,
  });
  out.message(only ? say('run.retried', { run: id, nodes: only.join(', ') }) : say('run.resumed', { run: id }));
  const last = isFollowed(context, options) ? await watchRun(context, run.id, options.timeout) : run;
  await out.one(
    last,
    ({ id }) => id,
    ({ id }) => id,
  );
}

async function refuseUnknown({ client, say, signal }: Context, run: string, nodes: readonly string[]): Promise<void> {
  const { steps } = await client.call('get /runs/{run}', { params: { run }, signal });
  const known = [...new Set(steps.flatMap(({ node }) => node ?? []))];
  const unknown = nodes.find((node) => !known.includes(node));
  if (unknown === undefined) return;
  throw new Stop(exitCodes.notFound, withGuess(say('find.noRunNode', { run, name: unknown }), unknown, known, say));
}

export interface CancelOptions extends WaitOptions {
  readonly undo?: true;
  readonly yes?: true;
}

/** Stops a run. With `undo`, what it has changed is put back by another run, which is then the answer. */
export async function cancelRun(context: Context, given: string, options: CancelOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const { undo = false } = options;
  const id = await findRun(context, given);
  if (!options.yes && !(await confirm(context, say(undo ? 'run.askUndo' : 'run.askCancel', { run: id }))))
    return out.message(say('plan.left'));
  const run = await client.call('post /runs/{run}/cancel', { params: { run: id }, body: { undo }, signal });
  const isPutBack = run.id !== id;
  out.message(isPutBack ? say('run.undoing', { run: id, undoing: run.id }) : say('run.cancelled', { run: id }));
  const last = !isFollowed(context, options)
    ? run
    : isPutBack
      ? await watchRun(context, run.id, options.timeout)
      : await followToEnd(context, run.id, options.timeout);
  await out.one(
    last,
    (shown) => shown.id,
    (shown) => shown.id,
  );
}

function drawRun({ language, out, say }: Context, run: Run): string {
  const head = facts(
    [
      [say('word.run'), run.id],
      [say('word.title'), run.title],
      [say('word.state'), stateWord(say, run.state)],
      [say('word.progress'), `${run.done}/${run.total}`],
      [say('word.deployment'), run.deployment],
      [say('word.actor'), run.actor],
      [say('word.created'), moment(run.createdAt)],
      [say('word.took'), took(run)],
      [say('word.failure'), run.failure && reason(run.failure, language)],
      [say('word.held'), run.held && reasonIn(language, run.held)],
    ],
    out.colours,
  );
  const steps = table(
    run.steps,
    [
      { title: '#', value: ({ seq }) => String(seq) },
      { title: say('word.step'), value: ({ name }) => stepNameIn(language, name) },
      {
        title: say('word.state'),
        value: ({ state }) => stateWord(say, state),
        style: ({ state }) => stateStyle(state),
      },
      { title: say('word.attempt'), value: ({ attempt }) => (attempt > 1 ? String(attempt) : '') },
      { title: say('word.took'), value: (step) => took(step) },
      { title: say('word.failure'), value: ({ failure }) => (failure ? reason(failure, language) : '') },
    ],
    out,
  );
  return `${head}\n\n${steps}`;
}
