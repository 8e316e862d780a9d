import { expect, test } from 'vitest';
import { evaluate } from './evaluate.ts';
import { matchesWithin } from './match.ts';
import { readTemplate } from './template.ts';
import type { Data } from './topology.ts';

const types = `tosca_definitions_version: tosca_2_0
profile: org.example.shop:1.0
data_types:
  Mass:
    derived_from: scalar
    units: { g: 1 }
    prefixes: { "": 1, k: 1000 }
    validation: { $less_or_equal: [ $value, 10 kg ] }
  Port:
    derived_from: integer
    validation: { $and: [ { $greater_or_equal: [ $value, 1 ] }, { $less_or_equal: [ $value, 65535 ] } ] }
capability_types:
  Host: { properties: { cpus: { type: integer } } }
  Service: { properties: { port: { type: Port } } }
relationship_types:
  HostedOn: { valid_capability_types: [ Host ] }
  Uses: { properties: { weight: { type: integer, default: 1 } } }
interface_types:
  Lifecycle:
    operations:
      start: { inputs: { mode: { type: string } } }
node_types:
  Machine:
    capabilities: { host: Host }
  Software:
    properties: { mass: { type: Mass, required: false } }
    requirements:
      - host: { capability: Host, relationship: HostedOn, node: Machine, count_range: [ 1, 1 ] }
  Web:
    derived_from: Software
    attributes: { address: { type: string } }
    interfaces:
      life:
        type: Lifecycle
        operations: { start: { inputs: { mode: { type: string, default: fast } } } }
    capabilities: { service: Service }
  Balancer:
    derived_from: Software
    properties: { ports: { type: list, entry_schema: integer }, first: { type: string } }
    requirements:
      - backend: { capability: Service, relationship: Uses, node: Web, count_range: [ 1, 3 ] }
`;

const shop = `tosca_definitions_version: tosca_2_0
imports:
  - { profile: 'org.example.shop:1.0', namespace: s }
functions:
  shout: { signatures: [ { arguments: [ string ], result: string } ] }
service_template:
  inputs:
    count: { type: integer, default: 2 }
    cpus: { type: integer, default: 4 }
  node_templates:
    machine:
      type: s:Machine
      capabilities: { host: { properties: { cpus: { $get_input: cpus } } } }
    web:
      type: s:Web
      count: { $get_input: count }
      properties: { mass: 2 kg }
      capabilities: { service: { properties: { port: 8080 } } }
      requirements:
        - host: { node: machine, allocation: { cpus: 1 } }
    balancer:
      type: s:Balancer
      properties:
        ports: [ { $get_property: [ SELF, RELATIONSHIP, backend, 0, CAPABILITY, port ] } ]
        first: $$literal
      requirements:
        - host: machine
        - backend: [ web, 0 ]
        - backend: { node: web, optional: true, relationship: { properties: { weight: 3 } } }
  outputs:
    weights: { value: { $get_property: [ balancer, RELATIONSHIP, backend, ALL, weight ] } }
    incoming: { value: { $get_property: [ web, CAPABILITY, service, RELATIONSHIP, 1, SOURCE, first ] } }
    sum: { value: { $sum: [ 1, { $product: [ 2, 3 ] } ] } }
  workflows:
    restart:
      steps:
        one:
          target: web
          activities: [ { call_operation: { operation: life.start, inputs: { mode: slow } } } ]
`.replace('- backend: [ web, 0 ]', '- backend: { node: [ web, 0 ] }');

function read(change: readonly [from: string, to: string] = ['', ''], entry = shop) {
  const [from, to] = change;
  const texts = new Map([
    ['main.yaml', entry.replace(from, () => to)],
    ['types.yaml', types.replace(from, () => (entry.includes(from) ? from : to))],
  ]);
  const { template, problems } = readTemplate(texts, 'main.yaml');
  return { template, problems: problems.map(({ line, rule, message }) => `${line} ${rule} ${message}`) };
}

test('a template of 2.0 leads to the graph that 1.x leads to, with counts, allocations and indexes', () => {
  const { template, problems } = read();
  expect(problems).toEqual([]);
  expect(template?.topology.nodes['web']).toMatchObject({
    type: 'Web',
    types: ['Web', 'Software'],
    count: { is: 'call', name: 'get_input' },
    requirements: [{ name: 'host', target: 'machine', capability: 'host', allocation: { cpus: { value: 1 } } }],
  });
  expect(template?.topology.nodes['balancer']?.requirements).toMatchObject([
    { name: 'host' },
    { name: 'backend', target: 'web', index: { value: 0 } },
    { name: 'backend', target: 'web', optional: true },
  ]);
  expect(template?.topology.nodes['balancer']?.properties['first']).toMatchObject({ is: 'literal', value: '$literal' });
});

