import { readCapabilityType } from '../entity-type.ts';
import { readNodeType, type NodeType } from '../node-type.ts';
import type { Reading } from '../reading.ts';
import type { Node, Schemas, Topology } from '../topology.ts';

/** A property serves as an attribute too. */
export type Want = 'property' | 'attribute';

/** What a path can lead through, as far as it is known: a node, a node type, a capability. */
export interface Shape {
  has(name: string, want: Want): boolean;
  capability(name: string): Shape | undefined;
  /** What the requirement leads to; a part is undefined where nothing says what it is. */
  requirement(name: string): { readonly node: Shape | undefined; readonly capability: Shape | undefined } | undefined;
  /** The requirement by which it is hosted on another. */
  readonly hosting: string | undefined;
}

export function shapeOfNode(reading: Reading, topology: Topology, node: Node): Shape {
  const all = [...node.requirements, ...node.dangling];
  return {
    has: (name, want) => inSchemas(node.schemas, name, want) || name in node.properties,
    capability: (name) => shapeOfCapability(node.capabilities[name]),
    requirement: (name) => {
      const made = node.requirements.find((one) => one.name === name);
      const target = made && topology.nodes[made.target];
      if (made && target) {
        return {
          node: shapeOfNode(reading, topology, target),
          capability: shapeOfCapability(target.capabilities[made.capability]),
        };
      }
      const open = node.dangling.find((one) => one.name === name);
      return open && { node: shapeNamed(reading, open.node), capability: capabilityNamed(reading, open.capability) };
    },
    hosting: all.find(({ relationship }) => relationship.types.includes(hostedOn))?.name,
  };
}

export function shapeOfType(reading: Reading, type: NodeType): Shape {
  return {
    has: (name, want) => inSchemas(type, name, want),
    capability: (name) => shapeOfCapability(type.complete.capabilities[name]),
    requirement: (name) => {
      const definition = type.requirements.find((one) => one.name === name);
      return (
        definition && {
          node: definition.node && shapeOfType(reading, readNodeType(reading, definition.node)),
          capability: definition.capability && flat(readCapabilityType(reading, definition.capability)),
        }
      );
    },
    hosting: type.requirements.find(({ relationship }) => relationship?.types.includes(hostedOn))?.name,
  };
}

const hostedOn = 'tosca.relationships.HostedOn';

/** Something that has values and nothing else. */
export function flat(schemas: Schemas): Shape {
  return {
    has: (name, want) => inSchemas(schemas, name, want),
    capability: () => undefined,
    requirement: () => undefined,
    hosting: undefined,
  };
}

function shapeNamed(reading: Reading, name: string | undefined): Shape | undefined {
  const source = name === undefined ? undefined : reading.names.find('node', name, reading.unit);
  return source && shapeOfType(reading, readNodeType(reading, source));
}

function capabilityNamed(reading: Reading, name: string): Shape | undefined {
  const source = reading.names.find('capability', name, reading.unit);
  return source && flat(readCapabilityType(reading, source));
}

function shapeOfCapability(capability: { readonly schemas: Schemas } | undefined): Shape | undefined {
  return capability && flat(capability.schemas);
}

function inSchemas({ properties, attributes }: Schemas, name: string, want: Want): boolean {
  return name in properties || (want === 'attribute' && name in attributes);
}
