import type { Write } from '@pileus/engine';
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

type Resource = { -readonly [K in keyof KnownResource]: KnownResource[K] } & { isGone: boolean };
type Node = { -readonly [K in keyof KnownNode]: KnownNode[K] };
type Operation = { -readonly [K in keyof KnownOperation]: KnownOperation[K] };

/** The platform's tables of one deployment, in memory. */
export class Inventory {
  readonly #resources = new Map<string, Resource>();
  readonly #asked = new Map<string, ResourceRow['asked']>();
  readonly #nodes = new Map<string, Node>();
  readonly #operations = new Map<string, Operation>();
  readonly #isNaive: boolean;

  /** @param isNaive what was asked for is not written down before its ref is known */
  constructor(isNaive: boolean) {
    this.#isNaive = isNaive;
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
      ...(isGone && { isGone }),
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
