import { checkNode } from './check-functions.ts';
import type { NodeType } from './node-type.ts';
import type { RequirementDefinition } from './requirement-definition.ts';
import { defaults } from './assign.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { DanglingRequirement, Node, Topology } from './topology.ts';

/**
 * Looks at the functions a node type defines, as if a node were made of it that assigns nothing: SELF must have what they ask
 * for whether or not a template uses the type. What leads over a requirement is left to the nodes.
 */
export function checkTypeFunctions({ report }: Reading, type: NodeType): void {
  const node: Node = {
    name: type.name,
    type: type.name,
    types: type.types,
    metadata: emptyRecord(),
    directives: [],
    properties: defaults(type.properties),
    attributes: defaults(type.attributes),
    capabilities: type.complete.capabilities,
    requirements: [],
    dangling: type.requirements.map(openRequirement),
    interfaces: type.complete.interfaces,
    artifacts: type.artifacts,
    schemas: type,
    at: type.source.at,
  };
  const topology: Topology = {
    nodes: { [type.name]: node },
    outputs: emptyRecord(),
    groups: emptyRecord(),
    policies: emptyRecord(),
    workflows: emptyRecord(),
  };
  checkNode(report, topology, node);
}

function openRequirement({ name, capability, at }: RequirementDefinition): DanglingRequirement {
  return {
    name,
    capability: capability?.name ?? 'tosca.capabilities.Root',
    relationship: {
      type: '',
      types: [],
      properties: emptyRecord(),
      attributes: emptyRecord(),
      interfaces: emptyRecord(),
      schemas: { properties: emptyRecord(), attributes: emptyRecord() },
    },
    at,
  };
}
