import type { BodyOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { exitCodes, Stop, usage } from '../exit.ts';
import { findDeployment } from '../find.ts';
import { watchRun, isFollowed } from '../run/watch.ts';
import { readCounts, readInputFile, readValues, type ValueOptions, type Values } from '../values/assignments.ts';
import { fieldsOf } from '../values/field.ts';
import { readSecrets } from '../values/secrets.ts';
import { withGuess } from '../usage-error.ts';
import { carryOut, type CarryOutOptions, type Deployment } from './carry-out.ts';
import { printPlan } from './deployment.ts';
import type { Plan } from './plan.ts';

type Change = BodyOf<'post /deployments/{deployment}/plans'>;

export interface ChangeOptions extends CarryOutOptions {
  readonly planOnly?: true;
}

export interface UpdateOptions extends ChangeOptions, ValueOptions {
  readonly inputFile?: string;
  readonly secret?: readonly string[];
  readonly templateVersion?: string;
  readonly count?: readonly string[];
}

export interface HealOptions extends ChangeOptions {
  readonly node?: readonly string[];
}

export interface RollbackOptions extends ChangeOptions {
  readonly to?: number;
}

/** Carries out a plan that was made before, by the hash under which it was seen, or its id. */
export async function applyPlan(context: Context, given: string, options: CarryOutOptions): Promise<void> {
  const plan = await findPlan(context, given);
  const was = plan.deployment === undefined ? undefined : await read(context, plan.deployment);
  await carryOut(context, plan, options, was);
}

export async function updateDeployment(context: Context, given: string, options: UpdateOptions): Promise<void> {
  const was = await read(context, (await findDeployment(context, given)).id);
  const version = options.templateVersion;
  const counts = countsIn(context, was, options.count ?? []);
  const inputs = await readInputs(context, was, options);
  const secrets = options.secret && (await readSecrets(context, options.secret));
  await change(context, was, { action: 'update', version, inputs, secrets, counts }, options);
}

export async function scaleDeployment(
  context: Context,
  given: string,
  counts: readonly string[],
  options: ChangeOptions,
): Promise<void> {
  const was = await read(context, (await findDeployment(context, given)).id);
  await change(context, was, { action: 'scale', counts: countsIn(context, was, counts) }, options);
}

export async function healDeployment(context: Context, given: string, options: HealOptions): Promise<void> {
  const was = await read(context, (await findDeployment(context, given)).id);
  for (const node of options.node ?? []) refuseUnknownNode(context, was, node);
  const nodes = options.node && [...options.node];
  await change(context, was, { action: 'heal', nodes }, options);
}

export async function rollBackDeployment(context: Context, given: string, options: RollbackOptions): Promise<void> {
  const was = await read(context, (await findDeployment(context, given)).id);
  await change(context, was, { action: 'rollback', revision: options.to }, options);
}

export async function switchDeployment(
  context: Context,
  action: 'stop' | 'start' | 'delete',
  given: string,
  options: ChangeOptions,
): Promise<void> {
  const was = await read(context, (await findDeployment(context, given)).id);
  if (action === 'delete' && was.state === 'deleting' && was.run && !was.run.endedAt)
    return followDeletion(context, was, was.run.id, options);
  await change(context, was, { action }, options);
}

/** Throws a {@link Stop} for what is no instance of a deployment. */
export function refuseUnknownNode({ say }: Context, { name, nodeInstances }: Deployment, node: string): void {
  const known = nodeInstances.filter(({ state }) => state !== 'deleted').map((one) => one.node);
  if (known.includes(node)) return;
  const sentence = say('find.noNode', { deployment: name, name: node });
  throw new Stop(exitCodes.notFound, withGuess(sentence, node, known, say));
}

/** Plans a change, shows the plan, and carries out exactly that. */
export async function change(context: Context, was: Deployment, body: Change, options: ChangeOptions): Promise<void> {
  const { client, signal } = context;
  const params = { deployment: was.id };
  const plan = await client.call('post /deployments/{deployment}/plans', { params, body, signal });
  if (options.planOnly) return printPlan(context, plan, options.steps, was);
  await carryOut(context, plan, options, was);
}

/** Whoever asks for a deletion that is under way already gets that one. */
async function followDeletion(context: Context, was: Deployment, run: string, options: ChangeOptions): Promise<void> {
  const { out, say } = context;
  const answer = { deployment: was.id, run };
  out.message(say('deployment.started', { run, name: was.name }));
  const ended = isFollowed(context, options) ? await watchRun(context, run, options.timeout) : undefined;
  await out.one(
    { ...answer, ...(ended && { ended }) },
    () => was.name,
    () => run,
  );
}

async function findPlan({ client, say, signal }: Context, given: string): Promise<Plan> {
  if (given.startsWith('plan-')) return client.call('get /plans/{plan}', { params: { plan: given }, signal });
  const { items } = await client.call('get /plans', { query: { hash: given, limit: 1 }, signal });
  const [newest] = items;
  if (!newest) throw new Stop(exitCodes.notFound, say('find.noPlan', { hash: given }));
  return newest;
}

export function read({ client, signal }: Context, id: string): Promise<Deployment> {
  return client.call('get /deployments/{deployment}', { params: { deployment: id }, signal });
}

/** `NODE=COUNT` for nodes that can be counted; each of the nodes that are counted together stands for all of them. */
function countsIn({ say }: Context, { name: deployment, scaling }: Deployment, given: readonly string[]) {
  const counts = readCounts(given, say);
  const members = scaling.flatMap((group) => group.members);
  for (const name of Object.keys(counts)) {
    if (members.includes(name)) continue;
    const known = scaling.map(({ node }) => node);
    if (known.length === 0) throw usage(say('find.nothingCounted', { deployment }));
    const sentence = say('find.notCounted', { deployment, name, known: known.join(', ') });
    throw usage(withGuess(sentence, name, members, say));
  }
  return counts;
}

/** Inputs as the template's version that is wanted types them. */
async function readInputs(context: Context, was: Deployment, options: UpdateOptions): Promise<Values> {
  const { client, language, say, signal } = context;
  const version = options.templateVersion ?? was.template.version;
  const template = await client.call('get /templates/{template}', {
    params: { template: was.template.id },
    query: { version },
    signal,
  });
  const variant = template.variants.find(({ name }) => name === was.template.variant);
  const base = options.inputFile === undefined ? {} : await readInputFile(options.inputFile, say);
  return readValues(options, fieldsOf(variant?.inputs, language), context, base);
}
