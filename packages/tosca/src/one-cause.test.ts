import { describe, expect, test } from 'vitest';
import { readTemplate } from './template.ts';

const versions = {
  '1.0': 'tosca_simple_yaml_1_0',
  '1.3': 'tosca_simple_yaml_1_3',
  '2.0': 'tosca_2_0',
};

/** The errors of a file whose second line is the first of `text`, each as `line:column rule`. */
function errors(version: keyof typeof versions, text: string, others: Readonly<Record<string, string>> = {}) {
  const files = new Map(Object.entries(others));
  files.set('t.yaml', `tosca_definitions_version: ${versions[version]}\n${text}`);
  return readTemplate(files, 't.yaml')
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ line, column, rule }) => `${line}:${column} ${rule}`);
}

describe('what a type refines is not judged where the type it is derived from is not known:', () => {
  const imports = 'imports: [ { url: gone.yaml } ]\n';
  const told = ['2:19 missing-import'];

  test('a property that is only given a value', () => {
    const text = `${imports}node_types:
  Cli: { derived_from: Package, properties: { names: [ cli ], folder: ~/cli, mirror: { required: false } } }
`;
    expect(errors('2.0', text)).toEqual(told);
  });

  test('a capability without a type, a requirement without a capability', () => {
    const text = `${imports}node_types:
  Region:
    derived_from: Platform
    capabilities: { host: { valid_source_node_types: [ Region ] } }
    requirements: [ manager: { node: Region, count_range: [ 1, 1 ] } ]
`;
    expect(errors('2.0', text)).toEqual(told);
  });

  test('an interface without a type, and operations of an interface type', () => {
    const text = `${imports}interface_types:
  Life: { derived_from: Lifecycle }
node_types:
  Region:
    derived_from: Platform
    interfaces: { Standard: { operations: { create: create.sh } }, Life: { type: Life, operations: { scale: scale.sh } } }
`;
    expect(errors('2.0', text)).toEqual(told);
  });

  test('an artifact without a file', () => {
    const text = `${imports}node_types:
  Region: { derived_from: Platform, artifacts: { cli: { type: Zip } } }
service_template: { node_templates: { here: { type: Region, artifacts: { other: { type: Zip } } } } }
`;
    expect(errors('2.0', text)).toEqual(told);
  });

  test('properties of a capability, a group and a policy in 1.3', () => {
    const text = `imports: [ gone.yaml ]
capability_types: { Host: { derived_from: Base, properties: { cpus: { required: false } } } }
group_types: { Rack: { derived_from: Base, properties: { row: { default: 1 } } } }
policy_types: { Keep: { derived_from: Base, properties: { days: { default: 1 } } } }
`;
    expect(errors('1.3', text)).toEqual(['2:12 missing-import']);
  });

  test('an ancestor that is misspelt is told, and nothing that follows from it', () => {
    const text = `node_types:
  Machine: { properties: { cpus: { type: integer } } }
  Big: { derived_from: Machien, properties: { cpus: 8 } }
`;
    expect(errors('2.0', text)).toEqual(['4:24 unknown-type']);
  });

  test('a type that is wholly known must still say what it defines', () => {
    const text = `node_types:
  Machine: { properties: { cpus: { required: false } }, capabilities: { host: {} }, requirements: [ disk: {} ] }
`;
    expect(errors('2.0', text)).toEqual(['3:28 missing-key', '3:73 missing-key', '3:101 missing-key']);
  });

  test('paths over its requirements and capabilities', () => {
    const text = `${imports}node_types: { Pod: { derived_from: Resource } }
service_template:
  node_templates: { pod: { type: Pod }, web: { type: Pod } }
  outputs:
    account: { value: { $get_property: [ pod, RELATIONSHIP, runsAs, TARGET, name ] } }
    port: { value: { $get_property: [ web, CAPABILITY, endpoint, port ] } }
`;
    expect(errors('2.0', text)).toEqual(told);
  });
});

describe('what stands in the wrong shape is told once:', () => {
  test.each<[what: string, text: string, expected: string]>([
    ['a property', 'node_types: { A: { properties: { p: [ 1 ] } } }', '2:37 expected-map'],
    ['the type of a property', 'node_types: { A: { properties: { p: { type: [ string ] } } } }', '2:45 expected-text'],
    ['a capability of no type there is', 'node_types: { A: { capabilities: { c: Hots } } }', '2:39 unknown-type'],
    ['a capability', 'node_types: { A: { capabilities: { c: [ Host ] } } }', '2:39 expected-text'],
    ['a requirement', 'node_types: { A: { requirements: [ r: [ Host ] ] } }', '2:39 expected-text'],
    ['an artifact', 'node_types: { A: { artifacts: { a: [ a.sh ] } } }', '2:36 expected-map'],
    [
      'the file of an artifact',
      'node_types: { A: { artifacts: { a: { file: { get_input: f } } } } }',
      '2:44 expected-text',
    ],
    [
      'an implementation',
      'node_types: { A: { derived_from: tosca.nodes.Root, interfaces: { Standard: { operations: { create: { implementation: [ a.sh ] } } } } } }',
      '2:118 expected-map',
    ],
    ['a node', 'topology_template: { node_templates: { n: [] } }', '2:43 expected-map'],
    ['a relationship', 'topology_template: { relationship_templates: { r: [] } }', '2:51 expected-map'],
    ['a group', 'topology_template: { groups: { g: [] } }', '2:35 expected-map'],
    ['a policy', 'topology_template: { policies: [ p: [] ] }', '2:37 expected-map'],
    ['an output', 'topology_template: { outputs: { o: [] } }', '2:36 expected-map'],
    ['a step', 'topology_template: { workflows: { w: { steps: { s: [] } } } }', '2:52 expected-map'],
    ['a repository', 'repositories: { r: [] }', '2:20 expected-text'],
  ])('%s', (_, text, expected) => {
    expect(errors('1.3', text)).toEqual([expected]);
  });

  test.each<[what: string, text: string, expected: string]>([
    ['the type of a capability', 'node_types: { A: { capabilities: { c: { type: } } } }', '2:47 expected-value'],
    ['the type of a node', 'service_template: { node_templates: { n: { type: [] } } }', '2:50 expected-text'],
    ['an interface of a type', 'node_types: { A: { interfaces: { i: [] } } }', '2:37 expected-map'],
    ['a data type', 'data_types: { D: [] }', '2:18 expected-map'],
    [
      'the event of a trigger',
      'policy_types: { P: { triggers: { t: { event: [], action: [] } } } }',
      '2:46 expected-text',
    ],
  ])('%s in 2.0', (_, text, expected) => {
    expect(errors('2.0', text)).toEqual([expected]);
  });
});

