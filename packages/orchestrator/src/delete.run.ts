import { Failure, failureData, hours, minutes, sentence, type FailureData, stepName } from '@pileus/model';
import { defineRun, walk, type Json, type Run, type RunDefinition, type Write } from '@pileus/engine';
import { createOnce } from '@pileus/provider';
import type { Data, Node } from '@pileus/tosca';
import { z } from 'zod';
import { checked, driverOf, removeResource } from './create-resource.ts';
import { shellOn, throwFirst, titleOf } from './deploy.run.ts';
import { inputsOf, jobOf } from './operation.ts';
import { KnownAfter, nothingKnown, type Known } from './plan.ts';
import { removalOf, type Removal } from './removal.ts';
import { structureOf } from './structure.ts';
import type { Setting } from './values.ts';
import { write, type Deployment, type KnownResource, type Survey, type World } from './world.ts';

/** Takes a deployment down, whatever state it is in, until nothing of it is left. */
export function deleteRun(world: World): RunDefinition<{ deployment: string }> {
  return defineRun({
    name: 'deployment.delete',
    input: z.object({ deployment: z.string() }),
    async tell(run, { deployment: id }) {
      const deployment = await world.deployment(id);
      // Kept in the journal: what a first attempt has removed already must not be missing when the story is told again.
      const survey = (await run.step<Json>(
        { key: 'survey', name: stepName('survey') },
        async () => (await world.survey(id)) as unknown as Json,
      )) as unknown as Survey;
      const removals = worthwhile(removalOf(deployment.template.topology), survey);
      await run.plan(removals.flatMap((removal) => plannedSteps(removal, survey)));

      const byKey = new Map(removals.map((removal) => [removal.key, removal]));
      const setting = settingOf(deployment, survey);
      const outcomes = await walk(
        new Map(removals.map(({ key, needs }) => [key, needs])),
        async (key) => {
          const removal = byKey.get(key);
          if (removal?.action === 'run') await undo(run, deployment, setting, removal);
          if (removal?.action === 'delete')
            await Promise.all(madeBy(removal, survey).map((made) => remove(run, world, deployment, made, survey)));
        },
        { signal: run.signal, skip: (key, because) => skip(run, byKey.get(key), survey, because) },
      );
      throwFirst(outcomes);
    },
    ended: ({ deployment: id }, end) => [
      write(
        'deployment',
        end.is === 'succeeded'
          ? { id, by: 'delete', state: 'deleted', isGone: true }
          : { id, by: 'delete', state: end.is },
      ),
    ],
  });
}

async function skip(run: Run, removal: Removal | undefined, survey: Survey, because: string): Promise<void> {
  for (const { key } of removal ? plannedSteps(removal, survey) : []) await run.skip(key, because);
}

/** Leaves out what there is nothing to undo for; what waited for it waits for what it waited for. */
export function worthwhile(removals: readonly Removal[], survey: Survey): Removal[] {
  const begun = new Set(survey.begun);
  const hosts = new Set(survey.resources.filter(({ kind, ref }) => kind === 'server' && ref).map(({ node }) => node));
  const replaced = new Map<string, readonly string[]>();
  const kept: Removal[] = [];
  for (const removal of removals) {
    const needs = [...new Set(removal.needs.flatMap((need) => replaced.get(need) ?? [need]))];
    const isWorthIt =
      removal.action === 'delete'
        ? madeBy(removal, survey).length > 0
        : hosts.has(removal.host) && removal.undoes.some((key) => begun.has(key));
    if (isWorthIt) kept.push({ ...removal, needs });
    else replaced.set(removal.key, needs);
  }
  return kept;
}

/** The resources a step of the plan has made: one, or several when the first ones failed at the cloud. */
export function madeBy(removal: Removal, { resources }: Pick<Survey, 'resources'>): KnownResource[] {
  if (removal.action !== 'delete') return [];
  return resources.filter(({ step }) => step === removal.made || step.startsWith(`${removal.made}:`));
}

function plannedSteps(removal: Removal, survey: Survey) {
  const node = removal.node.name;
  if (removal.action === 'run') return [{ key: removal.key, name: titleOf({ ...removal, node }), node }];
  return madeBy(removal, survey).flatMap(({ step, kind, name }) => [
    { key: `${step}:delete`, name: stepName('delete', { kind, name }), node },
    { key: `${step}:gone`, name: stepName('gone', { kind, name }), node },
  ]);
}

