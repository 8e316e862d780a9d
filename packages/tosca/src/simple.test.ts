import { expect, test } from 'vitest';
import { readTemplate } from './template.ts';
import { plantedTemplate } from './testing/planted.ts';

/** `severity line rule message` of what is told. */
function told(text: string, others: readonly (readonly [string, string])[] = []): string[] {
  const { problems } = readTemplate(new Map([['main.yaml', text], ...others]), 'main.yaml');
  return problems.map(({ severity, line, rule, message }) => `${severity} ${line} ${rule} ${message}`);
}

function nodes(version: string, templates: string): string {
  return `tosca_definitions_version: ${version}\ntopology_template:\n  node_templates:\n${templates}`;
}

const volume = '    disk: { type: tosca.nodes.Storage.BlockStorage }\n';

test('a file knows the normative types as its version defines them', () => {
  const needsSize = ['error 4 missing-property The node disk needs the property size (scalar-unit.size)'];
  expect(told(nodes('tosca_simple_yaml_1_1', volume))).toEqual(needsSize);
  expect(told(nodes('tosca_simple_yaml_1_2', volume))).toEqual([]);
  const container = `node_types:
  my.Host:
    derived_from: tosca.nodes.Root
    capabilities:
      host: { type: tosca.capabilities.Container, properties: {} }
`;
  const host = `${container}topology_template:
  node_templates:
    host: { type: my.Host, capabilities: { host: { properties: { num_cpus: 1 } } } }
`;
  const of = (minor: number) => told(`tosca_definitions_version: tosca_simple_yaml_1_${minor}\n${host}`);
  expect([of(0), of(1)]).toEqual([[], []]);
  const noProperty =
    'error 9 unknown-property The capability host of the node host has no property num_cpus; it has none';
  expect([of(2), of(3)]).toEqual([[noProperty], [noProperty]]);
});

test.each([
  [
    '1_0',
    'tosca.nodes.Storage.BlockStorage, properties: { size: 1 GB }',
    '1.0 has no tosca.nodes.Storage.BlockStorage, which came with 1.1 §5.9.9; raise tosca_definitions_version to say so',
  ],
  ['1_0', 'tosca.nodes.BlockStorage, properties: { size: 1 GB }', undefined],
  [
    '1_3',
    'tosca.nodes.BlockStorage',
    'tosca.nodes.BlockStorage is called tosca.nodes.Storage.BlockStorage (1.1 §5.9.9)',
  ],
  ['1_3', 'BlockStorage', undefined],
])('a normative type under the name of another version is understood, with a word: %s %s', (minor, type, message) => {
  const problems = told(nodes(`tosca_simple_yaml_${minor}`, `    disk: { type: ${type} }\n`));
  expect(problems).toEqual(message === undefined ? [] : [`warning 4 other-version ${message}`]);
});

test('a file of the profile for NFV knows its types, and files it imports go before them', () => {
  const templates = `    vdu: { type: tosca.nodes.nfv.VDU }
    net: { type: tosca.nodes.nfv.VL, properties: { vendor: ACME } }
    port:
      type: tosca.nodes.nfv.CP
      requirements: [ virtualLink: net, virtualBinding: vdu ]
`;
  const version = 'tosca_simple_profile_for_nfv_1_0_0';
  expect(told(nodes(version, templates))).toEqual([]);
  expect(told(nodes('tosca_simple_yaml_1_1', templates))).toHaveLength(3);
  const own = `tosca_definitions_version: ${version}
node_types:
  tosca.nodes.nfv.VL: { derived_from: tosca.nodes.Root, properties: { owner: { type: string } } }
`;
  expect(
    told(`${nodes(version, '    net: { type: tosca.nodes.nfv.VL }\n')}imports: [ own.yaml ]\n`, [['own.yaml', own]]),
  ).toEqual(['error 4 missing-property The node net needs the property owner (string)']);
});

