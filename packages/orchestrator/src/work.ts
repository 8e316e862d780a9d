import { Failure } from '@pileus/model';
import type { Shell } from '@pileus/provider';
import type { Data, Operation } from '@pileus/tosca';
import type { Present } from './comparison.ts';
import type { Expanded, Graph, Instance, Relation } from './expand.ts';
import { Forgotten } from './forgotten.ts';
import { inputsOf } from './operation.ts';
import { withInside, type Assignment } from './attributes.ts';
import { calledAs } from './call.ts';
import { keyOfMaking, nothingKnown, outputKey, stepKey, type Known, type Plan, type PlanStep } from './plan.ts';
import { presentOf, Revisions } from './present.ts';
import type { Secrets } from './secrets.ts';
import { structureOf, type Outline, type Structure } from './structure.ts';
import { portsOf, type Setting } from './values.ts';
import type { Deployment, KnownNode, KnownOperation, KnownResource, NodeRow, Revision, Survey, Task } from './world.ts';
import { write } from './world.ts';
import type { Write } from '@pileus/engine';

type Outputs = Readonly<Record<string, string>>;

export type Attributes = Readonly<Record<string, Data>>;

/** An operation with the node it belongs to, as one of the graphs has it. */
export interface Found {
  readonly node: Instance;
  readonly relation: Relation | undefined;
  readonly definition: Operation;
}

/** A change while it is carried out: what there was when it began, what is wanted, and what has become known since. */
export class Work {
  readonly deployment: Deployment;
  readonly plan: Plan;
  readonly survey: Survey;
  readonly revision: Revision | undefined;
  readonly secrets: Secrets;
  readonly expanded: Expanded | undefined;
  readonly ports: ReadonlyMap<string, readonly Instance[]>;
  readonly operations: ReadonlyMap<string, KnownOperation>;
  readonly resources: ReadonlyMap<string, KnownResource>;
  /** What is known of what will be; what is to be made anew is left out until it is. */
  readonly known: Known;
  readonly forgotten = new Forgotten();
  readonly #present: Present;
  readonly #before: Known = nothingKnown();
  readonly #revisions: Revisions;
  readonly #structure: Structure | undefined;
  readonly #outlines: ReadonlyMap<string, Outline>;
  readonly #settings = new Map<number, Setting>();
  /** The revision each instance was last made or changed for. */
  readonly #stemsFrom: ReadonlyMap<string, number>;
  /** The steps each instance still has before it is up. */
  readonly #left = new Map<string, Set<string>>();
  readonly #busy = new Map<string, Promise<void>>();

  constructor(deployment: Deployment, { plan, revision }: Task, survey: Survey) {
    this.deployment = deployment;
    this.plan = plan;
    this.survey = survey;
    this.secrets = deployment.secrets;
    this.#revisions = new Revisions(deployment.revisions);
    this.revision = revision === undefined ? undefined : this.#revisions.revision(revision);
    this.expanded = revision === undefined ? undefined : this.#revisions.expanded(revision, plan.choices);
    this.#present = presentOf(survey, this.#revisions);
    this.ports = this.expanded ? portsOf(this.expanded.graph) : new Map();
    this.operations = new Map(survey.operations.map((one) => [one.step, one]));
    this.resources = new Map(survey.resources.map((one) => [one.step, one]));
    this.#stemsFrom = new Map(survey.nodes.map(({ node, revision: number }) => [node, number]));
    this.#structure = this.expanded && structureOf(this.expanded.graph);
    this.#outlines = outlinesOf(this.#structure);
    this.known = this.#whatStays();
    for (const step of plan.steps) {
      if (!isUpward(step)) continue;
      const keys = this.#left.get(step.node);
      if (keys) keys.add(step.key);
      else this.#left.set(step.node, new Set([step.key]));
    }
  }

  /** What is wanted, to work out values of it. */
  get setting(): Setting {
    const { expanded, revision } = this;
    if (!expanded || !revision || !this.#structure)
      throw new Failure('not-found', { kind: 'revision', id: this.deployment.id });
    return {
      topology: expanded.graph,
      structure: this.#structure,
      inputs: revision.inputs,
      choices: this.plan.choices,
      deployment: this.deployment.name,
      known: this.known,
      secrets: this.secrets,
    };
  }

  get files(): ReadonlyMap<string, Uint8Array> {
    return this.revision?.files ?? new Map();
  }

  wanted(name: string): Instance {
    return found(this.expanded?.graph.nodes[name], 'node', name);
  }

  /** The relationship that a resource stands for, when it is one (a volume in a server). */
  partOf(key: string): Relation | undefined {
    const does = this.#outlines.get(key)?.does;
    return does?.action === 'create' ? does.part : undefined;
  }

  operation(step: PlanStep & { action: 'run' }): Found {
    const graph: Graph | undefined = step.of === 'wanted' ? this.expanded?.graph : this.#present.graph;
    const node = found(graph?.nodes[step.node], 'node', step.node);
    const relation =
      step.relation === undefined
        ? undefined
        : found(
            node.requirements.find(({ id }) => id === step.relation),
            'relationship',
            step.relation,
          );
    const { interfaces } = relation ? relation.relationship : node;
    const named = interfaces[step.interface]?.operations[step.operation];
    const definition = found(named?.implementation ? named : undefined, 'operation', step.key);
    return { node, relation, definition };
  }

  /** Inputs of an operation of what is wanted, by its step's key; undefined for one there is none of any more. */
  inputsFor(key: string): { readonly found: Found; readonly inputs: Readonly<Record<string, unknown>> } | undefined {
    const outline = this.#outlines.get(key);
    if (outline?.does.action !== 'run') return undefined;
    const { node, does } = outline;
    const { definition, relation } = does;
    return { found: { node, relation, definition }, inputs: inputsOf(this.setting, node, definition, relation) };
  }

  /** What is, for conditions: with the attributes and states of now. */
  settingNow(nodes: readonly KnownNode[]): Setting {
    const setting = this.expanded ? this.setting : this.settingBefore(nodes[0]?.node ?? '');
    const attributes = new Map(
      nodes.map(({ node, attributes: set, state }) => [node, new Map(Object.entries({ ...set, state }))]),
    );
    return { ...setting, known: { ...setting.known, attributes } };
  }

  /** What there was, as the revision had it that the instance stems from. */
  settingBefore(node: string): Setting {
    const number = this.#stemsFrom.get(node) ?? 0;
    const held = this.#settings.get(number);
    if (held) return held;
    const revision = this.#revisions.revision(number);
    const topology = this.#present.graph;
    const setting: Setting = {
      topology,
      structure: structureOf(topology),
      inputs: revision?.inputs ?? {},
      choices: {},
      deployment: this.deployment.name,
      known: this.#before,
      secrets: this.secrets,
    };
    this.#settings.set(number, setting);
    return setting;
  }

  filesBefore(node: string): ReadonlyMap<string, Uint8Array> {
    const number = this.#stemsFrom.get(node) ?? 0;
    return this.#revisions.revision(number)?.files ?? new Map();
  }

  #knownOf(of: 'wanted' | 'present'): Known {
    return of === 'wanted' ? this.known : this.#before;
  }

