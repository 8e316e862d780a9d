import type { Write } from '@pileus/engine';
import type { Clock, ManagedKind, Observed } from '@pileus/model';
import {
  madeUnder,
  type DeploymentRow,
  type KnownNode,
  type KnownOperation,
  type KnownResource,
  type NodeRow,
  type OperationRow,
  type ResourceRow,
  type Survey,
} from '@pileus/orchestrator';

type Resource = { -readonly [K in keyof KnownResource]: KnownResource[K] } & { isGone: boolean; goneAt?: Date };
type Node = { -readonly [K in keyof KnownNode]: KnownNode[K] };
type Operation = { -readonly [K in keyof KnownOperation]: KnownOperation[K] };

type Backup = readonly [
  Map<string, Resource>,
  Map<string, ResourceRow['asked']>,
  Map<string, Node>,
  Map<string, Operation>,
];

/** The platform's tables of one deployment, in memory. */
export class Inventory {
  #resources = new Map<string, Resource>();
  #asked = new Map<string, ResourceRow['asked']>();
  #nodes = new Map<string, Node>();
  #operations = new Map<string, Operation>();
  readonly #isNaive: boolean;

  readonly #clock: Clock;

  /** @param isNaive what was asked for is not written down before its ref is known */
  constructor(clock: Clock, isNaive: boolean) {
    this.#clock = clock;
    this.#isNaive = isNaive;
  }

  /** All that is in it now; {@link restore} brings it back. */
  backup(): Backup {
    return structuredClone([this.#resources, this.#asked, this.#nodes, this.#operations] as const);
  }

  restore(backup: Backup): void {
    const [resources, asked, nodes, operations] = structuredClone(backup);
    this.#resources = resources;
    this.#asked = asked;
    this.#nodes = nodes;
    this.#operations = operations;
  }

  /** Takes in what a sweep has found, in the place that a step has for it; answers whether that was free. */
  enter(step: string, { kind, name, ref, state, shown, token = '' }: Observed<ManagedKind>): boolean {
    const before = this.#resources.get(step);
    // What was asked for and is not there a quarter of an hour later gives way; a history sweeps no earlier.
    if (before && !before.isGone && before.ref !== undefined) return false;
    const spec = Object.fromEntries(Object.entries(shown ?? {}).filter(([, value]) => value !== null));
    const node = step.replace(/\.[^.]*$/, '');
    this.#resources.set(step, {
      step,
      node,
      kind,
      name,
      token,
      ref,
      state,
      spec,
      isGone: false,
    });
    return true;
  }

  /** Takes in what was asked for and never heard back about. */
  adopt(step: string, { ref, state }: Observed<ManagedKind>): boolean {
    const resource = this.#resources.get(step);
    if (!resource || resource.isGone || resource.ref !== undefined) return false;
    Object.assign(resource, { ref, state });
    return true;
  }

  get resources(): readonly Resource[] {
    return [...this.#resources.values()];
  }

  survey(at: string): Survey {
    return {
      at,
      resources: this.resources.filter(({ isGone }) => !isGone).map((one) => ({ ...one })),
      nodes: [...this.#nodes.values()].filter(({ state }) => state !== 'deleted').map((one) => ({ ...one })),
      operations: [...this.#operations.values()].map((one) => ({ ...one })),
      made: madeUnder(this.#resources.keys()),
    };
  }

  /** Which of the deployments of a history a row is about. */
  static numberOf({ into, row }: Write): number {
    const id = into === 'deployment' ? row['id'] : row['deployment'];
    return typeof id === 'string' ? Number(id.replace(/\D+/, '')) : NaN;
  }

  write({ into, row }: Write): void {
    if (into === 'resource') this.#writeResource(row as unknown as ResourceRow);
    if (into === 'node') this.#writeNode(row as unknown as NodeRow);
    if (into === 'operation') this.#writeOperation(row as unknown as OperationRow);
    if (into === 'deployment') this.#writeDeployment(row as unknown as DeploymentRow);
  }

  #writeResource(row: ResourceRow): void {
    const { step, asked, ref, state: written, isGone = false, spec: changed } = row;
    const state = written as Resource['state'];
    if (asked) this.#asked.set(step, asked);
    const isNew = this.#isNaive ? ref !== undefined : asked !== undefined;
    const given = this.#asked.get(step);
    if (isNew && given && (asked || !this.#resources.has(step))) {
      const before = this.#resources.get(step);
      const spec = given.spec as KnownResource['spec'];
      this.#resources.set(step, { ...before, ...given, step, spec, state, isGone });
    }
    const resource = this.#resources.get(step);
    if (!resource) return;
    Object.assign(resource, {
      state,
      ...(ref !== undefined && { ref }),
      ...(isGone && { isGone, goneAt: new Date(this.#clock.now()) }),
    });
    if (changed !== undefined) resource.spec = changed as KnownResource['spec'];
  }

  #writeNode({ node, made, revision, state, attributes, isCleared }: NodeRow): void {
    const held = this.#nodes.get(node);
    if (made && (!held || held.state === 'deleted')) {
      const { template, index } = made;
      this.#nodes.set(node, { node, template, index, revision: revision ?? 1, state: 'initial', attributes: {} });
    }
    const row = this.#nodes.get(node);
    if (!row || made) return;
    if (state !== undefined) row.state = state;
    if (revision !== undefined) row.revision = revision;
    row.attributes = { ...(isCleared ? {} : row.attributes), ...(attributes as KnownNode['attributes'] | undefined) };
    if (!isCleared) return;
    for (const [step, one] of this.#operations) {
      if (one.node === node || one.target === node) this.#operations.delete(step);
    }
  }

  #writeDeployment({ nodes, revision }: DeploymentRow): void {
    if (!nodes) return;
    const names = new Set(nodes);
    for (const row of this.#nodes.values()) {
      if (!names.has(row.node)) row.state = 'deleted';
      else if (revision !== undefined) row.revision = revision;
    }
  }

  #writeOperation({ step, node = '', target, digest, isUndone }: OperationRow): void {
    if (isUndone) this.#operations.delete(step);
    else this.#operations.set(step, { step, node, target, digest });
  }
}