const deviations: readonly (readonly [what: string, text: string, warning: string])[] = [
  [
    'a copy of a copy',
    nodes('tosca_simple_yaml_1_3', '    a: { type: tosca.nodes.Compute }\n    b: { copy: a }\n    c: { copy: b }\n'),
    'warning 6 copy-of-copy b is itself a copy, which 1.3 §3.8.3.3 rules out; copy the original',
  ],
  [
    'metadata that is no map',
    'tosca_definitions_version: tosca_simple_yaml_1_3\nmetadata: test\n',
    'warning 2 expected-map metadata is a map of names to texts (1.3 §3.6.2); here stands test',
  ],
  [
    'a name of metadata given twice',
    'tosca_definitions_version: tosca_simple_yaml_1_3\nmetadata:\n  a: x\n  a: y\n',
    'warning 4 duplicate-key a stands twice in this map, first in line 3; keep one of them',
  ],
  [
    'a shortened type',
    'tosca_definitions_version: tosca_simple_yaml_1_0\ntopology_template: { inputs: { n: { type: int } } }\n',
    'warning 2 shortened-type The type int is called integer (1.3 §3.3.1); write it so',
  ],
  [
    'occurrences with one r, and as a number',
    `tosca_definitions_version: tosca_simple_yaml_1_0
node_types:
  my.Node:
    derived_from: tosca.nodes.Root
    requirements: [ disk: { capability: tosca.capabilities.Attachment, occurences: [ 0, 1 ] } ]
`,
    'warning 5 misspelt-key The key is occurrences (1.3 §3.7.2 and §3.7.3), with a double r',
  ],
  [
    'a key of a tool in a type',
    'tosca_definitions_version: tosca_simple_yaml_1_1\nnode_types: { my.Node: { derived_from: tosca.nodes.Root, hidden: true } }\n',
    'warning 2 unknown-key The node type my.Node has no key hidden, so it is not read',
  ],
  [
    'a value where a property is refined',
    `tosca_definitions_version: tosca_simple_yaml_1_0
relationship_types:
  my.Link: { derived_from: tosca.relationships.ConnectsTo, properties: { credential: { token: t, user: u } } }
`,
    'warning 3 value-for-definition credential is defined by an ancestor and only given a value here; 1.3 §3.6.10 has it as default: { default: … }',
  ],
  [
    'a requirement that says all about itself',
    nodes(
      'tosca_simple_yaml_1_1',
      `    app:
      type: tosca.nodes.SoftwareComponent
      requirements:
        - host: box
        - data: { node: db, capability: tosca.capabilities.Endpoint.Database, relationship: tosca.relationships.ConnectsTo }
    db: { type: tosca.nodes.Database, properties: { name: a }, requirements: [ host: dbms ] }
    dbms: { type: tosca.nodes.DBMS, requirements: [ host: box ] }
    box: { type: tosca.nodes.Compute }
`,
    ),
    'warning 8 unknown-requirement The node app has no requirement data (1.3 §3.8.2); it is taken as the assignment says, define it in a node type',
  ],
  [
    'two policies of one name',
    `tosca_definitions_version: tosca_simple_yaml_1_2
topology_template:
  policies:
    - scaling: { type: tosca.policies.Scaling }
    - scaling: { type: tosca.policies.Scaling }
`,
    'warning 5 duplicate-key There are two policies scaling; the second one goes by scaling-2, rename one of them',
  ],
  [
    'a data type in the place of a capability type',
    `tosca_definitions_version: tosca_simple_yaml_1_0
data_types: { my.Sizes: { properties: { cpus: { type: integer } } } }
node_types:
  my.Node: { derived_from: tosca.nodes.Root, capabilities: { compute: { type: my.Sizes } } }
topology_template:
  node_templates:
    node: { type: my.Node, capabilities: { compute: { properties: { cpus: 2 } } } }
`,
    'warning 4 data-for-capability my.Sizes is a data type (1.3 §3.7.2 wants a capability type); it is taken for a capability with its properties',
  ],
  [
    'the type of an entry_schema that is not indented',
    `tosca_definitions_version: tosca_simple_yaml_1_0
node_types:
  my.Node:
    derived_from: tosca.nodes.Root
    properties:
      path:
        type: list
        entry_schema:
        type: integer
topology_template:
  node_templates:
    node: { type: my.Node, properties: { path: [ 1, 2 ] } }
`,
    'warning 9 duplicate-key type stands twice in this map, and entry_schema is empty; it is taken for that of entry_schema, indent it',
  ],
  [
    'what is assigned to a requirement and not indented',
    nodes(
      'tosca_simple_yaml_1_0',
      `    app:
      type: tosca.nodes.SoftwareComponent
      requirements:
        - host:
          node: box
    box: { type: tosca.nodes.Compute }
`,
    ),
    'warning 7 not-indented What stands beside host is taken for what is below it; indent it further',
  ],
  [
    'a requirement with a number',
    nodes(
      'tosca_simple_yaml_1_0',
      `    box:
      type: tosca.nodes.Compute
      requirements:
        - local_storage2: { node: disk, relationship: { type: tosca.relationships.AttachesTo, properties: { location: /data } } }
    disk: { type: tosca.nodes.BlockStorage, properties: { size: 1 GB } }
`,
    ),
    'warning 7 unknown-requirement The node box has no requirement local_storage2 (1.3 §3.8.2); it is taken for one more local_storage, write that name as often as it is needed',
  ],
  [
    'a database without a name',
    nodes(
      'tosca_simple_yaml_1_0',
      `    db: { type: tosca.nodes.Database, requirements: [ host: dbms ] }
    dbms: { type: tosca.nodes.DBMS, requirements: [ host: box ] }
    box: { type: tosca.nodes.Compute }
`,
    ),
    'warning 4 missing-property The node db needs the property name (string), says 1.0 §5.8.7; without it nothing can ask for it',
  ],
  [
    'an output of an attribute that a normative type does not have',
    `${nodes('tosca_simple_yaml_1_1', '    box: { type: tosca.nodes.Compute }\n')}  outputs:
    at: { value: { get_attribute: [ box, endpoint ] } }
`,
    'warning 6 unknown-attribute The node box (tosca.nodes.Compute) has no attribute endpoint; endpoint is a part of it, so name what is wanted of that too (1.3 §4.5.1; nothing sets it, so this is never known)',
  ],
];

