/**
 * A template of the Simple Profile 1.3 with that many nodes: stacks of two servers, a web server with an application and a
 * database system with a database, every second with a volume on its database server, every other behind a balancer. Types of its own, inputs, functions,
 * constraints, outputs, a group and a policy, so that each part of the reader has work. The same count gives the same text.
 */
export function generate(nodes: number): string {
  const lines: string[] = [];
  for (let index = 0, left = nodes; left > 0; index++) {
    const stack = left >= nodesOfStack ? stackOf(index) : [serverOf(`spare_${index}`)];
    lines.push(...stack.flat());
    left -= stack.length;
  }
  return `${head}${lines.map((line) => `    ${line}\n`).join('')}${tail}`;
}

const nodesOfStack = 7;

function stackOf(index: number): string[][] {
  const name = (part: string) => `${part}_${index}`;
  return [
    serverOf(name('front')),
    [
      `${name('web')}:`,
      '  type: tosca.nodes.WebServer',
      `  requirements: [ host: ${name('front')} ]`,
      '  interfaces: { Standard: { operations: { create: scripts/web.sh, start: scripts/start.sh } } }',
    ],
    [
      `${name('app')}:`,
      '  type: bench.nodes.App',
      '  properties:',
      `    port: ${8_000 + (index % 1_000)}`,
      `    tier: ${index % 3 === 0 ? 'gold' : 'silver'}`,
      '    options: { region: north, log: info }',
      '  requirements:',
      `    - host: ${name('web')}`,
      `    - database: ${name('data')}`,
      '  interfaces:',
      '    Standard:',
      '      operations:',
      '        configure:',
      '          implementation: scripts/app.sh',
      '          inputs:',
      '            port: { get_property: [ SELF, port ] }',
      `            database: { get_attribute: [ ${name('back')}, private_address ] }`,
    ],
    index % 2 === 0 ? serverOf(name('back'), name('disk')) : serverOf(name('back')),
    [
      `${name('dbms')}:`,
      '  type: tosca.nodes.DBMS',
      `  properties: { port: ${3_306 + (index % 10)}, root_password: { get_input: password } }`,
      `  requirements: [ host: ${name('back')} ]`,
    ],
    [
      `${name('data')}:`,
      '  type: tosca.nodes.Database',
      `  properties: { name: ${name('data')}, user: app, password: { get_input: password } }`,
      `  requirements: [ host: ${name('dbms')} ]`,
    ],
    index % 2 === 0
      ? [
          `${name('disk')}:`,
          '  type: tosca.nodes.Storage.BlockStorage',
          `  properties: { name: ${name('disk')}, size: 10 GB }`,
        ]
      : [`${name('balancer')}:`, '  type: tosca.nodes.LoadBalancer', `  requirements: [ application: ${name('app')} ]`],
  ];
}

function serverOf(name: string, disk?: string): string[] {
  return [
    `${name}:`,
    '  type: tosca.nodes.Compute',
    '  capabilities:',
    '    host: { properties: { num_cpus: { get_input: cpus }, mem_size: 2 GB, disk_size: 10 GB } }',
    '    os: { properties: { distribution: debian } }',
    ...(disk === undefined
      ? []
      : [
          '  requirements:',
          `    - local_storage: { node: ${disk}, relationship: { type: AttachesTo, properties: { location: /data } } }`,
        ]),
  ];
}

const head = `tosca_definitions_version: tosca_simple_yaml_1_3
description: Made by the bench
metadata: { template_name: bench }
node_types:
  bench.nodes.App:
    derived_from: tosca.nodes.WebApplication
    properties:
      port: { type: integer, default: 8080, constraints: [ in_range: [ 1, 65535 ] ] }
      tier: { type: string, default: gold, constraints: [ valid_values: [ gold, silver ] ] }
      options: { type: map, required: false, entry_schema: { type: string } }
    requirements:
      - database:
          capability: tosca.capabilities.Endpoint.Database
          node: tosca.nodes.Database
          relationship: tosca.relationships.ConnectsTo
          occurrences: [ 0, 1 ]
    interfaces:
      Standard:
        type: tosca.interfaces.node.lifecycle.Standard
        operations:
          configure:
            inputs:
              port: { type: integer, required: false }
              database: { type: string, required: false }
topology_template:
  inputs:
    cpus: { type: integer, default: 1, constraints: [ valid_values: [ 1, 2, 4 ] ] }
    password: { type: string, default: secret-pass }
  node_templates:
`;

const tail = `  outputs:
    address: { value: { get_attribute: [ front_0, private_address ] } }
    url: { value: { concat: [ 'http://', { get_attribute: [ front_0, private_address ] }, ':', { get_property: [ app_0, port ] } ] } }
  groups:
    servers: { type: tosca.groups.Root, members: [ front_0, back_0 ] }
  policies:
    - scaling: { type: tosca.policies.Scaling, targets: [ front_0 ] }
`;
