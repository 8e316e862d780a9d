import { createHash } from 'node:crypto';
import { because, Failure, minutes, seconds, type Duration } from '@pileus/model';
import type { Job } from '@pileus/provider';
import type { Artifact, Data, Operation, Policy } from '@pileus/tosca';
import type { Instance, Relation } from './expand.ts';
import type { KnownAfter } from './plan.ts';
import { policiesOn, policyValue } from './policies.ts';
import { valueOf, type Setting } from './values.ts';
import { written } from './written.ts';

/** An operation's inputs, with holes where something must exist first. */
export function inputsOf(
  setting: Setting,
  node: Instance,
  { inputs }: Operation,
  relation?: Relation,
  read = valueOf,
): Record<string, Data | KnownAfter> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, read(setting, value, node, relation)]),
  );
}

/** Inputs given to one call of an operation, written as data. */
export function givenTo(
  setting: Setting,
  node: Instance,
  given: Readonly<Record<string, Data>> = {},
  relation?: Relation,
  read = valueOf,
): Record<string, Data | KnownAfter> {
  return Object.fromEntries(
    Object.entries(given).map(([name, data]) => [name, read(setting, written(data), node, relation)]),
  );
}

/** What a script is given: its files, and its inputs, opened, as environment variables; lists and maps as JSON. */
export function jobOf(
  title: string,
  node: Instance,
  { implementation }: Operation,
  inputs: Readonly<Record<string, Data>>,
  files: ReadonlyMap<string, Uint8Array>,
): Job {
  if (!implementation) throw new Failure('invalid', { what: title, reason: because('no-implementation') });
  const wanted: readonly Artifact[] = [
    implementation.primary,
    ...implementation.dependencies,
    ...Object.values(node.artifacts),
  ];
  const given = new Map<string, Uint8Array>();
  for (const { file } of wanted) {
    const content = files.get(file);
    if (content) given.set(file, content);
  }
  if (!given.has(implementation.primary.file)) {
    throw new Failure('invalid', { what: title, reason: because('no-file', { file: implementation.primary.file }) });
  }
  return {
    name: title,
    script: implementation.primary.file,
    files: given,
    environment: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, asText(value)])),
    within: timeLimitOf({ implementation }),
  };
}

/** How long a script may take: its `timeout` (1.3 §3.6.17), half an hour where there is none. */
export function timeLimitOf({ implementation }: Pick<Operation, 'implementation'>): Duration {
  const { timeoutSeconds } = implementation ?? {};
  return timeoutSeconds === undefined ? minutes(30) : seconds(timeoutSeconds);
}

/** How often a script that fails is run in all, and the pauses between. */
export interface Retry {
  readonly attempts: number;
  readonly first: Duration;
  readonly longest: Duration;
}

/** What a policy (`pileus.policies.Retry`) says about a node's operation; the later policy counts. TOSCA has no word for it. */
export function retryOf(
  { topology, inputs }: Pick<Setting, 'topology' | 'inputs'>,
  { node, operation }: { readonly node: string; readonly operation: string },
): Retry | undefined {
  const template = topology.nodes[node]?.template ?? node;
  const read = (policy: Policy, property: string) => policyValue(topology, policy, property, inputs);
  const policy = policiesOn(topology, 'pileus.policies.Retry', template).findLast((one) => {
    const operations = read(one, 'operations');
    return !Array.isArray(operations) || operations.length === 0 || operations.includes(operation);
  });
  if (!policy) return undefined;
  const pause = seconds(Number(read(policy, 'pause') ?? 5));
  return { attempts: Number(read(policy, 'attempts') ?? 3), first: pause, longest: pause };
}

/** Whether its author says that running a script twice does no harm: for all scripts of the node, or for this one. */
export function isIdempotent({ metadata }: Pick<Instance, 'metadata'>, { implementation }: Operation): boolean {
  const own = implementation?.primary.properties['idempotent'];
  return metadata['idempotent'] === 'true' || (own?.is === 'literal' && own.value === true);
}

/**
 * Tells whether an operation would now run with something else than the last time: of its inputs and of the files it
 * consists of (the node's own artifacts are data of the application, and left out).
 */
export function digestOf(
  { implementation }: Operation,
  inputs: Readonly<Record<string, Data>>,
  files: ReadonlyMap<string, Uint8Array>,
): string {
  const hash = createHash('sha256');
  const named = Object.entries(inputs).toSorted(([a], [b]) => (a < b ? -1 : 1));
  hash.update(JSON.stringify(named));
  for (const { file } of implementation ? [implementation.primary, ...implementation.dependencies] : []) {
    hash.update(`\n${file}\n`);
    hash.update(files.get(file) ?? '');
  }
  return hash.digest('base64url').slice(0, 22);
}

function asText(value: Data): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