test('paths of 2.0 are walked when values are evaluated, in both directions, and ALL yields a list', () => {
  const { template } = read();
  if (!template) throw new Error('no template');
  const { topology } = template;
  const state = { inputs: { count: 2, cpus: 4 } satisfies Record<string, Data>, attribute: () => undefined };
  const valueOf = (name: string) => {
    const output = topology.outputs[name];
    return output && evaluate(output.value, { topology }, state);
  };
  expect(valueOf('weights')).toEqual({ known: true, value: [1, 3] });
  expect(valueOf('incoming')).toEqual({ known: true, value: '$literal' });
  expect(valueOf('sum')).toEqual({ known: true, value: 7 });
  const ports = topology.nodes['balancer']?.properties['ports'];
  expect(ports && evaluate(ports, { topology, node: 'balancer' }, state)).toEqual({ known: true, value: [8080] });
});

const mistakes: readonly (readonly [from: string, to: string, expected: string])[] = [
  ['mass: 2 kg', 'mass: 12 kg', '17 constraint mass must be at most 10 kg, not 12 kg'],
  [
    'mass: 2 kg',
    'mass: 2 lb',
    '17 wrong-type mass is a number with a unit (g and kg), e.g. "10 g"; here stands "2 lb"',
  ],
  ['port: 8080', 'port: 70000', '18 constraint port must be at most 65535, not 70000'],
  [
    'first: $$literal',
    'first: $literal',
    '25 unknown-function There is no function $literal; define it under functions, or write $$ for a text that begins with $',
  ],
  [
    'first: $$literal',
    'first: { $shout: [ a, b ] }',
    '25 bad-function $shout has no signature with 2 arguments; see main.yaml line 5',
  ],
  [
    'RELATIONSHIP, backend, 0, CAPABILITY',
    'RELATIONSHIP, backend, 7, CAPABILITY',
    '24 no-index balancer has 2 relationships over backend, counted from 0',
  ],
  [
    'allocation: { cpus: 1 }',
    'allocation: { cpu: 1 }',
    '20 unknown-property The capability host has no property cpu to allocate; did you mean cpus?',
  ],
  [
    'optional: true,',
    'optional: true, count: 5,',
    '29 too-many-requirements The node balancer may have the requirement backend 3 times; remove the others',
  ],
  ['mode: slow', 'mood: slow', '39 unknown-input The operation life.start has no input mood; did you mean mode?'],
  ['type: s:Machine', 'type: Machine', '12 unknown-type There is no node type Machine; did you mean s:Machine?'],
  [
    'service_template:',
    'groups:',
    '6 unknown-key The TOSCA file has no key groups; it has tosca_definitions_version, description, metadata, dsl_definitions, repositories, functions, profile, imports, artifact_types, data_types, capability_types, interface_types …',
  ],
  [
    "profile: 'org.example.shop:1.0'",
    "profile: 'org.example.shop:2.0'",
    '3 missing-import There is no profile org.example.shop:2.0; this template defines org.example.shop:1.0',
  ],
  [
    '  outputs:',
    '  groups:\n  outputs:',
    '30 expected-value groups of the service_template holds nothing; give it a value or leave it out',
  ],
  [
    'count: { $get_input: count }',
    'count: { $get_input: count, b: 1 }',
    '16 malformed-function $get_input calls a function, so it must be the only key here; write $$get_input for a key that begins with $',
  ],
];

test.each(mistakes)('what is wrong in 2.0 is told with its line and what to do: %s → %s', (from, to, expected) => {
  expect(read([from, to]).problems[0]).toBe(expected);
});

test('a type may refine what it inherits and never loosen it', () => {
  const rules = (text: string) =>
    readTemplate(new Map([['t.yaml', `tosca_definitions_version: tosca_2_0\n${text}`]]), 't.yaml').problems.map(
      ({ line, rule }) => `${line} ${rule}`,
    );
  expect(
    rules(
      'node_types:\n  A: { properties: { p: { type: string } } }\n  B: { derived_from: A, properties: { p: { type: integer } } }',
    ),
  ).toEqual(['4 bad-refinement']);
  expect(
    rules(
      'node_types:\n  A: { properties: { p: { type: string, value: x } } }\n  B: { derived_from: A, properties: { p: y } }',
    ),
  ).toEqual(['4 fixed-value']);
  expect(
    rules(
      'node_types:\n  A: { properties: { p: { type: string } } }\n  B: { derived_from: A, properties: { p: { required: false } } }',
    ),
  ).toEqual(['4 bad-refinement']);
  expect(
    rules(
      'capability_types:\n  C: {}\nrelationship_types:\n  R: {}\nnode_types:\n  A: { requirements: [ r: { capability: C, relationship: R, count_range: [ 1, 2 ] } ] }\n  B: { derived_from: A, requirements: [ r: { count_range: [ 0, 2 ] } ] }',
    ),
  ).toEqual(['8 bad-refinement']);
  expect(
    rules(
      'node_types:\n  A: {}\n  B: {}\ngroup_types:\n  G: { members: [ A ] }\n  H: { derived_from: G, members: [ B ] }',
    ),
  ).toEqual(['7 bad-refinement']);
});

