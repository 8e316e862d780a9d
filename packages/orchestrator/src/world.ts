import type { Clock, FailureData, ManagedKind, Observed } from '@pileus/model';
import type { Json, Write } from '@pileus/engine';
import type { Connection } from '@pileus/provider';
import type { Data, ServiceTemplate } from '@pileus/tosca';
import type { Plan } from './plan.ts';

/** What the runs need to know about a deployment; all of it stays the same while a run is told again. */
export interface Deployment {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly template: ServiceTemplate;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly inputs: Readonly<Record<string, Data>>;
  readonly plan: Plan;
  readonly connection: Connection;
}

/** A resource that was asked for, as the inventory knows it. */
export interface KnownResource {
  /** The key of the plan's step, with `:2` … behind it when it had to be made again. */
  readonly step: string;
  readonly node: string;
  readonly kind: ManagedKind;
  readonly name: string;
  readonly token: string;
  /** Absent while it is not known whether the cloud has made it. */
  readonly ref?: string | undefined;
  readonly spec: Readonly<Record<string, Json>>;
}

/** What there is of a deployment when its deletion begins. */
export interface Survey {
  readonly at: string;
  readonly resources: readonly KnownResource[];
  /** Keys of the plan's steps that have begun, whether or not they were finished. */
  readonly begun: readonly string[];
  readonly attributes: Readonly<Record<string, Readonly<Record<string, Data>>>>;
}

/** What the orchestrator asks of the platform it runs in. */
export interface World {
  readonly clock: Clock;
  deployment(id: string): Promise<Deployment>;
  survey(id: string): Promise<Survey>;
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
  readonly isGone?: boolean;
};

export type NodeRow = {
  readonly deployment: string;
  readonly node: string;
  readonly state?: string;
  readonly attributes?: Readonly<Record<string, Json>>;
  readonly failure?: FailureData | null;
};

export type DeploymentRow = {
  readonly id: string;
  /** Which run says so. */
  readonly by: 'create' | 'delete';
  readonly state: 'running' | 'failed' | 'cancelled' | 'deleted';
  readonly outputs?: Json;
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
