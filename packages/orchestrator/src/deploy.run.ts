import { Failure, hours, type Observed, stepName } from '@pileus/model';
import { defineRun, walk, type Json, type Outcome, type Run, type RunDefinition, type Write } from '@pileus/engine';
import type { Shell } from '@pileus/provider';
import type { Data, Node, Operation } from '@pileus/tosca';
import { z } from 'zod';
import { createResource } from './create-resource.ts';
import { assignmentsOf, inputsOf, jobOf } from './operation.ts';
import {
  KnownAfter,
  nothingKnown,
  stepKey,
  type CreateStep,
  type OperationStep,
  type Plan,
  type PlanStep,
} from './plan.ts';
import { attributesOf, specOf } from './resources.ts';
import { structureOf, type Outline } from './structure.ts';
import { holesIn, portsOf, scopeOf, valueOf, type Setting } from './values.ts';
import { write, type Deployment, type NodeRow, type World } from './world.ts';

/** Carries out a plan: makes what it shows, runs what it shows, side by side where the graph allows. */
export function deployRun(world: World): RunDefinition<{ deployment: string }> {
  return defineRun({
    name: 'deployment.create',
    input: z.object({ deployment: z.string() }),
    async tell(run, { deployment: id }) {
      const deployment = await world.deployment(id);
      await run.plan(plannedSteps(deployment.plan));
      const work = prepare(deployment);
      const graph = new Map(deployment.plan.steps.map(({ key, needs }) => [key, needs]));
      const outcomes = await walk(graph, (key) => perform(run, world, deployment, work, work.step(key)), {
        signal: run.signal,
        skip: (key, because) => skip(run, work.step(key), because),
      });
      throwFirst(outcomes);
      return outputsOf(deployment, work.setting) as Json;
    },
    ended: ({ deployment: id }, end) => {
      if (end.is === 'succeeded')
        return [write('deployment', { id, by: 'create', state: 'running', outputs: end.output })];
      return [write('deployment', { id, by: 'create', state: end.is })];
    },
  });
}

/** A run fails with its first failure; one that was cancelled before all had begun is cancelled. */
export function throwFirst(outcomes: ReadonlyMap<string, Outcome>): void {
  for (const outcome of outcomes.values()) if (outcome.is === 'failed') throw outcome.error;
  for (const outcome of outcomes.values()) if (outcome.is === 'left') throw new Failure('cancelled');
}

/** What the journal shows before anything has begun. */
function plannedSteps({ steps }: Plan) {
  return steps.flatMap((step) =>
    step.action === 'create'
      ? [
          { key: step.key, name: stepName('create', { kind: step.kind, name: step.name }), node: step.node },
          { key: `${step.key}:ready`, name: stepName('ready', { kind: step.kind, name: step.name }), node: step.node },
        ]
      : [{ key: step.key, name: titleOf(step), node: step.node }],
  );
}

export const titleOf = ({
  node,
  interface: of,
  operation,
}: Pick<OperationStep, 'node' | 'interface' | 'operation'>): string =>
  stepName('run', { node, operation: `${of}.${operation}` });

async function skip(run: Run, step: PlanStep, because: string): Promise<void> {
  await run.skip(step.key, because);
  if (step.action === 'create') await run.skip(`${step.key}:ready`, because);
}

/** The deployment's plan and topology at hand, and what has become known so far. */
interface Work {
  readonly setting: Setting;
  readonly ports: ReadonlyMap<string, readonly Node[]>;
  step(key: string): PlanStep;
  node(name: string): Node;
  outline(key: string): Outline | undefined;
  /** The steps each node still has before it is up. */
  readonly left: ReadonlyMap<string, Set<string>>;
}

function prepare(deployment: Deployment): Work {
  const { topology } = deployment.template;
  const { plan, inputs, name } = deployment;
  const steps = new Map(plan.steps.map((step) => [step.key, step]));
  const left = new Map<string, Set<string>>();
  for (const { node, key } of plan.steps) left.set(node, (left.get(node) ?? new Set()).add(key));
  const structure = structureOf(topology);
  const outlines = new Map(structure.outlines.map((outline) => [outline.key, outline]));
  return {
    outline: (key) => outlines.get(key),
    setting: { topology, structure, inputs, choices: plan.choices, deployment: name, known: nothingKnown() },
    ports: portsOf(topology),
    left,
    step: (key) => found(steps.get(key), 'step', key),
    node: (of) => found(topology.nodes[of], 'node', of),
  };
}

function found<T>(thing: T | undefined, kind: string, id: string): T {
  if (thing === undefined) throw new Failure('not-found', { kind, id });
  return thing;
}

async function perform(run: Run, world: World, deployment: Deployment, work: Work, step: PlanStep): Promise<void> {
  if (step.action === 'create') await create(run, world, deployment, work, step);
  else await operate(run, deployment, work, step);
}

async function create(run: Run, world: World, deployment: Deployment, work: Work, step: CreateStep): Promise<void> {
  const node = work.node(step.node);
  const outline = work.outline(step.key);
  const part = outline?.does.action === 'create' ? outline.does.part : undefined;
  const spec = settled(specOf(step.kind, node, part, scopeOf(work.setting, node, work.ports)), step.key);
  const observed = await createResource(
    run,
    world,
    deployment,
    { ...step, spec },
    {
      begins: () => [nodeRow(deployment, step.node, { state: 'creating', failure: null })],
      isReady: (is) => [
        nodeRow(deployment, step.node, { state: isUp(work, step) ? 'started' : 'created' }),
        ...consequences(work, node, step, is).map(({ node: of, attributes }) =>
          nodeRow(deployment, of, { attributes }),
        ),
      ],
      fails: (failure) => [nodeRow(deployment, step.node, { state: 'error', failure })],
    },
  );
  isUp(work, step);
  work.setting.known.refs.set(step.key, observed.ref);
  for (const { node: of, attributes } of consequences(work, node, step, observed)) learn(work, of, attributes);
}

