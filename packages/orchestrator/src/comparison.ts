import type { ManagedKind } from '@pileus/model';
import type { Graph, Instance } from './expand.ts';
import type { ScaleGroup } from './scale-groups.ts';
import { hostNamed } from './hosts.ts';
import {
  keyOfMaking,
  nothingKnown,
  stepKey,
  type FieldChange,
  type Known,
  type OperationStep,
  type PlanStep,
  type Why,
} from './plan.ts';
import { structureOf, type Outline, type Structure } from './structure.ts';
import type { Setting } from './values.ts';
import type { KnownOperation, KnownResource, Survey } from './world.ts';

/** What a deployment is to become. */
export interface Wanted {
  readonly graph: Graph;
  readonly scaling: readonly ScaleGroup[];
  readonly setting: Omit<Setting, 'topology' | 'structure' | 'known'>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What there is: the instances as they were when they were last made or changed, joined in one graph. */
export interface Present {
  readonly graph: Graph;
  readonly survey: Survey;
}

/** What is known about single things beyond what was written down about them. */
export interface Findings {
  /** Resources (by the inventory's name) that are to be made anew, and whether scripts can still run on them. */
  readonly broken: ReadonlyMap<string, { readonly why: Why; readonly isReachable: boolean }>;
  /** Resources that somebody else has changed, with what the cloud shows. */
  readonly drifted: ReadonlyMap<string, readonly FieldChange[]>;
  /** Servers that are stopped and should be running. */
  readonly stopped: ReadonlySet<string>;
  /** Instances whose software is to be set up again. */
  readonly ailing: ReadonlySet<string>;
}

export const noFindings: Findings = { broken: new Map(), drifted: new Map(), stopped: new Set(), ailing: new Set() };

export type Changeable = (kind: ManagedKind) => readonly string[];

/** The steps that one has to wait for, given what it is made or called with. */
export type Needs = (outline: Outline, spec: unknown) => string[];

/** What there is beside what is wanted, and what of the steps between them has been worked out so far. */
export class Comparison {
  readonly wanted: Wanted | undefined;
  readonly present: Present;
  readonly findings: Findings;
  readonly changeable: Changeable;
  readonly isStrict: boolean;
  /** By the key of the step that makes it, oldest first; those that were made again in its place among them. */
  readonly resources = new Map<string, KnownResource[]>();
  readonly operations: ReadonlyMap<string, KnownOperation>;
  /** What is known for sure, and the same without attributes that running something again may change. */
  readonly known: Known = nothingKnown();
  readonly stable: Known = nothingKnown();
  /** The keys of all resources that are wanted. */
  readonly wantedKeys = new Set<string>();
  /** Resources to delete, with the reason. */
  readonly deleted = new Map<string, Why>();
  /** Keys of resources that are made anew or for the first time. */
  readonly made = new Set<string>();
  readonly ups = new Map<string, PlanStep>();
  /** Who leads to each node. */
  readonly incoming: Structure['incoming'];
  /** By the operation that has a source use its target again: what the target is stopped for, when it can be told. */
  readonly drained = new Map<string, readonly string[] | undefined>();
  /** A node's own operations among them. */
  readonly runs = new Map<string, OperationStep[]>();

  constructor(
    wanted: Wanted | undefined,
    present: Present,
    findings: Findings,
    changeable: Changeable,
    isStrict: boolean,
  ) {
    this.wanted = wanted;
    this.present = present;
    this.findings = findings;
    this.changeable = changeable;
    this.isStrict = isStrict;
    this.incoming = wanted ? structureOf(wanted.graph).incoming : new Map();
    for (const resource of present.survey.resources) {
      const key = keyOfMaking(resource.step);
      const list = this.resources.get(key);
      if (list) list.push(resource);
      else this.resources.set(key, [resource]);
    }
    this.operations = new Map(present.survey.operations.map((one) => [one.step, one]));
  }

  /** Takes in a step on the way up. */
  up(step: PlanStep): void {
    this.ups.set(step.key, step);
    if (step.action !== 'run' || step.relation !== undefined) return;
    const list = this.runs.get(step.node);
    if (list) list.push(step);
    else this.runs.set(step.node, [step]);
  }

  /** Whether what an instance stands on is made now, or made anew. */
  isOnNewHost(graph: Graph, node: Instance): boolean {
    const host = hostNamed(graph, node);
    return host !== undefined && this.made.has(stepKey(host, 'server'));
  }

  /** Whether an instance is made now, or made anew. */
  isNewNode(graph: Graph, node: Instance): boolean {
    return this.isOnNewHost(graph, node) || this.made.has(stepKey(node.name, 'server'));
  }
}

export function deletionKey(resource: string): string {
  return `${resource}:delete`;
}
