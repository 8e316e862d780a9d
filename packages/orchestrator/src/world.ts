import type { Clock, FailureData, ManagedKind, Observed, ResourceState } from '@pileus/model';
import type { Json, Write } from '@pileus/engine';
import type { Connection } from '@pileus/provider';
import type { Data, ServiceTemplate } from '@pileus/tosca';
import type { Counts } from './scale-groups.ts';
import type { Choices, Plan } from './plan.ts';
import type { Secrets } from './secrets.ts';

/** What a deployment is, or was, or is to be. It never changes once it is written. */
export interface Revision {
  readonly number: number;
  readonly template: ServiceTemplate;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Secrets among them are sealed. */
  readonly inputs: Readonly<Record<string, Data>>;
  readonly counts: Counts;
  readonly choices: Choices;
}

/** What the runs need to know about a deployment; all of it stays the same while a run is told again. */
export interface Deployment {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly connection: Connection;
  /** By number; those that nodes still stem from, and the one that is wanted. */
  readonly revisions: ReadonlyMap<number, Revision>;
  /** Those of its inputs. */
  readonly secrets: Secrets;
}

/** A resource that was asked for, as the inventory knows it. */
export interface KnownResource {
  /** The key of the step that makes it, with `:2` … behind it when it had to be made again. */
  readonly step: string;
  readonly node: string;
  readonly kind: ManagedKind;
  readonly name: string;
  readonly token: string;
  /** Absent while it is not known whether the cloud has made it. */
  readonly ref?: string | undefined;
  readonly state: ResourceState;
  readonly spec: Readonly<Record<string, Json>>;
  /** Fields that the cloud shows otherwise than they were asked for, which somebody has accepted. */
  readonly accepted?: Readonly<Record<string, Json>> | undefined;
}

/** An instance that there is something of. */
export interface KnownNode {
  readonly node: string;
  readonly template: string;
  readonly index: number;
  /** The revision it was last made or changed for. */
  readonly revision: number;
  readonly state: string;
  readonly attributes: Readonly<Record<string, Data>>;
}

/** An operation that was begun, and what it ran with when it is done. */
export interface KnownOperation {
  /** The key of its step. */
  readonly step: string;
  readonly node: string;
  /** The other end, for an operation of a relationship. */
  readonly target?: string | undefined;
  /** Of its inputs and files; absent while it has only been begun. */
  readonly digest?: string | undefined;
  readonly inputs?: Readonly<Record<string, Json>> | undefined;
  readonly outputs?: Readonly<Record<string, string>> | undefined;
}

/** What there is of a deployment at one moment, as far as we know without asking the cloud. */
export interface Survey {
  readonly at: string;
  readonly resources: readonly KnownResource[];
  readonly nodes: readonly KnownNode[];
  readonly operations: readonly KnownOperation[];
  /** How many resources were ever made under each step's key. */
  readonly made: Readonly<Record<string, number>>;
}

/** What a run is to do: the plan that somebody has seen, or what is planned when it begins. */
export interface Task {
  readonly plan: Plan;
  /** The revision that is wanted; absent when nothing of the deployment is. */
  readonly revision?: number | undefined;
}

/** What the orchestrator asks of the platform it runs in. */
export interface World {
  readonly clock: Clock;
  deployment(id: string): Promise<Deployment>;
  survey(id: string): Promise<Survey>;
  /** A plan that was shown and approved. */
  plan(id: string): Promise<Task>;
  /** A live connection to the account of one resource, for what people do with it directly. */
  resource(id: string): Promise<{
    readonly connection: Connection;
    readonly kind: ManagedKind;
    readonly ref: string;
    readonly name: string;
    readonly deployment: string;
    readonly step: string;
  }>;
}

/** The platform's tables as the runs write them; the platform gives the engine a projection for each. */
export interface Rows {
  resource: ResourceRow;
  node: NodeRow;
  operation: OperationRow;
  deployment: DeploymentRow;
}

/** Fields that are absent stay as they are. */
export type ResourceRow = {
  readonly deployment: string;
  readonly step: string;
  /** Given when the row is new. */
  readonly asked?: {
    readonly node: string;
    readonly kind: ManagedKind;
    readonly account: string;
    readonly name: string;
    readonly token: string;
    readonly spec: Json;
  };
  readonly ref?: string;
  readonly state: string;
  readonly native?: string;
  readonly zone?: string;
  readonly details?: Json;
  /** What it is asked to be from now on, and the fields that were changed to that: they count as accepted no more. */
  readonly spec?: Json;
  readonly changed?: readonly string[];
  readonly isGone?: boolean;
  /** It was found rather than made: what else stands for it here, taken in by a sweep, gives way. */
  readonly isMet?: boolean;
};

export type NodeRow = {
  readonly deployment: string;
  readonly node: string;
  /** Given when it may be new. */
  readonly made?: {
    readonly template: string;
    readonly index: number;
    readonly type: string;
    readonly requires: readonly { readonly name: string; readonly target: string; readonly relationship: string }[];
  };
  readonly revision?: number;
  readonly state?: string;
  readonly attributes?: Readonly<Record<string, Json>>;
  readonly failure?: FailureData | null;
  /** Nothing is left of it: its attributes and what was done on it are forgotten. */
  readonly isCleared?: boolean;
};

export type OperationRow = {
  readonly deployment: string;
  readonly step: string;
  readonly node?: string;
  readonly target?: string;
  readonly digest?: string;
  readonly inputs?: Json;
  readonly outputs?: Json;
  /** What it did was taken back. */
  readonly isUndone?: boolean;
};

export type DeploymentRow = {
  readonly id: string;
  /** The run that says so; nothing is written when another one has come after it. */
  readonly run: string;
  readonly state: 'running' | 'stopped' | 'failed' | 'cancelled' | 'deleted';
  /** The revision it is from now on. */
  readonly revision?: number;
  readonly outputs?: Json;
  /** The instances there are now; all others are gone. */
  readonly nodes?: readonly string[];
  readonly isGone?: boolean;
};

export function write<K extends keyof Rows>(into: K, row: Rows[K]): Write {
  // Rows are JSON by construction; optional fields that are absent are left out when written.
  return { into, row: row };
}

/** What the inventory keeps of a resource as its cloud shows it. */
export function seen(
  deployment: string,
  step: string,
  observed: Pick<Observed, 'ref' | 'state' | 'native' | 'zone' | 'details'>,
): Write {
  const { ref, state, native, zone, details } = observed;
  return write('resource', {
    deployment,
    step,
    ref,
    state,
    native,
    ...(zone && { zone }),
    details: details as unknown as Json,
  });
}
