import type { Write } from '@pileus/engine';
import type { KnownResource, ResourceRow, NodeRow } from '@pileus/orchestrator';
import type { Data } from '@pileus/tosca';

type Resource = { -readonly [K in keyof KnownResource]: KnownResource[K] } & { state: string; isGone: boolean };

/** The platform's tables of one deployment, in memory. */
export class Inventory {
  readonly #resources = new Map<string, Resource>();
  readonly #asked = new Map<string, ResourceRow['asked']>();
  readonly attributes: Record<string, Record<string, Data>> = {};
  readonly #isNaive: boolean;

  /** @param isNaive what was asked for is not written down before its ref is known */
  constructor(isNaive: boolean) {
    this.#isNaive = isNaive;
  }

  get resources(): readonly Resource[] {
    return [...this.#resources.values()];
  }

  write(writes: readonly Write[]): void {
    for (const { into, row } of writes) {
      if (into === 'resource') this.#writeResource(row as unknown as ResourceRow);
      if (into === 'node') this.#writeNode(row as unknown as NodeRow);
    }
  }

  #writeResource(row: ResourceRow): void {
    const { step, asked, ref, state, isGone = false } = row;
    if (asked) this.#asked.set(step, asked);
    const isNew = this.#isNaive ? ref !== undefined : asked !== undefined;
    const given = this.#asked.get(step);
    if (isNew && given && (asked || !this.#resources.has(step))) {
      const before = this.#resources.get(step);
      const spec = given.spec as KnownResource['spec'];
      this.#resources.set(step, { ...before, ...given, step, spec, state, isGone });
    }
    const resource = this.#resources.get(step);
    if (resource) Object.assign(resource, { state, ...(ref !== undefined && { ref }), ...(isGone && { isGone }) });
  }

  #writeNode({ node, attributes }: NodeRow): void {
    this.attributes[node] = { ...this.attributes[node], ...(attributes as Record<string, Data> | undefined) };
  }
}
