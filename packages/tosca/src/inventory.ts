import type { Data, Schemas } from './topology.ts';

/** A node that exists already: of another deployment, or found at a cloud. */
export interface InventoryNode {
  /** Tells it from all others. */
  readonly id: string;
  readonly name: string;
  /** Its type, then the ancestors of that. */
  readonly types: readonly string[];
  readonly properties: Readonly<Record<string, Data>>;
  readonly attributes: Readonly<Record<string, Data>>;
  readonly capabilities: Readonly<Record<string, InventoryCapability>>;
  /** What its properties and attributes look like, where that is known; scalars of a template's own types compare by it. */
  readonly schemas?: Schemas | undefined;
}

export interface InventoryCapability {
  readonly types: readonly string[];
  readonly properties: Readonly<Record<string, Data>>;
  readonly attributes: Readonly<Record<string, Data>>;
  readonly schemas?: Schemas | undefined;
  /** What relationships take up of its properties, each amount apart (2.0 §8.5.5). */
  readonly allocated?: Readonly<Record<string, readonly Data[]>> | undefined;
}

/** What may be chosen from when a requirement is left open or a node is to be selected. */
export interface Inventory {
  nodes(): Iterable<InventoryNode>;
}
