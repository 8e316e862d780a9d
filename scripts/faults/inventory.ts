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
import { grace } from '../../packages/platform/src/inventory/sweep.ts';

type Resource = { -readonly [K in keyof KnownResource]: KnownResource[K] } & {
  isGone: boolean;
  goneAt?: Date;
  askedAt: Date;
};
type Node = { -readonly [K in keyof KnownNode]: KnownNode[K] };
type Operation = { -readonly [K in keyof KnownOperation]: KnownOperation[K] };

interface Tables {
  readonly resources: Map<string, Resource>;
  readonly asked: Map<string, ResourceRow['asked']>;
  readonly nodes: Map<string, Node>;
  readonly operations: Map<string, Operation>;
  isDeleted: boolean;
}

/** The platform's tables of one deployment, in memory. */
export class Inventory {
  readonly #clock: Clock;
  readonly #isNaive: boolean;
  #tables: Tables = {
    resources: new Map(),
    asked: new Map(),
    nodes: new Map(),
    operations: new Map(),
    isDeleted: false,
  };

  /** @param isNaive what was asked for is not written down before its ref is known */
  constructor(clock: Clock, isNaive: boolean) {
    this.#clock = clock;
    this.#isNaive = isNaive;
  }

  /** All that is in it now, for a later {@link restore}. */
  backup(): Tables {
    return structuredClone(this.#tables);
  }

  restore(backup: Tables): void {
    this.#tables = structuredClone(backup);
  }

  get isDeleted(): boolean {
    return this.#tables.isDeleted;
  }

  /** Takes in what was asked for and never heard back about. */
  adopt(step: string, { ref, state }: Observed<ManagedKind>): boolean {
    const resource = this.#tables.resources.get(step);
    if (!resource || resource.isGone || resource.ref !== undefined) return false;
    Object.assign(resource, { ref, state });
    return true;
  }

  /** Takes in what a sweep has found, in the place that a step has for it; answers whether that was free. */
  enter(step: string, { kind, name, ref, state, shown, token = '' }: Observed<ManagedKind>): boolean {
    const before = this.#tables.resources.get(step);
    const askedAt = new Date(this.#clock.now());
    const isOld = before?.ref === undefined && askedAt.getTime() - (before?.askedAt.getTime() ?? 0) > grace;
    if (before && !before.isGone && !isOld) return false;
    const spec = Object.fromEntries(Object.entries(shown ?? {}).filter(([, value]) => value !== null));
    const node = step.replace(/\.[^.]*$/, '');
    this.#tables.resources.set(step, { step, node, kind, name, token, ref, state, spec, askedAt, isGone: false });
    return true;
  }

  get resources(): readonly Resource[] {
    return [...this.#tables.resources.values()];
  }

  survey(at: string): Survey {
    return {
      at,
      resources: this.resources.filter(({ isGone }) => !isGone).map((one) => ({ ...one })),
      nodes: [...this.#tables.nodes.values()].filter(({ state }) => state !== 'deleted').map((one) => ({ ...one })),
      operations: [...this.#tables.operations.values()].map((one) => ({ ...one })),
      made: madeUnder(this.#tables.resources.keys()),
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
    if (asked) this.#tables.asked.set(step, asked);
    const isNew = this.#isNaive ? ref !== undefined : asked !== undefined;
    const given = this.#tables.asked.get(step);
    if (isNew && given && (asked || !this.#tables.resources.has(step))) {
      const before = this.#tables.resources.get(step);
      const spec = given.spec as KnownResource['spec'];
      this.#tables.resources.set(step, { ...before, ...given, step, spec, state, isGone, askedAt: this.#now() });
    }
    const resource = this.#tables.resources.get(step);
    if (!resource) return;
    Object.assign(resource, {
      state,
      ...(ref !== undefined && { ref }),
      ...(isGone && { isGone, goneAt: this.#now() }),
    });
    if (row.isMet) this.#giveWay(resource);
    if (changed !== undefined) resource.spec = changed as KnownResource['spec'];
  }

  #writeNode({ node, made, revision, state, attributes, isCleared }: NodeRow): void {
    const held = this.#tables.nodes.get(node);
    if (made && (!held || held.state === 'deleted')) {
      const { template, index } = made;
      this.#tables.nodes.set(node, {
        node,
        template,
        index,
        revision: revision ?? 1,
        state: 'initial',
        attributes: {},
      });
    }
    const row = this.#tables.nodes.get(node);
    if (!row || made) return;
    if (state !== undefined) row.state = state;
    if (revision !== undefined) row.revision = revision;
    row.attributes = { ...(isCleared ? {} : row.attributes), ...(attributes as KnownNode['attributes'] | undefined) };
    if (!isCleared) return;
    for (const [step, one] of this.#tables.operations) {
      if (one.node === node || one.target === node) this.#tables.operations.delete(step);
    }
  }

  #writeDeployment({ nodes, revision, isGone = false }: DeploymentRow): void {
    this.#tables.isDeleted ||= isGone;
    if (!nodes) return;
    const names = new Set(nodes);
    for (const row of this.#tables.nodes.values()) {
      if (!names.has(row.node)) row.state = 'deleted';
      else if (revision !== undefined) row.revision = revision;
    }
  }

  #giveWay({ step, kind, ref }: Resource): void {
    for (const other of this.resources)
      if (other.step !== step && other.kind === kind && other.ref === ref && !other.isGone)
        Object.assign(other, { state: 'deleted', isGone: true, goneAt: this.#now() });
  }

  #now(): Date {
    return new Date(this.#clock.now());
  }

  #writeOperation({ step, node = '', target, digest, isUndone }: OperationRow): void {
    if (isUndone) this.#tables.operations.delete(step);
    else this.#tables.operations.set(step, { step, node, target, digest });
  }
}