type Attributes = Readonly<Record<string, Data>>;

/** The attributes that a resource sets once it is ready: its node's, and those of the server that an address leads to. */
function consequences(
  work: Work,
  node: Node,
  step: CreateStep,
  observed: Observed,
): { node: string; attributes: Attributes }[] {
  const own = { node: node.name, attributes: attributesOf(step.kind, observed) };
  if (step.kind !== 'address') return [own];
  const ports = node.requirements.map(({ target }) => target);
  const servers = [...work.ports].filter(([, bound]) => bound.some(({ name }) => ports.includes(name)));
  return [
    own,
    ...servers.map(([server]) => ({ node: server, attributes: { public_address: own.attributes['address'] ?? '' } })),
  ];
}

/** The states a node goes through while one of its own operations runs, and when it has run. */
const states: Readonly<Record<string, readonly [string, string]>> = {
  create: ['creating', 'created'],
  configure: ['configuring', 'configured'],
  start: ['starting', 'started'],
};

async function operate(run: Run, deployment: Deployment, work: Work, step: OperationStep): Promise<void> {
  const node = work.node(step.node);
  const { definition } = operationOf(work, step);
  const inputs = settled(inputsOf(work.setting, node, definition, step.requirement), step.key) as Attributes;
  const [during, after] = (step.requirement === undefined && states[step.operation]) || [];
  const title = titleOf(step);
  const outputs = await run.step<Readonly<Record<string, string>>>(
    {
      key: step.key,
      name: title,
      node: step.node,
      within: hours(2),
      // What a script has done cannot be seen from outside, so it is tried again only when a person says so.
      retry: { when: ({ code }) => code === 'provider-unreachable' || code === 'provider-throttled' },
      intent: () => [nodeRow(deployment, step.node, { ...(during && { state: during }), failure: null })],
      record: (written) => [
        nodeRow(deployment, step.node, isUp(work, step) ? { state: 'started' } : after ? { state: after } : {}),
        ...assigned(work, node, definition, written, step.requirement).map(({ node: of, attributes }) =>
          nodeRow(deployment, of, { attributes }),
        ),
      ],
      failed: (failure) => [nodeRow(deployment, step.node, { state: 'error', failure })],
    },
    (call) =>
      shellOn(deployment, work.setting, step.host).run(jobOf(title, node, definition, inputs, deployment.files), call),
  );
  isUp(work, step);
  const { known } = work.setting;
  known.outputs.set(`${step.node}/${step.interface}/${step.operation}`, outputs);
  for (const { node: of, attributes } of assigned(work, node, definition, outputs, step.requirement))
    learn(work, of, attributes);
}

function operationOf(work: Work, step: OperationStep) {
  const outline = work.outline(step.key);
  if (outline?.does.action !== 'run') throw new Failure('not-found', { kind: 'operation', id: step.key });
  return outline.does;
}

/** A shell on the server that a node of the topology stands for. */
export function shellOn(
  { connection }: Pick<Deployment, 'connection'>,
  { known }: Pick<Setting, 'known'>,
  host: string,
): Shell {
  const server = known.refs.get(stepKey(host, 'server'));
  const shell = server === undefined ? undefined : connection.shell?.(server);
  return found(shell, 'shell on', host);
}

/** An operation's outputs as whole attributes: what is set inside one is merged with what it holds already. */
function assigned(
  work: Work,
  node: Node,
  definition: Operation,
  outputs: Readonly<Record<string, string>>,
  requirement: number | undefined,
) {
  return assignmentsOf(node, definition, outputs, requirement).map(
    ({ node: of, path: [first = '', ...rest], value }) => ({
      node: of,
      attributes: { [first]: within(work.setting.known.attributes.get(of)?.get(first), rest, value) },
    }),
  );
}

function within(held: Data | undefined, [first, ...rest]: readonly string[], value: Data): Data {
  if (first === undefined) return value;
  const map = typeof held === 'object' && held !== null && !Array.isArray(held) ? (held as Attributes) : {};
  return { ...map, [first]: within(map[first], rest, value) };
}

function learn({ setting: { known } }: Work, node: string, attributes: Attributes): void {
  const held = known.attributes.get(node) ?? new Map<string, Data>();
  for (const [name, value] of Object.entries(attributes)) held.set(name, value);
  known.attributes.set(node, held);
}

/** Notes that a step is done, and says whether it was its node's last one. */
function isUp({ left }: Work, { node, key }: PlanStep): boolean {
  const keys = left.get(node);
  keys?.delete(key);
  return keys?.size === 0;
}

function nodeRow(deployment: Deployment, node: string, row: Omit<NodeRow, 'deployment' | 'node'>): Write {
  return write('node', { deployment: deployment.id, node, ...row });
}

/** What everything before it has made known; a hole that is left means that the template reads what nobody sets. */
function settled<T>(spec: T, key: string): T {
  const [missing] = holesIn(spec);
  if (missing)
    throw new Failure('invalid', {
      what: key,
      reason: `it needs an attribute of ${missing.keys.join(', ') || 'a node'} that has not been set`,
    });
  return spec;
}

/** The template's outputs; one that could not be worked out is null. */
function outputsOf({ template }: Deployment, setting: Setting): { name: string; description?: string; value: Data }[] {
  return Object.entries(template.topology.outputs).map(([name, { description, value }]) => {
    const known = valueOf(setting, value, undefined);
    return {
      name,
      ...(description !== undefined && { description }),
      value: known instanceof KnownAfter ? null : known,
    };
  });
}