test('a section that is indented so far that it stands among the nodes is told as that', () => {
  const text = `topology_template:
  node_templates:
    web: { type: tosca.nodes.Compute }
    policies: [ spread: { type: tosca.policies.Placement } ]
    substitution_mappings: { node_type: tosca.nodes.Compute }
    outputs: { type: tosca.nodes.Compute }
`;
  expect(errors('1.3', text)).toEqual(['5:5 wrong-section', '6:5 wrong-section']);
});

describe('a name with a slip is told once:', () => {
  const types = `data_types: { Pair: { properties: { account: { type: string }, secret: { type: string } } } }
node_types: { A: { derived_from: tosca.nodes.Root, properties: { address: { type: string }, login: { type: Pair, required: false } } } }
`;

  test('a required property is not missed as well', () => {
    const text = `${types}topology_template: { node_templates: { a: { type: A, properties: { adress: x } } } }`;
    expect(errors('1.3', text)).toEqual(['4:68 unknown-property']);
  });

  test('a required field is not missed as well, and the key that is wrong is shown, not its value', () => {
    const text = `${types}topology_template:
  node_templates:
    a:
      type: A
      properties:
        address: x
        login:
          acount:
            x: y
          secret: y
`;
    expect(errors('1.3', text)).toEqual(['11:11 unknown-property']);
  });

  test('one that looks like nothing there is does not stand for what is missed', () => {
    const text = `${types}topology_template: { node_templates: { a: { type: A, properties: { colour: x } } } }`;
    expect(errors('1.3', text)).toEqual(['4:66 missing-property', '4:68 unknown-property']);
  });

  test('what refers to a property the type does not have, but the node gives, is not wrong too', () => {
    const text = `${types}topology_template:
  node_templates: { a: { type: A, properties: { address: x, colour: red } } }
  outputs: { colour: { value: { get_property: [ a, colour ] } } }
`;
    expect(errors('1.3', text)).toEqual(['5:61 unknown-property']);
  });
});

describe('a type derived over a namespace has what its ancestor has, as the ancestor names it:', () => {
  const base = (version: string) => `tosca_definitions_version: ${version}
capability_types: { Plug: { properties: { volts: { type: integer, default: 9 } } } }
relationship_types: { Wire: {} }
interface_types: { Life: { operations: { start: {} } } }
node_types:
  Lamp:
    capabilities: { plug: Plug }
    requirements: [ next: { capability: Plug, relationship: Wire } ]
    interfaces: { life: { type: Life } }
`;

  test('1.3', () => {
    const text = `imports: [ { file: base.yaml, namespace_prefix: b } ]
node_types: { Spot: { derived_from: "b:Lamp" } }
topology_template:
  node_templates:
    one: { type: Spot, requirements: [ next: two ] }
    two: { type: Spot, interfaces: { life: { start: start.sh } }, requirements: [ next: one ] }
`;
    expect(errors('1.3', text, { 'base.yaml': base('tosca_simple_yaml_1_3') })).toEqual([]);
  });

  test('2.0', () => {
    const text = `imports: [ { url: base.yaml, namespace: b } ]
node_types: { Spot: { derived_from: "b:Lamp" } }
service_template:
  node_templates:
    one: { type: Spot, requirements: [ next: two ] }
    two: { type: Spot, interfaces: { life: { operations: { start: start.sh } } } }
`;
    expect(errors('2.0', text, { 'base.yaml': base('tosca_2_0') })).toEqual([]);
  });

  test('what is wrong in the ancestor is told of the ancestor, once', () => {
    const text = `node_types:
  Third: { derived_from: Second }
  Second: { derived_from: First }
  First: { interfaces: { life: {} } }
`;
    const { problems } = readTemplate(new Map([['t.yaml', `tosca_definitions_version: tosca_2_0\n${text}`]]), 't.yaml');
    expect(problems.map(({ message }) => message)).toEqual([
      'The interface life of the node type First needs a type: the interface type it is of',
    ]);
  });
});

test('a refinement with a key that is wrong is told by that key where its value could be no map', () => {
  const text = `node_types:
  Disk: { properties: { size: { type: integer }, tags: { type: map, entry_schema: string } } }
  Fast: { derived_from: Disk, properties: { size: { type: integer, constraints: [ { greater_than: 1 } ] }, tags: { constraints: none } } }
`;
  expect(errors('2.0', text)).toEqual(['4:68 unknown-key']);
});

test('two imports in one entry are told by the second', () => {
  const text = `imports:
- nodes: { file: nodes.yaml }
  data: { file: data.yaml }
`;
  expect(errors('1.3', text)).toEqual(['4:3 bad-import']);
});
