/** In how many layers: each resource needs the one above it. */
export const layers = 10;

export function template(size: number): string {
  const width = size / layers;
  const nodes = Array.from({ length: size }, (_, n) => {
    const needs = n < width ? '' : `\n      requirements: [{ dependency: n${n - width} }]`;
    return `    n${n}:\n      type: pileus.nodes.KeyPair\n      properties: { public_key: ssh-ed25519 ${n} }${needs}`;
  });
  return `tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: graph, template_version: 1.0.0, template_author: bench }
imports: [pileus_types_1_0]
topology_template:
  node_templates:
${nodes.join('\n')}
`;
}
