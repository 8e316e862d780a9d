import type { ManagedKind, Quote, Takes } from '@pileus/model';
import type { Verb } from '@pileus/provider';
import type { Data } from '@pileus/tosca';
import type { ScaleGroup } from './scale-groups.ts';
import type { Selected } from './select.ts';
import type { Watch } from './watches.ts';

/**
 * What a run will do, before anything happens: a graph of steps from what exists to what is wanted. It is stored as it
 * was shown; carrying it out fills in what only the clouds can tell.
 */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly choices: Choices;
  /** What of the template can be counted, and how many there will be. */
  readonly scaling: readonly ScaleGroup[];
  /** Instances that will be watched, and how. */
  readonly watches: readonly Watch[];
  /** Names of the instances there will be, and of those there will be no more. */
  readonly nodes: readonly string[];
  readonly gone: readonly string[];
  /** The revision it works with, where it leads to no other one. */
  readonly revision?: number | undefined;
  /** What it costs, where its account has prices; those who carry it out need not look. */
  readonly quote?: Quote | undefined;
  /** What the deployment comes to once it is done; what quotas are asked for. */
  readonly takes?: Takes | undefined;
  /** The workflow or the operation that somebody has asked for. */
  readonly called?: Called | undefined;
}

/** A workflow by its name, or an operation as `Interface.operation` of an instance. */
export interface CalledName {
  readonly name: string;
  readonly node?: string | undefined;
}

