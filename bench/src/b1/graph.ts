/** In how many layers: each resource needs the one above it. */
export const layers = 10;

/** Up to this size every resource is written out; above it the layers are counted, as nobody writes so many by hand. */
const mostWritten = 5_000;

export function template(size: number): string {
  const width = size / layers;
  const count = size > mostWritten ? layers : size;
  const nodes = Array.from({ length: count }, (_, n) => {
    const above = size > mostWritten ? n - 1 : n - width;
    const needs = above < 0 ? '' : `\n      requirements: [{ dependency: n${above} }]`;
    return `    n${n}:\n      type: pileus.nodes.KeyPair\n      properties: { public_key: ssh-ed25519 ${n} }${needs}`;
  });
  const all = Array.from({ length: count }, (_, n) => `n${n}`).join(', ');
  const counted = `  groups:
    all: { type: tosca.groups.Root, members: [${all}] }
  policies:
    - scaling: { type: Counted, targets: [all], properties: { default_instances: ${width} } }`;
  return `tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: graph ${size}, template_version: 1.0.0, template_author: bench }
imports: [pileus_types_1_0]
policy_types:
  Counted: { derived_from: tosca.policies.Scaling, properties: { default_instances: { type: integer } } }
topology_template:
  node_templates:
${nodes.join('\n')}
${size > mostWritten ? counted : ''}
`;
}
