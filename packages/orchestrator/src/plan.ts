import type { ManagedKind } from '@pileus/model';
import type { Data } from '@pileus/tosca';

/**
 * What a deployment will do, before anything happens: a graph of steps. It is stored as it was shown; carrying
 * it out fills in what only the clouds can tell.
 */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly choices: Choices;
}

export type PlanStep = CreateStep | OperationStep;

interface AnyStep {
  /** Unique in the plan, at most 28 characters of `A-Z a-z 0-9 . _ -`. */
  readonly key: string;
  readonly node: string;
  /** Keys of the steps that must be done before. */
  readonly needs: readonly string[];
}

/** Makes a resource at the cloud. */
export interface CreateStep extends AnyStep {
  readonly action: 'create';
  readonly kind: ManagedKind;
  /** The name the resource gets at the cloud. */
  readonly name: string;
  /** What it is made of, as far as it is known: see {@link KnownAfter}. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Runs an operation's script on a host. */
export interface OperationStep extends AnyStep {
  readonly action: 'run';
  /** `Standard`, `Configure` … */
  readonly interface: string;
  readonly operation: string;
  /** For an operation of a relationship: which of the node's requirements, counted from 0. */
  readonly requirement?: number | undefined;
  /** The node whose server the script runs on. */
  readonly host: string;
  /** Inputs, as far as they are known. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Stands in a planned spec for what only exists once these steps are done. Written as `{ "known after": [keys] }`. */
export class KnownAfter {
  readonly keys: readonly string[];
  constructor(keys: readonly string[]) {
    this.keys = keys;
  }
  toJSON(): { 'known after': readonly string[] } {
    return { 'known after': this.keys };
  }
}

/** Which of the cloud's flavors, images and networks the names in the template stand for, found when planning. */
export interface Choices {
  readonly [node: string]: Choice;
}

export interface Choice {
  readonly flavor?: Chosen | undefined;
  readonly image?: Chosen | undefined;
  readonly externalNetwork?: Chosen | undefined;
  readonly networks?: readonly Chosen[] | undefined;
}

export interface Chosen {
  readonly ref: string;
  readonly name: string;
}

/** What is known while a plan is carried out: attributes of nodes, and refs of resources by their step's key. */
export interface Known {
  readonly attributes: Map<string, Map<string, Data>>;
  readonly refs: Map<string, string>;
  /** Outputs of operations, by `node/interface/operation`. */
  readonly outputs: Map<string, Readonly<Record<string, string>>>;
}

export function nothingKnown(): Known {
  return { attributes: new Map(), refs: new Map(), outputs: new Map() };
}

const longest = 28;

/** A step's key: readable where there is room, and always unique for its node and what it does. */
export function stepKey(node: string, what: string): string {
  const key = `${node}.${what}`;
  if (key.length <= longest && /^[A-Za-z0-9._-]+$/.test(key)) return key;
  const readable = key.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, longest - 9);
  return `${readable}.${fingerprint(key)}`;
}

/** FNV-1a over UTF-16 units, twice with different starts: 40 bits, enough to tell a plan's steps apart. */
function fingerprint(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    one = Math.imul(one ^ text.charCodeAt(i), 0x01000193) >>> 0;
    two = Math.imul(two ^ (text.charCodeAt(i) + i), 0x85ebca6b) >>> 0;
  }
  return (one * 256 + (two & 255)).toString(36).padStart(8, '0').slice(-8);
}
