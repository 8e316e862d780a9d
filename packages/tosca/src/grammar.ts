/** The keys of each construct of the Simple Profile 1.3 (§3.6–§3.10), with those of 1.0–1.2 that 1.3 dropped. */

const keys = (...names: string[]): ReadonlySet<string> => new Set(names);
const typeKeys = ['derived_from', 'version', 'metadata', 'description'];

export const fileKeys = keys(
  'tosca_definitions_version',
  'namespace',
  'tosca_default_namespace',
  'metadata',
  'template_name',
  'template_author',
  'template_version',
  'description',
  'dsl_definitions',
  'repositories',
  'imports',
  'artifact_types',
  'data_types',
  'capability_types',
  'interface_types',
  'relationship_types',
  'node_types',
  'group_types',
  'policy_types',
  'topology_template',
);
export const importKeys = keys('file', 'repository', 'namespace_uri', 'namespace_prefix');
export const repositoryKeys = keys('description', 'url', 'credential');

export const artifactTypeKeys = keys(...typeKeys, 'mime_type', 'file_ext', 'properties');
export const dataTypeKeys = keys(...typeKeys, 'constraints', 'properties', 'key_schema', 'entry_schema');
export const capabilityTypeKeys = keys(...typeKeys, 'properties', 'attributes', 'valid_source_types');
export const relationshipTypeKeys = keys(...typeKeys, 'properties', 'attributes', 'interfaces', 'valid_target_types');
export const nodeTypeKeys = keys(
  ...typeKeys,
  'properties',
  'attributes',
  'requirements',
  'capabilities',
  'interfaces',
  'artifacts',
);
export const groupTypeKeys = keys(
  ...typeKeys,
  'properties',
  'attributes',
  'members',
  'interfaces',
  'capabilities',
  'requirements',
);
export const policyTypeKeys = keys(...typeKeys, 'properties', 'targets', 'triggers');

/** A property, an attribute, a parameter: one shape, each with its own few keys. */
export const propertyKeys = keys(
  'type',
  'description',
  'required',
  'default',
  'status',
  'constraints',
  'key_schema',
  'entry_schema',
  'external-schema',
  'external_schema',
  'metadata',
  'value',
);
export const schemaKeys = keys(
  'type',
  'description',
  'constraints',
  'key_schema',
  'entry_schema',
  'required',
  'default',
);
export const outputKeys = keys(
  'value',
  'description',
  'type',
  'required',
  'default',
  'status',
  'constraints',
  'key_schema',
  'entry_schema',
  'metadata',
);

export const capabilityDefinitionKeys = keys(
  'type',
  'description',
  'properties',
  'attributes',
  'valid_source_types',
  'occurrences',
);
export const capabilityAssignmentKeys = keys('properties', 'attributes', 'occurrences');
export const requirementDefinitionKeys = keys(
  'capability',
  'node',
  'relationship',
  'occurrences',
  'node_filter',
  'description',
  'metadata',
);
export const requirementAssignmentKeys = keys('capability', 'node', 'relationship', 'node_filter', 'occurrences');
export const relationshipOfRequirementKeys = keys('type', 'properties', 'interfaces', 'attributes');
export const nodeFilterKeys = keys('properties', 'capabilities', 'requirements', 'interfaces');

/** Keys of an interface that are not operations written directly under it (1.0–1.2). */
export const interfaceKeys = keys('type', 'inputs', 'operations', 'notifications', 'description');
export const interfaceTypeKeys = keys(...typeKeys, 'inputs', 'operations', 'notifications');
export const operationKeys = keys('description', 'implementation', 'inputs', 'outputs');
export const implementationKeys = keys(
  'primary',
  'dependencies',
  'timeout',
  'operation_host',
  'file',
  'type',
  'repository',
);
export const artifactKeys = keys(
  'type',
  'file',
  'repository',
  'description',
  'deploy_path',
  'artifact_version',
  'checksum',
  'checksum_algorithm',
  'properties',
);

export const topologyKeys = keys(
  'description',
  'inputs',
  'node_templates',
  'relationship_templates',
  'groups',
  'policies',
  'outputs',
  'substitution_mappings',
  'workflows',
);
export const nodeTemplateKeys = keys(
  'type',
  'description',
  'metadata',
  'directives',
  'properties',
  'attributes',
  'requirements',
  'capabilities',
  'interfaces',
  'artifacts',
  'node_filter',
  'copy',
);
export const relationshipTemplateKeys = keys(
  'type',
  'description',
  'metadata',
  'properties',
  'attributes',
  'interfaces',
  'copy',
);
export const groupKeys = keys(
  'type',
  'description',
  'metadata',
  'properties',
  'attributes',
  'members',
  'interfaces',
  'capabilities',
  'requirements',
);
export const policyKeys = keys('type', 'description', 'metadata', 'properties', 'targets', 'triggers');
export const triggerKeys = keys(
  'description',
  'event',
  'event_type',
  'schedule',
  'target_filter',
  'condition',
  'constraint',
  'period',
  'evaluations',
  'method',
  'action',
);
export const workflowKeys = keys(
  'description',
  'metadata',
  'inputs',
  'preconditions',
  'steps',
  'implementation',
  'outputs',
);
export const stepKeys = keys(
  'target',
  'target_relationship',
  'operation_host',
  'filter',
  'activities',
  'on_success',
  'on_failure',
);
export const activityKeys = keys('delegate', 'set_state', 'call_operation', 'inline');
