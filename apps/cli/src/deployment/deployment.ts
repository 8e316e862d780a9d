import type { QueryOf } from '@pileus/api';
import { concealed } from '@pileus/model/sealed';
import type { Context } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { findDeployment, findRun } from '../find.ts';
import { costText } from '../output/cost.ts';
import { facts, table } from '../output/table.ts';
import { accountText, moment, plain, stateStyle, stateWord } from '../output/values.ts';
import { collect } from '../pages.ts';
import { reason } from '../run/progress.ts';
import { isFollowed, watchRun, type WaitOptions } from '../run/watch.ts';
import { confirm } from '../values/ask.ts';
import { begin, drawOutputs, outputText, showPlan, type CarryOutOptions, type Deployment } from './carry-out.ts';
import { drawPlan } from './draw-plan.ts';
import { makePlan, type Plan, type PlanOptions } from './plan.ts';
import { tagsText } from './tags.ts';

export async function planDeployment(context: Context, options: PlanOptions): Promise<void> {
  await printPlan(context, await makePlan(context, options), options.steps);
}

/** The plan is the answer here; nothing is carried out. `was` is what there is of the deployment now. */
export async function printPlan(context: Context, plan: Plan, all: true | undefined, was?: Deployment): Promise<void> {
  const { out, say } = context;
  await out.one(
    plan,
    ({ hash }) => hash,
    (shown) => drawPlan(context, shown, out, all, was),
  );
  if (plan.steps.length === 0) out.message(say('plan.noChange', { name: plan.name }));
  else out.message(say('plan.nothing', { hash: plan.hash }));
}

export interface CreateOptions extends PlanOptions, CarryOutOptions {
  readonly name: string;
}

/** Shows the plan, asks, and carries out exactly that plan. */
export async function createDeployment(context: Context, options: CreateOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const plan = await makePlan(context, options);
  showPlan(context, plan, options.steps);
  if (!options.yes && !(await confirm(context, say('plan.askCreate', { name: plan.name }))))
    return out.message(say('plan.left'));
  const started = await begin(context, plan, options.note);
  if (!isFollowed(context, options)) {
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

export interface ListOptions {
  readonly search?: string;
  readonly state?: Query['state'];
  readonly tag?: string;
  readonly limit?: number;
}

export async function listDeployments(context: Context, options: ListOptions): Promise<void> {
  const { client, out, say, signal } = context;
  const { items, more } = await collect(
    (cursor, limit) =>
      client.call('get /deployments', {
        query: { q: options.search, state: options.state, tag: options.tag, cursor, limit },
        signal,
      }),
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
      { title: say('word.cost'), value: ({ cost }) => (cost && cost.resources > 0 ? costText(context, cost) : '') },
      { title: say('word.created'), value: ({ createdAt }) => moment(createdAt) },
      { title: say('word.createdBy'), value: ({ createdBy }) => createdBy },
      { title: say('word.tags'), value: ({ tags }) => tagsText(tags) },
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
  if (output.value === concealed)
    throw new Stop(exitCodes.notAllowed, say('find.secretOutput', { deployment: deployment.name, name: only }));
  await out.one(
    output.value,
    () => plain(output.value),
    () => plain(output.value),
  );
}

async function readDeployment(context: Context, given: string): Promise<Deployment> {
  const { id } = await findDeployment(context, given);
  return context.client.call('get /deployments/{deployment}', { params: { deployment: id }, signal: context.signal });
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
      [say('word.account'), accountText(say, deployment.account)],
      [say('word.created'), `${moment(deployment.createdAt)}, ${deployment.createdBy}`],
      [say('word.cost'), deployment.cost && costText(context, deployment.cost)],
      [say('word.tags'), tagsText(deployment.tags)],
      [say('word.counts'), deployment.scaling.map(countOf).join('  ')],
      [say('word.revision'), deployment.revision?.toString()],
      [say('word.run'), run && `${run.id}  ${stateWord(say, run.state)}  ${run.done}/${run.total}`],
      [say('word.failure'), run?.failure && reason(run.failure, language)],
      ...deployment.outputs.map(({ name, value }) => [`  ${name}`, outputText(context, value)] as const),
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
  // What was replaced stays in the books of the server; people look for what there is.
  const existing = deployment.resources.filter(({ state }) => state !== 'deleted');
  const resources = table(
    existing,
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
  return [head, nodes, ...(existing.length > 0 ? [resources] : [])].join('\n\n');
}

/** `web 2 (1–10)`: how many there are, and may be. */
const countOf = ({ node, count, min, max }: Deployment['scaling'][number]): string =>
  `${node} ${count} (${min}–${max ?? '…'})`;