  /** Notes what an operation has answered. */
  recall(step: PlanStep & { action: 'run' }, relation: Relation | undefined, outputs: Outputs): void {
    this.#knownOf(step.of).outputs.set(outputKey(step.node, step, relation), outputs);
  }

  /** A shell on the server of an instance, as it is wanted or as it was. */
  shellOn(host: string, of: 'wanted' | 'present'): Shell {
    const known = this.#knownOf(of);
    const graph = of === 'wanted' ? this.expanded?.graph : this.#present.graph;
    const server = known.refs.get(stepKey(host, 'server')) ?? graph?.nodes[host]?.refs?.server;
    const shell = server === undefined ? undefined : this.deployment.connection.shell?.(server);
    return found(shell, 'shell on', host);
  }

  /** Notes an attribute; answers what its node's row is to hold of it. */
  learn(
    { node, path: [first = '', ...rest], value }: Assignment,
    of: 'wanted' | 'present' = 'wanted',
  ): { node: string; attributes: Attributes } {
    const { attributes } = this.#knownOf(of);
    const held = attributes.get(node) ?? new Map<string, Data>();
    const whole = withInside(held.get(first), rest, value);
    attributes.set(node, held.set(first, whole));
    return { node, attributes: { [first]: whole } };
  }

  /** Notes that a step is done, and says whether it was its node's last one on the way up. */
  isUp({ node, key }: PlanStep): boolean {
    const keys = this.#left.get(node);
    keys?.delete(key);
    return keys?.size === 0;
  }

  nodeRow(node: string, row: Omit<NodeRow, 'deployment' | 'node'>): Write {
    return write('node', { deployment: this.deployment.id, node, ...row });
  }

  /** One script at a time on each host: package managers and configuration files bear no more. */
  async alone<T>(host: string, work: () => Promise<T>): Promise<T> {
    const before = this.#busy.get(host);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#busy.set(host, promise);
    await before;
    try {
      return await work();
    } finally {
      resolve();
    }
  }

  /** What operations have answered, also in earlier runs. */
  #recall(known: Known, outlines: ReadonlyMap<string, Outline>, graph: Graph): void {
    for (const operation of this.survey.operations) {
      const { step, node, outputs } = operation;
      if (!outputs || Object.keys(outputs).length === 0) continue;
      const does = outlines.get(step)?.does;
      const which = does?.action === 'run' ? does : calledAs(graph, operation);
      if (which) known.outputs.set(outputKey(node, which, which.relation), outputs);
    }
  }

  #whatStays(): Known {
    const known = nothingKnown();
    const made = new Set(this.plan.steps.flatMap((step) => (step.action === 'create' ? [step.key] : [])));
    const cleared = new Set(this.plan.steps.flatMap((step) => (step.action === 'delete' ? step.clears : [])));
    for (const { step, ref } of this.survey.resources) {
      const key = keyOfMaking(step);
      if (ref === undefined) continue;
      this.#before.refs.set(key, ref);
      if (!made.has(key)) known.refs.set(key, ref);
    }
    for (const { node, attributes } of this.survey.nodes) {
      this.#before.attributes.set(node, new Map(Object.entries(attributes)));
      if (!cleared.has(node)) known.attributes.set(node, new Map(Object.entries(attributes)));
    }
    if (this.expanded) this.#recall(known, this.#outlines, this.expanded.graph);
    this.#recall(this.#before, outlinesOf(structureOf(this.#present.graph)), this.#present.graph);
    return known;
  }
}

function outlinesOf(structure: Structure | undefined): ReadonlyMap<string, Outline> {
  return new Map(structure?.outlines.map((outline) => [outline.key, outline]));
}

/** Whether a step leads to an instance that is up. */
export function isUpward(step: PlanStep): boolean {
  if (step.action === 'run') return step.of === 'wanted' && !step.isCalled;
  return step.action === 'create' || step.action === 'update';
}

export function found<T>(thing: T | undefined, kind: string, id: string): T {
  if (thing === undefined) throw new Failure('not-found', { kind, id });
  return thing;
}