test('the Simple Profile is imported by its name, and its types are those of 1.x', () => {
  const { template, problems } = readTemplate(
    new Map([
      [
        't.yaml',
        `tosca_definitions_version: tosca_2_0
imports: [ { profile: 'org.oasis-open.simple:2.0', namespace: tosca } ]
service_template:
  node_templates:
    server: { type: tosca:Compute, capabilities: { host: { properties: { mem_size: 1 GB } } } }
    app: { type: tosca:SoftwareComponent, requirements: [ host: server ] }
`,
      ],
    ]),
    't.yaml',
  );
  expect(problems).toEqual([]);
  expect(template?.topology.nodes['app']?.requirements[0]?.relationship.type).toBe('tosca.relationships.HostedOn');
});

test('a template says which nodes it can stand in for, and mappings lead to what there is', () => {
  const substituting = (mappings: string) => `tosca_definitions_version: tosca_2_0
imports: [ types.yaml ]
service_template:
  inputs: { size: { type: Mass } }
  substitution_mappings:
    node_type: Web
    substitution_filter: { $equal: [ { $get_property: [ SELF, mass ] }, 1 kg ] }
    ${mappings}
  node_templates:
    inner: { type: Web, properties: { mass: { $get_input: size } }, directives: [ substitute ] }
`;
  const { template, problems } = read(
    ['', ''],
    substituting(
      'properties: { mass: size }\n    capabilities: { service: [ inner, service ] }\n    requirements: [ host: [ inner, host ] ]',
    ),
  );
  expect(problems).toEqual([]);
  expect(template?.topology.substitution).toMatchObject({
    node: 'Web',
    properties: { mass: 'size' },
    capabilities: { service: { node: 'inner', capability: 'service' } },
    requirements: [{ name: 'host', to: [{ node: 'inner', requirement: 'host' }] }],
  });
  expect(read(['', ''], substituting('capabilities: { service: [ inner, servise ] }')).problems).toEqual([
    '6 missing-input No property is mapped to the input size, which has no default; map one to it',
    '8 unknown-capability The node inner has no capability servise; did you mean service?',
  ]);
});

test('what a type asks of SELF must be there, whether or not a template uses the type', () => {
  for (const version of ['tosca_2_0', 'tosca_simple_yaml_1_3']) {
    const call = version === 'tosca_2_0' ? '$get_property' : 'get_property';
    const text = `tosca_definitions_version: ${version}
node_types:
  A:
    properties:
      size: { type: integer }
      twice: { type: integer, default: { ${call}: [ SELF, sise ] } }
`;
    const { problems } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
    expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '6 The node A (A) has no property sise; did you mean size?',
    ]);
  }
});

test('a requirement left open is matched with the nodes of the template that fit its types and its filter', () => {
  const open = (filter: string) =>
    shop.replace('- host: { node: machine, allocation: { cpus: 1 } }', `- host: { node_filter: ${filter} }`);
  const matchesOf = (text: string) => {
    const { template, problems } = read(['', ''], text);
    expect(problems).toEqual([]);
    const web = template?.topology.nodes['web'];
    const [dangling] = web?.dangling ?? [];
    if (!template || !web || !dangling) throw new Error('nothing is open');
    const state = { inputs: { count: 2, cpus: 4 }, attribute: () => undefined };
    return matchesWithin(template.topology, web, dangling, state).map(
      ({ node, capability }) => `${node.name}.${capability}`,
    );
  };
  const atLeast = (cpus: number) => `{ $greater_or_equal: [ { $get_property: [ SELF, CAPABILITY, cpus ] }, ${cpus} ] }`;
  expect(matchesOf(open(atLeast(4)))).toEqual(['machine.host']);
  expect(matchesOf(open(atLeast(5)))).toEqual([]);
  expect(
    matchesOf(open('{ $not: [ { $equal: [ { $get_property: [ SELF, TARGET, CAPABILITY, host, cpus ] }, 4 ] } ] }')),
  ).toEqual([]);
});
