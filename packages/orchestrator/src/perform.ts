import { because, Failure, stepName } from '@pileus/model';
import { walk, type Outcome, type PlannedStep, type Run } from '@pileus/engine';
import { hold } from './conditions.ts';
import { runOperation, titleOf } from './perform-operation.ts';
import { createStep, deleteStep, resourceOf, updateStep, verbStep } from './perform-resource.ts';
import type { CheckStep, PlanStep } from './plan.ts';
import type { Work } from './work.ts';
import type { World } from './world.ts';

/** Carries out the steps of a plan, side by side where their needs allow; throws the first failure when all is over. */
export async function carryOut(run: Run, world: World, work: Work): Promise<void> {
  const steps = new Map(work.plan.steps.map((step) => [step.key, step]));
  const paths = new Paths();
  const leaveOut = async (step: PlanStep | undefined, because: string): Promise<void> => {
    for (const planned of step ? plannedSteps(step) : []) await run.skip(planned.key, because);
  };
  const outcomes = await walk(
    new Map(work.plan.steps.map(({ key, needs }) => [key, needs])),
    async (key) => {
      const step = steps.get(key);
      if (!step) return;
      const reason = paths.reasonAgainst(step);
      if (reason !== undefined) {
        await leaveOut(step, reason);
        // What was not looked at does not hold.
        if (step.action === 'check') paths.ended(step);
      } else if (!(await perform(run, world, work, step))) paths.ended(step);
    },
    { signal: run.signal, skip: (key, because) => leaveOut(steps.get(key), because) },
  );
  throwFirst(outcomes);
}

/** Which way a workflow takes: by the checks that came out badly, and by the failures that there are steps for. */
class Paths {
  /** Steps that failed, checks that did not hold, and what was not on the way. */
  readonly #failed = new Set<string>();
  readonly #unmet = new Set<string>();
  readonly #missed = new Set<string>();

  ended(step: PlanStep): void {
    (step.action === 'check' ? this.#unmet : this.#failed).add(step.key);
  }

  /** The step because of which this one is left out; undefined when it is to be done. */
  reasonAgainst({ key, needs, ifMet, onFailureOf = [] }: PlanStep): string | undefined {
    if (ifMet !== undefined && this.#unmet.has(ifMet)) return ifMet;
    const [first] = onFailureOf;
    if (onFailureOf.some((one) => this.#failed.has(one))) return undefined;
    const others = needs.filter((need) => !onFailureOf.includes(need));
    const failed = others.find((need) => this.#failed.has(need));
    const isMissed = others.length > 0 ? others.every((need) => this.#missed.has(need)) : first !== undefined;
    if (failed === undefined && !isMissed) return undefined;
    this.#missed.add(key);
    return failed ?? others[0] ?? first;
  }
}

/** What the journal shows of a step before it begins. */
export function plannedSteps(step: PlanStep): PlannedStep[] {
  const { node } = step;
  if (step.action === 'run') return [{ key: step.key, name: titleOf(step), node }];
  if (step.action === 'state')
    return [{ key: step.key, name: stepName('state', { name: node, state: step.state }), node }];
  if (step.action === 'check') return [{ key: step.key, name: checkName(step), ...(node !== '' && { node }) }];
  const { kind, name } = step;
  const named = (key: string, which: Parameters<typeof stepName>[0]) => ({
    key,
    name: stepName(which, { kind, name }),
    node,
  });
  switch (step.action) {
    case 'create':
      return [named(resourceOf(step), 'create'), named(`${resourceOf(step)}:ready`, 'ready')];
    case 'update':
      return [named(`${step.key}:update`, 'update'), named(`${step.key}:updated`, 'ready')];
    case 'delete':
      return [named(`${step.resource}:delete`, 'delete'), named(`${step.resource}:gone`, 'gone')];
    case 'verb':
      return [
        { key: step.key, name: stepName(step.verb, { name }), node },
        { key: `${step.key}:settled`, name: stepName(step.verb === 'stop' ? 'stopped' : 'running', { name }), node },
      ];
  }
}

const checkName = ({ node, otherwise }: CheckStep): string =>
  stepName('check', { name: node === '' ? (otherwise ?? '') : node });

/** Does one step; answers whether it went well, where that is no failure of the whole. */
async function perform(run: Run, world: World, work: Work, step: PlanStep): Promise<boolean> {
  switch (step.action) {
    case 'run':
      return work.alone(step.host, () => runOperation(run, work, step));
    case 'check':
      return check(run, world, work, step);
    case 'state':
      await setState(run, work, step);
      return true;
    case 'create':
      await createStep(run, world, work, step);
      return true;
    case 'update':
      await updateStep(run, work, step);
      return true;
    case 'delete':
      await deleteStep(run, world, work, step);
      return true;
    case 'verb':
      await verbStep(run, work, step);
      return true;
  }
}

/** Kept in the journal: when the story is told again, the same way is taken. */
async function check(run: Run, world: World, work: Work, step: CheckStep): Promise<boolean> {
  const { key, node, conditions, otherwise } = step;
  const holds = await run.step<boolean>({ key, name: checkName(step), ...(node !== '' && { node }) }, async () => {
    const { nodes } = await world.survey(work.deployment.id);
    const setting = work.settingNow(nodes);
    const is = hold(setting, conditions, setting.topology.nodes[node]);
    if (is || otherwise === undefined) return is;
    const condition = JSON.stringify(conditions);
    const reason =
      node === '' ? because('precondition', { condition }) : because('precondition-for', { node, condition });
    throw new Failure('conflict', { what: because('the-workflow', { name: otherwise }), reason });
  });
  return holds;
}

async function setState(run: Run, work: Work, { key, node, state }: PlanStep & { action: 'state' }): Promise<void> {
  const name = stepName('state', { name: node, state });
  await run.step({ key, name, node, record: () => [work.nodeRow(node, { state })] }, async () => {});
}

/** A run fails with its first failure; one that was cancelled before all had begun is cancelled. */
function throwFirst(outcomes: ReadonlyMap<string, Outcome>): void {
  for (const outcome of outcomes.values()) if (outcome.is === 'failed') throw outcome.error;
  for (const outcome of outcomes.values()) if (outcome.is === 'left') throw new Failure('cancelled');
}