export interface Called extends CalledName {
  readonly relationship?: string | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type PlanStep = CreateStep | UpdateStep | DeleteStep | OperationStep | VerbStep | StateStep | CheckStep;

/**
 * Why a step is in the plan: the thing is `new`; it was begun and not finished (`unfinished`); what it is made from has
 * `changed`; it is `broken`, or `drifted` from what was asked for; something it lives on or belongs to is `replaced`; it
 * is not wanted any more (`unwanted`); somebody has `asked` for just this.
 */
export type Why = 'new' | 'unfinished' | 'changed' | 'broken' | 'drifted' | 'replaced' | 'unwanted' | 'asked';

/** What differs in one field of a spec or one input. Values as in specs, with holes. */
export interface FieldChange {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

interface AnyStep {
  /** Unique in the plan, at most 40 characters of `A-Z a-z 0-9 . _ - :`. */
  readonly key: string;
  /** The instance it works for. */
  readonly node: string;
  /** Keys of the steps that must be done before. */
  readonly needs: readonly string[];
  readonly why: Why;
  /** What is different, for what exists already. */
  readonly changes?: readonly FieldChange[] | undefined;
  /** Done only when this check, which is before it, has turned out well. */
  readonly ifMet?: string | undefined;
  /** Done only when one of these steps has failed, which is then no failure of the whole. */
  readonly onFailureOf?: readonly string[] | undefined;
}

/** Says what state an instance is in. */
export interface StateStep extends AnyStep {
  readonly action: 'state';
  readonly state: string;
}

/** Looks whether conditions of a workflow hold when it comes to it. */
export interface CheckStep extends AnyStep {
  readonly action: 'check';
  /** As written: clauses of 1.3 (§3.6.25), or expressions of 2.0. */
  readonly conditions: readonly Data[];
  /** What it ends with when they do not hold: a precondition of all that follows. Absent: what depends on it is left out. */
  readonly otherwise?: string | undefined;
}

/** Makes a resource at the cloud. */
export interface CreateStep extends AnyStep {
  readonly action: 'create';
  readonly kind: ManagedKind;
  /** The name the resource gets at the cloud. */
  readonly name: string;
  /** What it is made of, as far as it is known: see {@link KnownAfter}. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** How many were made under this key before: names of resources in the inventory are never used twice. */
  readonly earlier: number;
  /** Keys of the deletions of what it takes the place of, where it is a replacement. */
  readonly replaces?: readonly string[] | undefined;
}

/** Changes a resource in place. */
export interface UpdateStep extends AnyStep {
  readonly action: 'update';
  readonly kind: ManagedKind;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** The inventory's name for the resource. */
  readonly resource: string;
}

/** Removes a resource, whether or not it is known what became of asking for it. */
export interface DeleteStep extends AnyStep {
  readonly action: 'delete';
  readonly kind: ManagedKind;
  readonly name: string;
  readonly resource: string;
  /** Instances of which nothing is left once it is gone. */
  readonly clears: readonly string[];
}

/** Starts, stops or reboots a resource. */
export interface VerbStep extends AnyStep {
  readonly action: 'verb';
  readonly verb: Verb;
  readonly kind: ManagedKind;
  readonly name: string;
  readonly resource: string;
}

/** Runs an operation's script on a host. */
export interface OperationStep extends AnyStep {
  readonly action: 'run';
  /** Which graph the node and its script are taken from: what is wanted, or what there was. */
  readonly of: 'wanted' | 'present';
  /** `Standard`, `Configure` … */
  readonly interface: string;
  readonly operation: string;
  /** For an operation of a relationship: its id at the node, and the instance it leads to. */
  readonly relation?: string | undefined;
  readonly target?: string | undefined;
  /** The node whose server the script runs on. */
  readonly host: string;
  /** Inputs, as far as they are known. */
  readonly spec: Readonly<Record<string, unknown>>;
  /**
   * Run only when what one of these operations (by step key) runs with turns out to be different from the last time; it
   * cannot be told before. Absent: run.
   */
  readonly ifChanged?: readonly string[] | undefined;
  /** Its failure is noted and does not stop the run: what it cleans up is about to be removed. */
  readonly mayFail?: boolean | undefined;
  /** Called by a workflow or a person: it is no step on the way to what is wanted. */
  readonly isCalled?: true | undefined;
  /** The operation it counts as when it is done, where its key says which call it is. */
  readonly as?: string | undefined;
  /** Inputs given to the call, over those of the operation; as written, with the workflow's inputs filled in. */
  readonly given?: Readonly<Record<string, Data>> | undefined;
  /** Its failure is no failure of the whole: there are steps for that. */
  readonly isHandled?: true | undefined;
  /** Operations that have been told what they would run with, once this one is done. */
  readonly settles?: readonly string[] | undefined;
  /** Takes back what these operations did: they count as not done any more. */
  readonly undoes?: readonly string[] | undefined;
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
  /** What was looked for, as text: a choice holds for as long as this is the same. */
  readonly asked?: string | undefined;
  readonly flavor?: Chosen | undefined;
  readonly image?: Chosen | undefined;
  readonly externalNetwork?: Chosen | undefined;
  readonly networks?: readonly Chosen[] | undefined;
  /** A node that exists already and is used. */
  readonly selected?: Selected | undefined;
}

export interface Chosen {
  readonly ref: string;
  readonly name: string;
}

/** What is known while a plan is carried out: attributes of nodes, and refs of resources by their step's key. */
export interface Known {
  readonly attributes: Map<string, Map<string, Data>>;
  readonly refs: Map<string, string>;
  /** Outputs of operations, by {@link outputKey}. */
  readonly outputs: Map<string, Readonly<Record<string, string>>>;
}

export function nothingKnown(): Known {
  return { attributes: new Map(), refs: new Map(), outputs: new Map() };
}

const longest = 28;

/** Where the outputs of an operation are kept: those of a relationship apart from those of its source. */
export function outputKey(
  node: string,
  operation: { readonly interface: string; readonly operation: string },
  relation?: { readonly id: string },
): string {
  return [node, relation?.id ?? '', operation.interface, operation.operation].join('/');
}

export function isHole(value: unknown): value is KnownAfter {
  return value instanceof KnownAfter;
}

/** The key of the step that makes a resource: what the inventory calls it, without the number of one made again. */
export function keyOfMaking(resource: string): string {
  const [key = resource] = resource.split(':');
  return key;
}

/** By key, how many were made under it: names of resources made again end in `:2`, `:3` … */
export function madeUnder(resources: Iterable<string>): Record<string, number> {
  const made: Record<string, number> = {};
  for (const resource of resources) {
    const key = keyOfMaking(resource);
    const number = resource === key ? 1 : Number(resource.slice(key.length + 1));
    made[key] = Math.max(made[key] ?? 0, number);
  }
  return made;
}

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