test('an attribute nobody sets is an error where something waits for it, and of types of the template', () => {
  const text = `tosca_definitions_version: tosca_simple_yaml_1_1
node_types: { my.Box: { derived_from: tosca.nodes.Compute } }
topology_template:
  node_templates:
    box: { type: tosca.nodes.Compute, interfaces: { Standard: { create: { inputs: { at: { get_attribute: [ SELF, endpoint ] } } } } } }
    mine: { type: my.Box }
  outputs:
    at: { value: { get_attribute: [ mine, endpoint ] } }
`;
  expect(told(text).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'error 5 unknown-attribute',
    'error 8 unknown-attribute',
  ]);
});

test('a database of 1.3 has a name', () => {
  const templates = `    db: { type: tosca.nodes.Database, requirements: [ host: dbms ] }
    dbms: { type: tosca.nodes.DBMS, requirements: [ host: box ] }
    box: { type: tosca.nodes.Compute }
`;
  expect(told(nodes('tosca_simple_yaml_1_3', templates))).toEqual([
    'error 4 missing-property The node db needs the property name (string)',
  ]);
});

test.each(deviations)('%s is plain and harmless in 1.x, so it gets a warning', (_what, text, warning) => {
  expect(told(text)).toEqual([warning]);
  expect(readTemplate(new Map([['main.yaml', text]]), 'main.yaml').template).toBeDefined();
});

test('a copy of itself is an error, also over others', () => {
  const templates = '    a: { copy: b }\n    b: { copy: a }\n    c: { copy: a }\n';
  expect(told(nodes('tosca_simple_yaml_1_3', templates))).toEqual([
    'error 4 circular-copy The node a is copied from itself; name another template to copy',
    'error 5 circular-copy The node b is copied from itself; name another template to copy',
  ]);
});

test('a misspelt key in a refined definition is no value', () => {
  const text = `tosca_definitions_version: tosca_simple_yaml_1_3
node_types:
  my.Service: { derived_from: tosca.nodes.DBMS, properties: { port: { defualt: 80 } } }
`;
  expect(told(text)).toEqual(['error 3 unknown-key The definition of port has no key defualt; did you mean default?']);
});

test('where a type is not known in full, what follows from that is not told', () => {
  const text = `tosca_definitions_version: tosca_simple_yaml_1_2
imports: [ missing.yaml ]
node_types:
  my.Router: { derived_from: vendor.Router }
topology_template:
  node_templates:
    router:
      type: my.Router
      properties: { zone: a }
      capabilities: { binding: { properties: { order: 1 } } }
      requirements: [ uplink: other ]
      interfaces: { Vnflcm: { instantiate: start.sh } }
    other: { type: vendor.Switch }
    app: { type: tosca.nodes.SoftwareComponent, requirements: [ host: router ] }
  outputs:
    zone: { value: { get_attribute: [ router, zone ] } }
`;
  expect(told(text)).toEqual([
    "error 2 missing-import There is no file missing.yaml, neither beside main.yaml nor in the template's root",
  ]);
});

