import type { ServiceTemplate, Value } from '../topology.ts';

/** What a template means, without where it is written and how its version spells it: to compare two that mean the same. */
export function graphOf({ inputs, topology }: ServiceTemplate): unknown {
  return {
    inputs: mapped(inputs, ({ base, required, default: usual, entry }) => ({
      base,
      required,
      usual,
      entry: entry?.base,
    })),
    nodes: mapped(topology.nodes, (node) => ({
      type: node.type,
      directives: node.directives,
      properties: mapped(node.properties, valueOf),
      attributes: mapped(node.attributes, valueOf),
      capabilities: mapped(node.capabilities, ({ type, properties }) => ({
        type,
        properties: mapped(properties, valueOf),
      })),
      requirements: node.requirements.map(({ name, target, capability, relationship }) => ({
        name,
        target,
        capability,
        relationship: relationship.type,
        properties: mapped(relationship.properties, valueOf),
        operations: mapped(relationship.interfaces, ({ operations }) => mapped(operations, operationOf)),
      })),
      dangling: node.dangling.map(({ name, node: type, capability }) => ({ name, type, capability })),
      operations: mapped(node.interfaces, ({ operations }) => mapped(operations, operationOf)),
      artifacts: mapped(node.artifacts, ({ type, file }) => ({ type, file })),
    })),
    outputs: mapped(topology.outputs, ({ value }) => valueOf(value)),
    groups: mapped(topology.groups, ({ type, members, properties }) => ({
      type,
      members,
      properties: mapped(properties, valueOf),
    })),
    policies: mapped(topology.policies, ({ type, targets, properties }) => ({
      type,
      targets,
      properties: mapped(properties, valueOf),
    })),
    workflows: Object.keys(topology.workflows),
  };
}

type Operation = ServiceTemplate['topology']['nodes'][string]['interfaces'][string]['operations'][string];

function operationOf({ implementation, inputs }: Operation): unknown {
  return {
    primary: implementation?.primary.file,
    dependencies: implementation?.dependencies.map(({ file }) => file),
    timeoutSeconds: implementation?.timeoutSeconds,
    inputs: mapped(inputs, valueOf),
  };
}

/** Steps that 2.0 writes out and 1.x leaves to be found are left out of paths. */
const steps = new Set(['CAPABILITY', 'RELATIONSHIP', 'TARGET']);

function valueOf(value: Value): unknown {
  switch (value.is) {
    case 'literal':
      return value.value;
    case 'list':
      return value.items.map(valueOf);
    case 'map':
      return mapped(value.entries, valueOf);
    case 'call': {
      const given = value.arguments.map(valueOf).filter((one) => typeof one !== 'string' || !steps.has(one));
      const isHost = given[0] === 'SELF' && given[1] === 'host' && given.length > 2;
      return { [value.name]: isHost ? ['HOST', ...given.slice(2)] : given };
    }
  }
}

function mapped<T>(record: Readonly<Record<string, T>>, make: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record)
      .map(([key, value]) => [key, make(value)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