function settingOf(deployment: Deployment, survey: Survey): Setting {
  const { template, inputs, plan, name } = deployment;
  return {
    topology: template.topology,
    structure: structureOf(template.topology),
    inputs,
    choices: plan.choices,
    deployment: name,
    known: knownFrom(survey),
  };
}

function knownFrom(survey: Survey): Known {
  const known = nothingKnown();
  for (const { step, ref } of survey.resources) if (ref) known.refs.set(step.split(':')[0] ?? step, ref);
  for (const [node, attributes] of Object.entries(survey.attributes))
    known.attributes.set(node, new Map(Object.entries(attributes)));
  return known;
}

/** Runs `stop`, `delete` … on a host that is about to go. It does its best: a script that fails does not keep the host. */
async function undo(
  run: Run,
  deployment: Deployment,
  setting: Setting,
  removal: Extract<Removal, { action: 'run' }>,
): Promise<void> {
  const { key, node, definition, requirement, host, operation } = removal;
  const title = titleOf({ ...removal, node: node.name });
  const state = operation === 'stop' ? 'stopping' : 'deleting';
  await run.step<Json>(
    {
      key,
      name: title,
      node: node.name,
      within: hours(1),
      retry: { attempts: 1 },
      intent: () =>
        requirement === undefined ? [write('node', { deployment: deployment.id, node: node.name, state })] : [],
      record: () =>
        operation === 'stop' ? [write('node', { deployment: deployment.id, node: node.name, state: 'stopped' })] : [],
    },
    async (call) => {
      try {
        const job = jobOf(title, node, definition, given(setting, node, definition, requirement), deployment.files);
        await shellOn(deployment, setting, host).run({ ...job, within: minutes(5) }, call);
        return {};
      } catch (error) {
        if (call.signal.aborted || !(error instanceof Failure)) throw error;
        const failure: FailureData = failureData(error);
        call.log(`${title} failed, and its host is removed all the same: ${sentence(failure)}`, 'note');
        return { failure: failure as unknown as Json };
      }
    },
  );
}

/** Inputs as far as they are known: a deployment that broke off early has attributes that were never set. */
function given(
  setting: Setting,
  node: Node,
  definition: Extract<Removal, { action: 'run' }>['definition'],
  requirement: number | undefined,
): Record<string, Data> {
  const inputs = Object.entries(inputsOf(setting, node, definition, requirement));
  return Object.fromEntries(inputs.map(([name, value]) => [name, value instanceof KnownAfter ? '' : value]));
}

async function remove(
  run: Run,
  world: World,
  deployment: Deployment,
  made: KnownResource,
  survey: Survey,
): Promise<void> {
  const ref = made.ref ?? (await find(run, world, deployment, made, survey));
  if (ref) await removeResource(run, deployment, { ...made, ref }, () => [nodeIsGone(deployment, made)]);
}

/** What a cloud says about a wish that it hears for the first time and will not fulfil. */
const refusals: ReadonlySet<string> = new Set([
  'provider-invalid',
  'quota-exceeded',
  'no-capacity',
  'not-found',
  'invalid',
]);

function nodeIsGone({ id }: Deployment, { node }: KnownResource): Write {
  return write('node', { deployment: id, node, state: 'deleted' });
}

/** Whether the cloud has made what we never heard back about. */
function find(
  run: Run,
  world: World,
  deployment: Deployment,
  made: KnownResource,
  survey: Survey,
): Promise<string | null> {
  return run.step<string | null>(
    {
      key: `${made.step}:find`,
      name: stepName('find', { kind: made.kind, name: made.name }),
      node: made.node,
      within: minutes(10),
      record: (ref) =>
        ref === null
          ? [
              write('resource', { deployment: deployment.id, step: made.step, state: 'deleted', isGone: true }),
              nodeIsGone(deployment, made),
            ]
          : [],
    },
    async (call) => {
      const driver = driverOf(deployment, made.kind);
      const spec = checked(made);
      const { once } = driver;
      const unclearSince = new Date(survey.at);
      if (once.by !== 'look-up') {
        const again = createOnce(driver, spec, { ...call, token: made.token, unclearSince }, world.clock);
        return again.catch((error: unknown) => {
          // A cloud that knew the token would have answered with what it made.
          if (error instanceof Failure && refusals.has(error.code)) return null;
          throw error;
        });
      }
      const looking = { ...driver, create: async (): Promise<string> => '' };
      return (await createOnce(looking, spec, { ...call, token: made.token, unclearSince }, world.clock)) || null;
    },
  );
}