test.each([
  [100, 60, 1],
  [1_000, 200, 2],
  [1_000, 1_000, 3],
])('of %i nodes with %i mistakes every mistake is told at its line, and nothing else', (count, mistakes, seed) => {
  const planted = plantedTemplate(count, mistakes, seed);
  const { problems } = readTemplate(new Map([['main.yaml', planted.text]]), 'main.yaml');
  expect(planted.mistakes).toHaveLength(mistakes);
  expect(problems.map(({ line, rule }) => ({ line, rule }))).toEqual(planted.mistakes);
});

test.each<[type: string, constraint: string, expected: string | undefined]>([
  ['integer', 'length: 3', '2:77 bad-constraint'],
  ['boolean', 'greater_than: true', '2:83 bad-constraint'],
  ['version', "pattern: '1.*'", '2:78 bad-constraint'],
  ['range', 'in_range: [ 1, 9 ]', undefined],
  ['list', 'max_length: 3', undefined],
  ['integer', 'in_range: [ 1, many ]', '2:84 bad-constraint'],
  ['integer', 'in_range: [ 1, UNBOUNDED ]', undefined],
  ['integer', "greater_or_equal: '1'", undefined],
  ['scalar-unit.size', 'less_than: 4 horses', '2:89 bad-constraint'],
  ['scalar-unit.size', 'valid_values: [ 1 GB, 2 GB ]', undefined],
  ['timestamp', 'greater_than: yesterday', '2:85 bad-constraint'],
  ['string', 'valid_values: [ 1, two ]', undefined],
  ['boolean', 'equal: true', undefined],
])('a %s with the constraint %s: %s (1.3 §3.6.3.1)', (type, constraint, expected) => {
  const text = `tosca_definitions_version: tosca_simple_yaml_1_3
node_types: { A: { properties: { p: { type: ${type}, constraints: [ ${constraint} ] } } } }`;
  const { problems } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
  const told = problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`);
  expect(told.filter((one) => one.endsWith('bad-constraint'))).toEqual(expected === undefined ? [] : [expected]);
});

test.each<[what: string, value: string, expected: string[]]>([
  ['an operation there is', '{ get_operation_output: [ SELF, Standard, create, out ] }', []],
  ['an interface there is', '{ get_operation_output: [ SELF, Standrd, create, out ] }', ['8:48 unknown-interface']],
  [
    'an operation the interface has',
    '{ get_operation_output: [ a, Standard, creat, out ] }',
    ['8:55 unknown-operation'],
  ],
  ['a node there is', '{ get_operation_output: [ b, Standard, create, out ] }', ['8:42 unknown-node']],
  [
    'the other end of a relationship only in one',
    '{ get_operation_output: [ TARGET, Standard, create, out ] }',
    ['8:42 no-relationship'],
  ],
  ['nodes of a type there is', '{ get_nodes_of_type: tosca.nodes.Comput }', ['8:37 unknown-type']],
])('a function asks for %s (1.3 §4.6.1, §4.7.1)', (_, value, expected) => {
  const text = `tosca_definitions_version: tosca_simple_yaml_1_3
topology_template:
  node_templates:
    a:
      type: tosca.nodes.Compute
      interfaces:
        Standard: { operations: { create: create.sh, configure: { implementation: configure.sh, inputs: {
          out: ${value} } } } }`;
  const { problems } = readTemplate(new Map([['t.yaml', text]]), 't.yaml');
  expect(problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`)).toEqual(expected);
});

test('where a capability and a requirement share a name, a path leads to what has the property (1.3 §4.4.2)', () => {
  const text = (property: string) => `tosca_definitions_version: tosca_simple_yaml_1_3
node_types:
  Server: { derived_from: tosca.nodes.Compute, attributes: { address: { type: string } } }
  Broker:
    derived_from: tosca.nodes.SoftwareComponent
    capabilities: { host: { type: tosca.capabilities.Container } }
    requirements: [ host: { capability: tosca.capabilities.Compute, node: Server, relationship: tosca.relationships.HostedOn } ]
topology_template:
  node_templates:
    server: { type: Server }
    broker: { type: Broker, requirements: [ host: server ] }
  outputs: { o: { value: { get_attribute: [ broker, host, ${property} ] } } }`;
  const told = (property: string) =>
    readTemplate(new Map([['t.yaml', text(property)]]), 't.yaml')
      .problems.filter(({ severity }) => severity === 'error')
      .map(({ line, rule }) => `${line} ${rule}`);
  expect(told('address')).toEqual([]);
  expect(told('adress')).toEqual(['12 unknown-attribute']);
});
