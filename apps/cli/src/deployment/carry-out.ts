import { concealed } from '@pileus/model/sealed';
import { randomUUID } from 'node:crypto';
import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { facts } from '../output/table.ts';
import { plain } from '../output/values.ts';
import { conclude, followToEnd, isFollowed, type WaitOptions } from '../run/watch.ts';
import { confirm } from '../values/ask.ts';
import { drawPlan, intentOf } from './draw-plan.ts';
import type { Plan } from './plan.ts';

export type Deployment = AnswerOf<'get /deployments/{deployment}'>;

export interface CarryOutOptions extends WaitOptions {
  readonly yes?: true;
  readonly note?: string;
  /** Show every step. */
  readonly steps?: true;
}

/** On standard error: the plan is what a person agrees to, not the answer. */
export function showPlan(context: Context, plan: Plan, all: true | undefined, was?: Deployment): void {
  const columns = process.stderr.isTTY ? process.stderr.columns : undefined;
  const look = { columns, colours: context.out.messageColours };
  context.out.message(`${drawPlan(context, plan, look, all, was)}\n`);
}

/** Begins exactly the plan that was shown. */
export function begin({ client, signal }: Context, { id: plan, hash }: Plan, note: string | undefined) {
  const body = { plan, hash, ...(note !== undefined && { note }) };
  return client.call('post /deployments', { body, key: randomUUID(), signal });
}

/**
 * Shows a plan, asks where there is somebody to ask, carries out exactly that plan and follows it. In a script the
 * command itself is the word to go ahead. A plan that changes nothing is not carried out.
 */
export async function carryOut(
  context: Context,
  plan: Plan,
  options: CarryOutOptions,
  was: Deployment | undefined,
): Promise<void> {
  const { out, say } = context;
  if (was && isEmpty(plan, was)) {
    out.message(say('plan.noChange', { name: plan.name }));
    return printData(context, { deployment: was.id, plan });
  }
  showPlan(context, plan, options.steps, was);
  if (!options.yes && context.asks && !(await confirm(context, questionOf(context, plan))))
    return out.message(say('plan.left'));
  const started = await begin(context, plan, options.note);
  if (!isFollowed(context, options)) {
    out.message(say('deployment.started', { run: started.run, name: plan.name }));
    return out.one(
      { ...started, plan },
      () => plan.name,
      ({ run }) => run,
    );
  }
  const ended = await followToEnd(context, started.run, options.timeout);
  await printData(context, { ...started, plan, ended });
  conclude(context, ended);
  await printOutcome(context, started.deployment);
}

/** Whether there is nothing to do and nothing to write down: the deployment is what it is meant to be. */
function isEmpty(plan: Plan, was: Deployment): boolean {
  if (plan.steps.length > 0 || intentOf(plan, was, 'version').length > 0) return false;
  if (plan.action === 'delete') return was.state === 'deleted';
  if (plan.action === 'stop') return was.state === 'stopped';
  return was.state === 'running';
}

function questionOf({ say }: Context, { action, name }: Plan): string {
  if (action === 'create') return say('plan.askCreate', { name });
  return action === 'delete' ? say('plan.askDelete', { name }) : say('plan.askChange', { name });
}

/** For scripts: also of what has failed. */
async function printData({ out }: Context, answer: object): Promise<void> {
  if (out.format === 'json' || out.format === 'yaml')
    await out.one(
      answer,
      () => '',
      () => '',
    );
}

/** For people: what the deployment offers now. */
async function printOutcome(context: Context, id: string): Promise<void> {
  const { client, out, signal } = context;
  if (out.format === 'json' || out.format === 'yaml') return;
  const deployment = await client.call('get /deployments/{deployment}', { params: { deployment: id }, signal });
  if (out.format === 'name') return out.line(deployment.name);
  if (deployment.state === 'running' && deployment.outputs.length > 0) out.line(drawOutputs(context, deployment));
}

export function drawOutputs(context: Context, deployment: Deployment): string {
  return facts(
    deployment.outputs.map(({ name, value }) => [name, outputText(context, value)]),
    context.out.colours,
  );
}

/** An output on one line; of a secret only that there is one. */
export function outputText({ say }: Context, value: unknown): string {
  return value === concealed ? say('plan.secret') : plain(value);
}
