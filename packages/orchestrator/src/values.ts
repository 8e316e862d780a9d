import { Failure, type ManagedKind } from '@pileus/model';
import { evaluate, type Data, type Requirement, type Value } from '@pileus/tosca';
import { dig } from './attributes.ts';
import type { Graph, Instance, Relation } from './expand.ts';
import { KnownAfter, outputKey, stepKey, type Choices, type Known } from './plan.ts';
import type { Scope } from './resources.ts';
import { policiesOn, policyValue } from './policies.ts';
import type { Secrets } from './secrets.ts';
import { isA, type Structure } from './structure.ts';

/** Everything a value of the template may depend on. */
export interface Setting {
  readonly topology: Graph;
  readonly structure: Structure;
  readonly inputs: Readonly<Record<string, Data>>;
  readonly choices: Choices;
  /** What stands before the names of resources at the cloud. */
  readonly deployment: string;
  readonly known: Known;
  /** Inputs, and what is computed from them, may be sealed with these. */
  readonly secrets: Secrets;
}

/** A value of the template at its place (of no node: an output), or the steps it has to wait for. */
export function valueOf(
  setting: Setting,
  value: Value,
  node: Instance | undefined,
  requirement?: Requirement,
): Data | KnownAfter {
  const { topology, inputs, known, structure, secrets } = setting;
  const result = evaluate(
    value,
    { topology, node: node?.name, requirement },
    {
      inputs,
      secrets,
      attribute: (name, path) => dig(known.attributes.get(name), path),
      capabilityAttribute: (name, capability, path) =>
        dig(known.attributes.get(name), ['CAPABILITY', capability, ...path]),
      relationshipAttribute: (name, relation, path) =>
        dig(known.attributes.get(name), ['RELATIONSHIP', idOf(relation), ...path]),
      operationOutput: (name, operation, relation) =>
        known.outputs.get(outputKey(name, operation, relation && { id: idOf(relation) }))?.[operation.output],
    },
  );
  if (result.known) return result.value;
  const keys = result.waitsFor.flatMap((attribute) => settersOf(attribute, structure));
  return new KnownAfter([...new Set(keys)]);
}

/** The steps that set what a value waits for: `node.attribute`, where a node's name may itself have dots. */
function settersOf(attribute: string, { setBy, settledBy }: Structure): readonly string[] {
  for (let end = attribute.length; end > 0; end = attribute.lastIndexOf('.', end - 1)) {
    const name = attribute.slice(0, end);
    const keys = setBy.get(name) ?? settledBy.get(name);
    if (keys) return keys;
  }
  return [];
}

/** Requirements of a graph of instances are relations. */
const idOf = (requirement: Requirement): string => (requirement as Relation).id;

/** What the spec of a node's resources is built from. */
export function scopeOf(setting: Setting, node: Instance, boundPorts: ReadonlyMap<string, readonly Instance[]>): Scope {
  const { topology, known, choices, deployment } = setting;
  return {
    nameOf: (of) => resourceName(deployment, of),
    choice: choices[node.name] ?? {},
    zone: zoneOf(setting, node),
    property: (of, name) => {
      const value = of.properties[name];
      return value && valueOf(setting, value, of);
    },
    ref: (name: string, kind: ManagedKind) => {
      const key = stepKey(name, kind);
      return known.refs.get(key) ?? topology.nodes[name]?.refs?.[kind] ?? new KnownAfter([key]);
    },
    isNode: (name, type) => {
      const of = topology.nodes[name];
      return of !== undefined && isA(of, type);
    },
    boundPorts: boundPorts.get(node.name) ?? [],
    relation: (requirement, name) => {
      const value = requirement.relationship.properties[name];
      return value && valueOf(setting, value, node, requirement);
    },
  };
}

/** The zone that a placement policy gives to an instance: the next one for each, or the first for all. */
function zoneOf({ topology, inputs }: Setting, { template, index }: Instance): string | undefined {
  const policy = policiesOn(topology, 'pileus.policies.Placement', template).at(-1);
  if (!policy) return undefined;
  const read = (property: string) => policyValue(topology, policy, property, inputs);
  const listed = read('zones');
  const zones = [read('zone'), ...(Array.isArray(listed) ? (listed as readonly Data[]) : [])] // isArray forgets readonly arrays.
    .filter((zone) => typeof zone === 'string' && zone !== '');
  const zone = zones[read('strategy') === 'pack' ? 0 : index % Math.max(1, zones.length)];
  return typeof zone === 'string' ? zone : undefined;
}

/** At most 60 characters of what every cloud allows in a name. */
export function resourceName(deployment: string, node: Instance): string {
  return `${deployment}-${node.name}`.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 60);
}

/** The ports bound to each server. */
export function portsOf(topology: Graph): ReadonlyMap<string, readonly Instance[]> {
  const ports = new Map<string, Instance[]>();
  for (const node of Object.values(topology.nodes)) {
    for (const { target, relationship } of node.requirements) {
      if (!isA(relationship, 'tosca.relationships.network.BindsTo')) continue;
      const list = ports.get(target);
      if (list) list.push(node);
      else ports.set(target, [node]);
    }
  }
  return ports;
}

/** The steps that a value or spec has to wait for, wherever in it they are. */
export function waitsFor(value: unknown): string[] {
  return holesIn(value).flatMap(({ keys }) => keys);
}

/** What is not known yet of a value or spec. */
export function holesIn(value: unknown): KnownAfter[] {
  if (value instanceof KnownAfter) return [value];
  if (Array.isArray(value)) return value.flatMap(holesIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(holesIn);
  return [];
}

/** A value for tidying up: what cannot be opened any more is empty, and keeps nothing from being removed. */
export const valueIfReadable: typeof valueOf = (setting, value, node, requirement) => {
  try {
    const found = valueOf(setting, value, node, requirement);
    setting.secrets.open(found);
    return found;
  } catch (error) {
    if (error instanceof Failure) return '';
    throw error;
  }
};

/** Inputs for tidying up: what is not known is empty. */
export function known(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, holesIn(value).length > 0 ? '' : value]),
  );
}
