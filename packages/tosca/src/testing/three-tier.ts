/** A three-tier application with its own types, for tests: a balancer before two web servers, and a data tier on a volume. */
export const threeTier: ReadonlyMap<string, string> = new Map([
  [
    'shop.yaml',
    `tosca_definitions_version: tosca_simple_yaml_1_3
description: A shop
metadata:
  template_name: shop
  template_version: 1.10.0
  template_author: Pileus
imports:
  - types/shop.yaml
  - { file: pileus_types_1_0 }
dsl_definitions:
  small: &small { num_cpus: 1, mem_size: 512 MB }
topology_template:
  inputs:
    port:
      type: integer
      description: Where the shop answers
      default: 8080
      constraints: [ in_range: [ 1024, 65535 ] ]
      metadata: { title: Port, title_zh: 端口, description_zh: 商店的端口 }
    password: { type: string, constraints: [ min_length: 8 ] }
    size: { type: scalar-unit.size, default: 1 GB }
    tags: { type: map, entry_schema: string, required: false }
  node_templates:
    data_host:
      type: pileus.nodes.Server
      capabilities: { host: { properties: *small } }
      requirements:
        - local_storage: { node: disk, relationship: { type: AttachesTo, properties: { location: /var/lib/shop } } }
    disk:
      type: pileus.nodes.Volume
      properties: { size: { get_input: size } }
    data:
      type: shop.nodes.Data
      properties: { password: { get_input: password } }
      requirements: [ host: data_host ]
    web_host:
      type: pileus.nodes.Server
      capabilities:
        host:
          properties: { <<: *small, mem_size: 1 GB }
    web:
      type: shop.nodes.Web
      properties:
        port: { get_input: port }
      requirements:
        - host: web_host
        - data:
            node: data
            relationship:
              type: shop.relationships.UsesData
      interfaces:
        Standard:
          inputs: { greeting: hello }
          operations:
            configure:
              implementation: { primary: scripts/configure.sh, timeout: 60 }
              inputs:
                memory: { get_property: [ HOST, host, mem_size ] }
                data_port: { get_property: [ SELF, data, port ] }
    balancer:
      type: shop.nodes.Balancer
      requirements:
        - host: web_host
        - backend: web
  outputs:
    url:
      description: Where to look
      value: { concat: [ 'http://', { get_attribute: [ web_host, private_address ] }, ':', { get_property: [ web, port ] } ] }
  groups:
    front: { type: tosca.groups.Root, members: [ web, balancer ] }
  policies:
    - spread: { type: tosca.policies.Placement, targets: [ front ] }
`,
  ],
  [
    'types/shop.yaml',
    `tosca_definitions_version: tosca_simple_yaml_1_3
artifact_types:
  shop.artifacts.Archive: { derived_from: tosca.artifacts.File, file_ext: [ tgz ] }
data_types:
  shop.datatypes.Pool:
    properties:
      name: { type: string }
      size: { type: integer, default: 4, constraints: [ greater_than: 0 ] }
      next: { type: shop.datatypes.Pool, required: false }
capability_types:
  shop.capabilities.Data:
    derived_from: tosca.capabilities.Endpoint.Database
    properties: { port: { type: PortDef, default: 5432 } }
interface_types:
  shop.interfaces.Backup:
    derived_from: tosca.interfaces.Root
    operations: { backup: {}, restore: {} }
relationship_types:
  shop.relationships.UsesData:
    derived_from: tosca.relationships.ConnectsTo
    valid_target_types: [ shop.capabilities.Data ]
    interfaces:
      Configure:
        operations:
          pre_configure_source:
            implementation: ../scripts/connect.sh
            inputs:
              address: { type: string, default: { get_attribute: [ TARGET, host, private_address ] } }
              password: { type: string, default: { get_property: [ TARGET, password ] } }
node_types:
  shop.nodes.Data:
    derived_from: tosca.nodes.SoftwareComponent
    properties:
      password: { type: string }
      pools: { type: list, entry_schema: shop.datatypes.Pool, default: [ { name: main } ] }
    attributes: { started_at: { type: timestamp } }
    capabilities: { data: shop.capabilities.Data }
    interfaces:
      Standard:
        operations:
          create: ../scripts/data.sh
          start:
            implementation: ../scripts/data.sh
            outputs: { started_at: [ SELF, started_at ] }
      Backup: { type: shop.interfaces.Backup }
  shop.nodes.Web:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { port: { type: integer, default: 80 } }
    artifacts:
      code: { type: shop.artifacts.Archive, file: ../files/shop.tgz }
    capabilities: { http: tosca.capabilities.Endpoint }
    requirements:
      - data: { capability: shop.capabilities.Data, relationship: shop.relationships.UsesData }
    interfaces:
      Standard:
        operations:
          create:
            implementation: ../scripts/web.sh
            inputs:
              port: { type: integer, default: { get_property: [ SELF, port ] } }
              code: { type: string, default: { get_artifact: [ SELF, code ] } }
  shop.nodes.Balancer:
    derived_from: tosca.nodes.SoftwareComponent
    requirements:
      - backend: { capability: tosca.capabilities.Endpoint, relationship: RoutesTo, occurrences: [ 1, UNBOUNDED ] }
`,
  ],
]);

/** The template with one text in it replaced. */
export function threeTierWith(text: string, other: string, file = 'shop.yaml'): ReadonlyMap<string, string> {
  const before = threeTier.get(file) ?? '';
  if (!before.includes(text)) throw new Error(`The sample has no ${text}`);
  return new Map([...threeTier, [file, before.replace(text, other)]]);
}
