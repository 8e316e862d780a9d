import type { Grammar } from '../grammar.ts';

/** What may stand somewhere: keys of a construct, or whatever is below a name, an item or one of the keys. */
interface Context {
  readonly keys?: keyof Grammar;
  readonly each?: Context;
  readonly under?: Readonly<Record<string, Context>>;
}

const schema: Context = { keys: 'schema' };
const field: Context = { keys: 'property', under: { entry_schema: schema, key_schema: schema } };
const fields: Context = { each: field };
const artifact: Context = { keys: 'artifact' };
const implementation: Context = {
  keys: 'implementation',
  under: { primary: artifact, dependencies: { each: artifact } },
};
const operation: Context = { keys: 'operation', under: { implementation, inputs: fields, outputs: fields } };
const operations: Context = { each: operation };
const anInterface: Context = { keys: 'interface', under: { operations, notifications: operations, inputs: fields } };
const interfaces: Context = { each: anInterface };
const activity: Context = { keys: 'activity' };
const trigger: Context = { keys: 'trigger', under: { action: { each: activity } } };
const triggers: Context = { each: trigger };
const step: Context = { keys: 'step', under: { activities: { each: activity } } };
const workflow: Context = { keys: 'workflow', under: { inputs: fields, steps: { each: step }, implementation } };
const ofRequirement: Context = { keys: 'relationshipOfRequirement', under: { interfaces } };
const owned = { properties: fields, attributes: fields };

const node: Context = {
  keys: 'nodeTemplate',
  under: {
    requirements: { each: { each: { keys: 'requirementAssignment', under: { relationship: ofRequirement } } } },
    capabilities: { each: { keys: 'capabilityAssignment' } },
    interfaces,
    artifacts: { each: artifact },
  },
};

const topology: Context = {
  keys: 'topology',
  under: {
    inputs: fields,
    outputs: { each: { keys: 'output' } },
    node_templates: { each: node },
    relationship_templates: { each: { keys: 'relationshipTemplate', under: { interfaces } } },
    groups: { each: { keys: 'group' } },
    policies: { each: { each: { keys: 'policy', under: { triggers } } } },
    workflows: { each: workflow },
    substitution_mappings: { keys: 'substitution' },
  },
};

const file: Context = {
  keys: 'file',
  under: {
    imports: { each: { keys: 'import' } },
    repositories: { each: { keys: 'repository' } },
    artifact_types: { each: { keys: 'artifactType', under: owned } },
    data_types: { each: { keys: 'dataType', under: { ...owned, entry_schema: schema, key_schema: schema } } },
    capability_types: { each: { keys: 'capabilityType', under: owned } },
    interface_types: {
      each: { keys: 'interfaceType', under: { inputs: fields, operations, notifications: operations } },
    },
    relationship_types: { each: { keys: 'relationshipType', under: { ...owned, interfaces } } },
    node_types: {
      each: {
        keys: 'nodeType',
        under: {
          ...owned,
          capabilities: { each: { keys: 'capabilityDefinition', under: owned } },
          requirements: { each: { each: { keys: 'requirementDefinition', under: { relationship: ofRequirement } } } },
          interfaces,
          artifacts: { each: artifact },
        },
      },
    },
    group_types: { each: { keys: 'groupType', under: owned } },
    policy_types: { each: { keys: 'policyType', under: { ...owned, triggers } } },
    topology_template: topology,
    service_template: topology,
  },
};

/** The keys of the construct a path leads to; none where the language leaves names open. */
export function keysAt(grammar: Grammar, path: readonly (string | number)[]): readonly string[] {
  let at: Context | undefined = file;
  for (const part of path) {
    // A list of one-entry maps may be written as a map too, so an item may be skipped.
    const below: Context | undefined = at?.under?.[part] ?? at?.each;
    at = below ?? (typeof part === 'number' ? at : undefined);
  }
  return at?.keys ? [...grammar[at.keys].keys()] : [];
}
