import { randomUUID } from 'node:crypto';
import type { AnswerOf, QueryOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { findDeployment, findRun } from '../find.ts';
import { facts, table } from '../output/table.ts';
import { moment, plain, stateStyle, stateWord } from '../output/values.ts';
import { collect } from '../pages.ts';
import { reason } from '../run/progress.ts';
import { watchRun } from '../run/watch.ts';
import { confirm } from '../values/ask.ts';
import { drawPlan, makePlan, type Plan, type PlanOptions } from './plan.ts';

type Deployment = AnswerOf<'get /deployments/{deployment}'>;

export async function planDeployment(context: Context, options: PlanOptions): Promise<void> {
  const { out, say } = context;
  const plan = await makePlan(context, options);
  await out.one(
    plan,
    ({ id }) => id,
    (shown) => drawPlan(context, shown, out, options.steps),
  );
  out.message(say('plan.nothing'));
}

export interface CreateOptions extends PlanOptions, WaitOptions {
  readonly name: string;
  readonly yes?: true;
}

export interface WaitOptions {
  readonly wait?: true;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** Shows the plan, asks, and carries out exactly that plan. */
export async function createDeployment(context: Context, options: CreateOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const plan = await makePlan(context, options);
  showPlan(context, plan, options.steps);
  if (!options.yes && !(await confirm(context, say('plan.askCreate', { name: plan.name }))))
    return out.message(say('plan.left'));
  const started = await client.call('post /deployments', {
    body: { plan: plan.id, hash: plan.hash },
    key: randomUUID(),
    signal,
  });
  if (!options.wait) {
    out.message(say('deployment.started', { run: started.run, name: plan.name }));
    return out.one(
      started,
      ({ deployment }) => deployment,
      ({ deployment }) => deployment,
    );
  }
  await watchRun(context, started.run, options.timeout);
  const deployment = await client.call('get /deployments/{deployment}', {
    params: { deployment: started.deployment },
    signal,
  });
  await out.one(
    deployment,
    ({ name }) => name,
    (shown) => drawOutputs(context, shown),
  );
}

export async function watchDeployment(context: Context, given: string, options: WaitOptions): Promise<void> {
  const { client, out, signal } = context;
  const { id } = await findDeployment(context, given);
  await watchRun(context, await findRun(context, id), options.timeout);
  const deployment = await client.call('get /deployments/{deployment}', { params: { deployment: id }, signal });
  await out.one(
    deployment,
    ({ name }) => name,
    (shown) => drawOutputs(context, shown),
  );
}

type Query = QueryOf<'get /deployments'>;

export async function listDeployments(
  { client, out, say, signal }: Context,
  options: { readonly search?: string; readonly state?: Query['state']; readonly limit?: number },
): Promise<void> {
  const { items, more } = await collect(
    (cursor, limit) =>
      client.call('get /deployments', { query: { q: options.search, state: options.state, cursor, limit }, signal }),
    options.limit,
  );
  await out.list(
    items,
    [
      { title: say('word.name'), value: ({ name }) => name },
      {
        title: say('word.state'),
        value: ({ state }) => stateWord(say, state),
        style: ({ state }) => stateStyle(state),
      },
      { title: say('word.template'), value: ({ template }) => `${template.name} ${template.version}` },
      {
        title: say('word.account'),
        value: ({ account }) => account.name + (account.simulated ? ` (${say('word.simulated')})` : ''),
      },
      {
        title: say('word.progress'),
        value: ({ run }) => (run && run.state !== 'succeeded' ? `${run.done}/${run.total}` : ''),
      },
      { title: say('word.created'), value: ({ createdAt }) => moment(createdAt) },
      { title: say('word.createdBy'), value: ({ createdBy }) => createdBy },
      { title: say('word.id'), value: ({ id }) => id },
    ],
    ({ name }) => name,
  );
  if (more) out.message(say('list.more'));
}

export async function getDeployment(context: Context, given: string): Promise<void> {
  const deployment = await readDeployment(context, given);
  await context.out.one(
    deployment,
    ({ name }) => name,
    (shown) => drawDeployment(context, shown),
  );
}

export async function showOutputs(context: Context, given: string, only: string | undefined): Promise<void> {
  const { out, say } = context;
  const deployment = await readDeployment(context, given);
  if (only === undefined) {
    const values = Object.fromEntries(deployment.outputs.map(({ name, value }) => [name, value]));
    return out.one(
      values,
      () => deployment.outputs.map(({ name }) => name).join('\n'),
      () => drawOutputs(context, deployment),
    );
  }
  const output = deployment.outputs.find(({ name }) => name === only);
  if (!output) throw new Stop(exitCodes.notFound, say('find.noOutput', { deployment: deployment.name, name: only }));
  await out.one(
    output.value,
    () => plain(output.value),
    () => plain(output.value),
  );
}

/** Shows what will be removed, asks, and removes it. */
export async function deleteDeployment(
  context: Context,
  given: string,
  options: WaitOptions & { readonly yes?: true; readonly steps?: true },
): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, name } = await findDeployment(context, given);
  if (!options.yes) {
    const plan = await client.call('post /deployments/{deployment}/plans', {
      params: { deployment: id },
      body: { action: 'delete' },
      signal,
    });
    showPlan(context, plan, options.steps);
    if (!(await confirm(context, say('plan.askDelete', { name })))) return out.message(say('plan.left'));
  }
  const { run } = await client.call('delete /deployments/{deployment}', { params: { deployment: id }, signal });
  if (options.wait) await watchRun(context, run, options.timeout);
  else out.message(say('deployment.started', { run, name }));
  await out.one(
    { deployment: id, run },
    () => name,
    () => run,
  );
}

