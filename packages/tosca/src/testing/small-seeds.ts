type Texts = ReadonlyMap<string, string>;

/** Templates of a few lines, each about one part of the language: so small that a million changes of them can be tried. */
export function smallSeeds(): readonly Texts[] {
  const simple = ['1_0', '1_1', '1_2', '1_3'].flatMap((version) =>
    Object.entries(ofOne).map(([name, body]) =>
      one(name, `tosca_definitions_version: tosca_simple_yaml_${version}\n${body}`),
    ),
  );
  const two = Object.entries(ofTwo).map(([name, body]) => one(name, `tosca_definitions_version: tosca_2_0\n${body}`));
  return [...simple, ...two];
}

function one(name: string, text: string): Texts {
  return new Map([[`${name}.yaml`, text]]);
}

const ofOne: Readonly<Record<string, string>> = {
  hosts: `topology_template:
  node_templates:
    web:
      type: tosca.nodes.WebServer
      requirements:
        - host: server
    server:
      type: tosca.nodes.Compute
      capabilities:
        host:
          properties:
            num_cpus: 2
            mem_size: 4 GB
`,
  inputs: `topology_template:
  inputs:
    port:
      type: integer
      default: 80
      constraints:
        - in_range: [ 1, 65535 ]
    names:
      type: list
      entry_schema:
        type: string
  outputs:
    port:
      value: { get_input: port }
`,
  types: `node_types:
  App:
    derived_from: tosca.nodes.SoftwareComponent
    properties:
      level:
        type: integer
        default: 1
    attributes:
      place:
        type: string
    requirements:
      - store:
          capability: tosca.capabilities.Node
          relationship: tosca.relationships.DependsOn
          occurrences: [ 0, UNBOUNDED ]
topology_template:
  node_templates:
    app:
      type: App
      properties:
        level: 3
`,
  interfaces: `topology_template:
  node_templates:
    app:
      type: tosca.nodes.SoftwareComponent
      interfaces:
        Standard:
          create: create.sh
          start:
            implementation: start.sh
            inputs:
              name: { get_property: [ SELF, component_version ] }
`,
  data: `data_types:
  Place:
    properties:
      street:
        type: string
        constraints:
          - min_length: 1
      number:
        type: integer
        required: false
topology_template:
  inputs:
    places:
      type: map
      entry_schema:
        type: Place
      default:
        home:
          street: Long
          number: 1
`,
  relationships: `topology_template:
  node_templates:
    disk:
      type: tosca.nodes.BlockStorage
      properties:
        size: 1 GB
    server:
      type: tosca.nodes.Compute
      requirements:
        - local_storage:
            node: disk
            relationship: attached
  relationship_templates:
    attached:
      type: tosca.relationships.AttachesTo
      properties:
        location: /data
`,
  policies: `topology_template:
  node_templates:
    server:
      type: tosca.nodes.Compute
  groups:
    all:
      type: tosca.groups.Root
      members: [ server ]
  policies:
    - scale:
        type: tosca.policies.Scaling
        targets: [ all ]
`,
  workflows: `topology_template:
  node_templates:
    app:
      type: tosca.nodes.SoftwareComponent
  workflows:
    deploy:
      steps:
        first:
          target: app
          activities:
            - set_state: creating
            - call_operation: Standard.create
          on_success:
            - second
        second:
          target: app
          activities:
            - set_state: created
`,
  filters: `topology_template:
  node_templates:
    app:
      type: tosca.nodes.SoftwareComponent
      requirements:
        - host:
            node: tosca.nodes.Compute
            node_filter:
              capabilities:
                - host:
                    properties:
                      - num_cpus:
                          greater_or_equal: 2
`,
  functions: `topology_template:
  inputs:
    name:
      type: string
      default: a
  node_templates:
    server:
      type: tosca.nodes.Compute
  outputs:
    address:
      value: { get_attribute: [ server, private_address ] }
    text:
      value: { concat: [ a, { get_input: name }, { token: [ a.b, ., 0 ] } ] }
`,
  artifacts: `artifact_types:
  Script:
    file_ext: [ sh ]
repositories:
  here:
    url: https://example.org/
topology_template:
  node_templates:
    app:
      type: tosca.nodes.SoftwareComponent
      artifacts:
        run:
          type: Script
          file: run.sh
          repository: here
`,
  substitution: `node_types:
  Sub:
    derived_from: tosca.nodes.Root
    capabilities:
      host: tosca.capabilities.Compute
topology_template:
  substitution_mappings:
    node_type: Sub
    capabilities:
      host: [ server, host ]
  node_templates:
    server:
      type: tosca.nodes.Compute
`,
};

const ofTwo: Readonly<Record<string, string>> = {
  types: `node_types:
  Base:
    properties:
      name:
        type: string
        required: false
        validation: { $less_or_equal: [ { $length: [ $value ] }, 9 ] }
  App:
    derived_from: Base
    properties:
      name:
        default: app
service_template:
  node_templates:
    app:
      type: App
`,
  counts: `capability_types:
  Feature: {}
relationship_types:
  Uses: {}
node_types:
  App:
    capabilities:
      feature: Feature
    requirements:
      - uses:
          capability: Feature
          relationship: Uses
          count_range: [ 0, 2 ]
service_template:
  node_templates:
    a:
      type: App
      count: 2
      requirements:
        - uses: { node: b, count: 2 }
    b:
      type: App
`,
  functions: `node_types:
  App:
    properties:
      n: { type: integer }
service_template:
  inputs:
    n: { type: integer, default: 1 }
  node_templates:
    app:
      type: App
      properties:
        n: { $get_input: [ n ] }
  outputs:
    n: { value: { $get_property: [ app, n ] } }
`,
  scalars: `data_types:
  Mass:
    derived_from: scalar
    data_type: float
    units: { g: 1 }
    prefixes: { '': 1, k: 1000 }
    canonical_unit: g
service_template:
  inputs:
    mass:
      type: Mass
      default: 2 kg
  node_templates: {}
`,
  operations: `interface_types:
  Life:
    operations:
      start:
        inputs:
          speed: { type: integer }
node_types:
  App:
    attributes:
      done: { type: string }
    interfaces:
      life: { type: Life }
service_template:
  node_templates:
    app:
      type: App
      interfaces:
        life:
          operations:
            start:
              implementation: start.sh
              inputs: { speed: 1 }
              outputs: { done: [ SELF, done ] }
`,
  profile: `profile: org.example:1.0
metadata:
  kind: small
data_types:
  Tree:
    properties:
      next: { type: Tree, required: false }
      many: { type: list, entry_schema: Tree, required: false }
group_types:
  Group: {}
policy_types:
  Policy:
    targets: [ Group ]
`,
  substitution: `node_types:
  App:
    properties:
      size: { type: integer }
service_template:
  inputs:
    size: { type: integer }
  substitution_mappings:
    node_type: App
    properties: { size: size }
  node_templates: {}
`,
  simple: `imports:
  - profile: org.oasis-open.simple:2.0
    namespace: s
service_template:
  node_templates:
    server:
      type: s:Compute
`,
};
