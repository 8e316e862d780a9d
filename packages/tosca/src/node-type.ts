import { artifactsOf } from './artifact.ts';
import { entriesOf } from './fields.ts';
import { completeInterfaces, interfacesOf, type InterfaceDefinition } from './interface.ts';
import type { Reading } from './reading.ts';
import { emptyRecord } from './record.ts';
import type { Artifact, Capability, Interface, Node } from './topology.ts';
import type { TypeSource } from './unit.ts';
import { joined, type EntityType } from './entity-type.ts';
import { capabilitiesOf, completeCapabilities, type CapabilityDefinition } from './capability-definition.ts';
import { requirementsOf, type RequirementDefinition } from './requirement-definition.ts';

export interface NodeType extends EntityType {
  readonly capabilities: Readonly<Record<string, CapabilityDefinition>>;
  readonly requirements: readonly RequirementDefinition[];
  readonly interfaces: Readonly<Record<string, InterfaceDefinition>>;
  readonly artifacts: Readonly<Record<string, Artifact>>;
  /** What a node gets that assigns nothing. */
  readonly complete: {
    readonly capabilities: Readonly<Record<string, Capability>>;
    readonly interfaces: Readonly<Record<string, Interface>>;
  };
}

export function readNodeType(reading: Reading, wanted: TypeSource): NodeType {
  return joined<NodeType>(reading, wanted, 'nodeType', (own, base, parent, fields) => {
    const { source } = base;
    const what = `the node type ${source.name}`;
    const { unit } = source;
    const artifacts = artifactsOf(own, fields.get('artifacts')?.value, unit, parent?.artifacts ?? emptyRecord(), {
      isInType: true,
      isWhole: base.isWhole,
    });
    const owner = { unit, what, isTemplate: false, isWhole: base.isWhole, artifacts };
    const interfaces = interfacesOf(own, fields.get('interfaces')?.value, owner, parent?.interfaces ?? emptyRecord());
    const capabilities = capabilitiesOf(
      own,
      fields.get('capabilities')?.value,
      unit,
      parent?.capabilities ?? emptyRecord(),
      base.isWhole,
    );
    const complete = {
      capabilities: completeCapabilities(capabilities),
      interfaces: completeInterfaces(interfaces),
    };
    const requirements = requirementsOf(
      own,
      fields.get('requirements')?.value,
      unit,
      parent?.requirements ?? [],
      base.isWhole,
    );
    const isWhole =
      base.isWhole &&
      [...entriesOf(own.report, fields.get('capabilities')?.value, what).keys()].every((name) => name in capabilities);
    return { ...base, isWhole, artifacts, interfaces, capabilities, requirements, complete };
  });
}

/** Whether the type of a node has a requirement, though the node may neither assign nor need it. */
export function typeHasRequirement(reading: Reading, node: Node, name: string): boolean {
  const source = reading.names.find('node', node.type, reading.unit);
  return !source || readNodeType(reading, source).requirements.some((one) => one.name === name);
}