async function readDeployment(context: Context, given: string): Promise<Deployment> {
  const { id } = await findDeployment(context, given);
  return context.client.call('get /deployments/{deployment}', { params: { deployment: id }, signal: context.signal });
}

/** On standard error: the plan is what a person agrees to, not the answer. */
function showPlan(context: Context, plan: Plan, all: true | undefined): void {
  const columns = process.stderr.isTTY ? process.stderr.columns : undefined;
  context.out.message(`${drawPlan(context, plan, { columns, colours: context.out.messageColours }, all)}\n`);
}

function drawOutputs({ out }: Context, deployment: Deployment): string {
  return facts(
    deployment.outputs.map(({ name, value }) => [name, plain(value)]),
    out.colours,
  );
}

function drawDeployment(context: Context, deployment: Deployment): string {
  const { language, out, say } = context;
  const { run } = deployment;
  const head = facts(
    [
      [say('word.name'), deployment.name],
      [say('word.id'), deployment.id],
      [say('word.state'), stateWord(say, deployment.state)],
      [
        say('word.template'),
        `${deployment.template.name} ${deployment.template.version} (${deployment.template.variant})`,
      ],
      [
        say('word.account'),
        `${deployment.account.name} (${deployment.account.provider}${deployment.account.simulated ? `, ${say('word.simulated')}` : ''})`,
      ],
      [say('word.created'), `${moment(deployment.createdAt)}, ${deployment.createdBy}`],
      [say('word.run'), run && `${run.id}  ${stateWord(say, run.state)}  ${run.done}/${run.total}`],
      [say('word.failure'), run?.failure && reason(run.failure, language)],
      ...deployment.outputs.map(({ name, value }) => [`  ${name}`, plain(value)] as const),
    ],
    out.colours,
  );
  const nodes = table(
    deployment.nodeInstances,
    [
      { title: say('word.node'), value: ({ node }) => node },
      {
        title: say('word.state'),
        value: ({ state }) => stateWord(say, state),
        style: ({ state }) => stateStyle(state),
      },
      { title: say('word.type'), value: ({ type }) => type },
      { title: say('word.failure'), value: ({ failure }) => (failure ? reason(failure, language) : '') },
    ],
    out,
  );
  const resources = table(
    deployment.resources,
    [
      { title: say('word.resource'), value: ({ name }) => name },
      { title: say('word.kind'), value: ({ kind }) => kind },
      {
        title: say('word.state'),
        value: ({ state }) => stateWord(say, state),
        style: ({ state }) => stateStyle(state),
      },
      { title: say('word.node'), value: ({ node }) => node ?? '' },
      { title: say('word.ref'), value: ({ ref }) => ref ?? '' },
    ],
    out,
  );
  return [head, nodes, ...(deployment.resources.length > 0 ? [resources] : [])].join('\n\n');
}
