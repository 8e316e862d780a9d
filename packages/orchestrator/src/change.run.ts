import { changeActions, stepName, type ChangeAction, type Clock } from '@pileus/model';
import { defineRun, type Json, type Run, type RunDefinition } from '@pileus/engine';
import { z } from 'zod';
import type { Data } from '@pileus/tosca';
import { examine, findingsOf } from './drift.ts';
import { makePlan } from './make-plan.ts';
import { carryOut, plannedSteps } from './perform.ts';
import { KnownAfter, type CalledName, type Plan } from './plan.ts';
import { valueOf } from './values.ts';
import { found, Work } from './work.ts';
import { write, type Deployment, type DeploymentRow, type Survey, type Task, type World } from './world.ts';

export interface ChangeInput {
  readonly deployment: string;
  /** The plan that was approved. Without one it is planned when it begins: what came before may still have made things. */
  readonly plan?: string | undefined;
  /** Without a plan: the revision that is wanted; nothing is wanted where it is absent too. */
  readonly revision?: number | undefined;
  /** For what leads to no other state than there was: that state. */
  readonly state?: DeploymentRow['state'] | undefined;
  /** Why, as whoever approved it said; and the workflow or operation that it runs. For those who look at the run. */
  readonly note?: string | undefined;
  readonly called?: CalledName | undefined;
  /** Without a plan: instances to mend, beside what is found to be gone or broken. */
  readonly mend?: readonly string[] | undefined;
}

export type ChangeRuns = Readonly<Record<ChangeAction, RunDefinition<ChangeInput>>>;

/** The runs that carry out plans: remove what is not wanted, make and change what is, side by side where the graph allows. */
export function changeRuns(world: World): ChangeRuns {
  // One entry per action, by construction.
  return Object.fromEntries(changeActions.map((action) => [action, changeRun(world, action)])) as unknown as ChangeRuns;
}

function changeRun(world: World, action: ChangeAction): RunDefinition<ChangeInput> {
  return defineRun({
    name: `deployment.${action}`,
    input: z.object({
      deployment: z.string(),
      plan: z.string().optional(),
      revision: z.number().optional(),
      mend: z.array(z.string()).optional(),
      state: z.enum(['running', 'stopped', 'failed', 'cancelled']).optional(),
      note: z.string().optional(),
      called: z.object({ name: z.string(), node: z.string().optional() }).optional(),
    }),
    async tell(run, { deployment: id, plan, revision, mend }) {
      const deployment = await world.deployment(id);
      // Kept in the journal: what a first attempt has changed must not be missing when the story is told again.
      const survey = (await run.step<Json>(
        { key: 'survey', name: stepName('survey') },
        async () => (await world.survey(id)) as unknown as Json,
      )) as unknown as Survey;
      const task =
        plan === undefined
          ? await planNow(run, world.clock, deployment, survey, revision, mend)
          : await world.plan(plan);
      const work = new Work(deployment, task, survey);
      await announce(run, work);

      await carryOut(run, world, work);
      const outputs = work.revision ? outputsOf(work) : [];
      await work.secrets.keep();
      return {
        outputs,
        nodes: task.plan.nodes,
        revision: task.revision ?? null,
      };
    },
    ended: ({ deployment: id, state: before }, end, run) => {
      if (before !== undefined) {
        const { outputs } = end.is === 'succeeded' ? (end.output as unknown as Ended) : {};
        return [write('deployment', { id, run, state: before, ...(outputs !== undefined && { outputs }) })];
      }
      if (end.is !== 'succeeded') return [write('deployment', { id, run, state: end.is })];
      if (action === 'delete') return [write('deployment', { id, run, state: 'deleted', isGone: true })];
      const { outputs, nodes, revision } = end.output as unknown as Ended;
      const state = action === 'stop' ? 'stopped' : 'running';
      return [
        write('deployment', {
          id,
          run,
          state,
          nodes,
          ...(action !== 'stop' && action !== 'start' && { outputs }),
          ...(revision !== null && { revision }),
        }),
      ];
    },
  });
}

interface Ended {
  readonly outputs: Json;
  readonly nodes: readonly string[];
  readonly revision: number | null;
}

/** Works out what is to be done when the run begins; kept in the journal, since the cloud may answer otherwise later. */
async function planNow(
  run: Run,
  clock: Clock,
  deployment: Deployment,
  survey: Survey,
  revision: number | undefined,
  mend: readonly string[] | undefined,
): Promise<Task> {
  const { name, connection, revisions, secrets } = deployment;
  const provider = { title: { en: name, 'zh-CN': name } };
  const wanted = revision === undefined ? undefined : found(revisions.get(revision), 'revision', String(revision));
  const plan = await run.step<Json>({ key: 'plan', name: stepName('plan') }, async ({ signal }) => {
    const findings = mend && (await brokenIn(deployment, survey, mend, clock, signal));
    const planned = await makePlan({
      findings,
      desired: wanted,
      survey,
      revisions,
      name,
      secrets,
      connection,
      provider,
      signal,
    });
    await secrets.keep();
    return JSON.parse(JSON.stringify(planned)) as Json;
  });
  return { plan: plan as unknown as Plan, revision };
}

/** What is gone, broken or stopped. What somebody has changed is left to a person: it may be meant so. */
async function brokenIn(
  { connection, secrets }: Pick<Deployment, 'connection' | 'secrets'>,
  survey: Survey,
  mend: readonly string[],
  clock: Clock,
  signal: AbortSignal,
) {
  const drifts = await examine(connection, survey, clock, signal, secrets);
  return findingsOf(
    drifts.filter(({ is }) => is !== 'changed'),
    survey,
    mend,
  );
}

/** What the journal and the inventory show before anything has begun. */
async function announce(run: Run, work: Work): Promise<void> {
  await run.plan(work.plan.steps.flatMap(plannedSteps));
  if (!work.expanded || work.plan.revision !== undefined) return;
  const rows = Object.values(work.expanded.graph.nodes).map((node) =>
    work.nodeRow(node.name, {
      made: {
        template: node.template,
        index: node.index,
        type: node.type,
        requires: node.requirements.map(({ name, target, relationship }) => ({
          name,
          target,
          relationship: relationship.type,
        })),
      },
      revision: work.revision?.number ?? 0,
    }),
  );
  await run.step({ key: 'begin', name: stepName('begin'), record: () => rows }, async () => {});
}

/** The template's outputs; one that could not be worked out is null. */
function outputsOf(work: Work): { name: string; description?: string; value: Data }[] {
  const { setting } = work;
  return Object.entries(setting.topology.outputs).map(([name, { description, value }]) => {
    const known = valueOf(setting, value, undefined);
    return {
      name,
      ...(description !== undefined && { description }),
      value: known instanceof KnownAfter ? null : known,
    };
  });
}
