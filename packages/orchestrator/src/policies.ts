import { evaluate, type Data, type Policy, type Topology, type Value } from '@pileus/tosca';

/** The policies of a type that are about a node of the template, or about a group it is in. */
export function policiesOn(topology: Topology, type: string, template: string): Policy[] {
  return Object.values(topology.policies).filter(
    ({ types, targets }) =>
      types.includes(type) &&
      targets.some((target) => target === template || topology.groups[target]?.members.includes(template)),
  );
}

/** A policy's property; undefined where it says nothing, or what only a running deployment knows. */
export function policyValue(
  topology: Topology,
  policy: Policy | undefined,
  property: string,
  inputs: Readonly<Record<string, Data>>,
): Data | undefined {
  const value: Value | undefined = policy?.properties[property];
  const result = value && evaluate(value, { topology }, { inputs, attribute: () => undefined });
  return result?.known && result.value !== null ? result.value : undefined;
}
