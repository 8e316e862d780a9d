import { expect, test } from 'vitest';
import { readPackage } from '../package.ts';
import { readTemplate } from '../template.ts';
import { threeTier } from '../testing/three-tier.ts';
import type { Files } from '../unit.ts';
import { convertPackage } from './convert-package.ts';
import { convertToTwo } from './convert.ts';
import { graphOf } from './graph.ts';

const filesOf = (texts: ReadonlyMap<string, string>): Files => ({
  has: (path) => texts.has(path),
  text: (path) => texts.get(path),
});

const convertText = (text: string) => convertToTwo(filesOf(new Map([['a.yaml', text]])), 'a.yaml');

test('what is converted to 2.0 means the same', () => {
  const { files = new Map<string, string>(), problems } = convertToTwo(filesOf(threeTier), 'shop.yaml');
  expect(problems).toEqual([]);
  expect([...files.keys()]).toEqual([...threeTier.keys()]);
  const before = readTemplate(threeTier, 'shop.yaml');
  const after = readTemplate(files, 'shop.yaml');
  expect(after.problems).toEqual([]);
  expect(after.template?.toscaVersion).toBe('tosca_2_0');
  expect(after.template && graphOf(after.template)).toEqual(before.template && graphOf(before.template));
});

const old = `tosca_definitions_version: tosca_simple_yaml_1_0 # first
template_name: old
imports:
  - own: { file: types.yaml, namespace_prefix: own }
dsl_definitions:
  sizes: &sizes { num_cpus: { get_input: cpus } }
data_types:
  Port: { derived_from: integer, constraints: [ in_range: [ 1, UNBOUNDED ] ] }
  Empty:
node_types:
  my.App:
    derived_from: SoftwareComponent
    properties:
      name: { type: string, required: 'yes', constraints: [ min_length: 2, pattern: '[$a-z]+' ] }
      span: { type: range, required: false, constraints: [ in_range: [ 1, 9 ] ] }
      size: { type: scalar-unit.size, default: 1 GB }
      isOn: { type: boolean, default: False }
    requirements:
      - data: tosca.capabilities.Endpoint
      - host: { node: Compute, capability: tosca.capabilities.Container }
topology_template:
  inputs:
    cpus: { type: integer, default: 1 }
  node_templates:
    # the application
    app:
      type: my.App
      properties: { name: $money, isOn: True, span: [ 2, 3 ] }
      requirements:
        - host: box
        - data: { node: WebServer, node_filter: { properties: [ component_version: { equal: '1.2' } ], capabilities: [ host: { properties: [ num_cpus: { greater_than: 1 } ] } ] } }
      interfaces:
        tosca.interfaces.node.lifecycle.Standard:
          create: { implementation: run.sh, inputs: { cpus: { get_property: [ HOST, host, num_cpus ] } } }
          start:
    box: { type: Compute, capabilities: { host: { properties: *sizes } } }
  policies:
    spread: { type: tosca.policies.Placement, targets: [ app ] }
  workflows:
    grow:
      preconditions:
        - target: app
          condition: [ not: [ state: [ equal: started ] ] ]
      steps: { first: { target: app, activities: [ call_operation: Standard.start ] } }
`;

test('what 1.x writes in other words is written in those of 2.0', () => {
  const { files, problems } = convertToTwo(
    filesOf(
      new Map([
        ['old.yaml', old],
        ['types.yaml', 'tosca_definitions_version: tosca_simple_yaml_1_0\n'],
      ]),
    ),
    'old.yaml',
  );
  expect(problems).toEqual([]);
  expect(files?.get('old.yaml')).toBe(`tosca_definitions_version: tosca_2_0 # first
metadata:
  template_name: old
imports:
  - { url: types.yaml, namespace: own }
  - { profile: org.oasis-open.simple:2.0 }
dsl_definitions:
  sizes: &sizes { num_cpus: { $get_input: [ cpus ] } }
data_types:
  Port: { derived_from: integer, validation: { $greater_or_equal: [ $value, 1 ] } }
  Empty: { derived_from: tosca.datatypes.Root }
node_types:
  my.App:
    derived_from: tosca.nodes.SoftwareComponent
    properties:
      name: { type: string, required: true, validation: { $and: [ { $greater_or_equal: [ { $length: [ $value ] }, 2 ] }, { $matches: [ $value, '^[$a-z]+$' ] } ] } }
      span: { type: list, required: false, validation: { $and: [ { $equal: [ { $length: [ $value ] }, 2 ] }, { $less_or_equal: [ { $value: [ 0 ] }, { $value: [ 1 ] } ] }, { $greater_or_equal: [ { $value: [ 0 ] }, 1 ] }, { $less_or_equal: [ { $value: [ 1 ] }, 9 ] } ] }, entry_schema: integer }
      size: { type: tosca.datatypes.Size, default: 1 GB }
      isOn: { type: boolean, default: false }
    requirements:
      - data: { capability: tosca.capabilities.Endpoint, count_range: [ 1, 1 ] }
      - host: { node: tosca.nodes.Compute, capability: tosca.capabilities.Compute }
service_template:
  inputs:
    cpus: { type: integer, default: 1 }
  node_templates:
    # the application
    app:
      type: my.App
      properties: { name: $$money, isOn: true, span: [ 2, 3 ] }
      requirements:
        - host: box
        - data: { node: tosca.nodes.WebServer, node_filter: { $and: [ { $equal: [ { $get_property: [ SELF, TARGET, component_version ] }, '1.2' ] }, { $greater_than: [ { $get_property: [ SELF, TARGET, CAPABILITY, host, num_cpus ] }, 1 ] } ] } }
      interfaces:
        Standard:
          operations:
            create: { implementation: run.sh, inputs: { cpus: { $get_property: [ SELF, RELATIONSHIP, host, TARGET, CAPABILITY, host, num_cpus ] } } }
            start: {}
    box: { type: tosca.nodes.Compute, capabilities: { host: { properties: *sizes } } }
  policies:
    - spread: { type: tosca.policies.Placement, targets: [ app ] }
  workflows:
    grow:
      precondition: { $not: [ { $equal: [ { $get_attribute: [ app, state ] }, started ] } ] }
      steps: { first: { target: app, activities: [ { call_operation: Standard.start } ] } }
`);
});

test('what is optional and has a default, and data types without properties, are written as 2.0 has them', () => {
  const { files, problems } = convertText(`tosca_definitions_version: tosca_simple_yaml_1_3
data_types:
  tosca.datatypes.Root: {}
  Own: { properties: {} }
node_types:
  Base:
    derived_from: tosca.nodes.Root
    properties:
      port: { type: integer, required: false, default: 80 }
      path: { type: string, required: false }
      own: { type: Own, required: false }
  More:
    derived_from: Base
    properties:
      port: { type: integer, required: false }
      path: { type: string, default: / }
topology_template:
  node_templates:
    base: { type: Base, properties: { path: / } }
    more: { type: More }
`);
  expect(problems).toEqual([]);
  const [text = ''] = files?.values() ?? [];
  expect(text).not.toContain('tosca.datatypes.Root:');
  expect(text).toContain('Own: { derived_from: tosca.datatypes.Root }');
  expect(text).toContain('port: { type: integer, default: 80 }');
  expect(text).toContain('port: { type: integer }');
  expect(text).toContain('path: { type: string, default: /, required: true }');
  expect(readTemplate(files ?? new Map(), 'a.yaml').problems).toEqual([]);
});

test('types that 1.x finds where a file is imported are imported by the file itself', () => {
  const texts = new Map([
    ['a.yaml', 'tosca_definitions_version: tosca_simple_yaml_1_3\nimports: [ lib/b.yaml, lib/c.yaml ]\n'],
    ['lib/b.yaml', 'tosca_definitions_version: tosca_simple_yaml_1_3\nnode_types: { B: { derived_from: C } }\n'],
    ['lib/c.yaml', 'node_types: { C: { derived_from: tosca.nodes.Root } }\n'],
  ]);
  const { files } = convertToTwo(filesOf(texts), 'a.yaml');
  expect(files?.get('lib/b.yaml')).toContain('imports:\n  - { url: c.yaml }\n');
  expect(files?.get('lib/c.yaml')).toMatch(/^tosca_definitions_version: tosca_2_0\n/);
});

test('a constant that a substitution maps chooses the template by its filter', () => {
  const { files } = convertText(`tosca_definitions_version: tosca_simple_yaml_1_3
node_types: { App: { derived_from: tosca.nodes.Root, properties: { port: { type: integer }, name: { type: string } } } }
topology_template:
  inputs: { name: { type: string } }
  substitution_mappings: { node_type: App, properties: { port: 80, name: [ name ] } }
`);
  expect(files?.get('a.yaml')).toContain(
    'substitution_mappings: { node_type: App, properties: { name: name }, substitution_filter: { $equal: [ { $get_property: [ SELF, port ] }, 80 ] } }',
  );
});

const version = 'tosca_definitions_version: tosca_simple_yaml_1_3\n';
const node = (rest: string) => `${version}topology_template:
  node_templates:
    box: { type: tosca.nodes.Compute }
    app:
      type: tosca.nodes.SoftwareComponent
      requirements: [ host: box ]
${rest}`;

test.each([
  [
    'an artifact with a path to deploy to',
    node('      artifacts: { a: { type: tosca.artifacts.File, file: a.tgz, deploy_path: /srv } }\n'),
    8,
    '§12.2',
  ],
  [
    'the output of an operation',
    node(
      '      interfaces: { Standard: { operations: { start: { inputs: { x: { get_operation_output: [ SELF, Standard, create, y ] } } } } } }\n',
    ),
    8,
    '§11.5',
  ],
  [
    'the host of an operation',
    node(
      '      interfaces: { Standard: { operations: { start: { implementation: { primary: a.sh, operation_host: HOST } } } } }\n',
    ),
    8,
    '§11.8',
  ],
  [
    'a schedule of a trigger',
    `${node('')}  policies:\n    - p: { type: tosca.policies.Scaling, triggers: { t: { event: e, schedule: { start_time: 2026-01-01T00:00:00Z, end_time: 2026-01-02T00:00:00Z } } } }\n`,
    9,
    '§16.5',
  ],
  [
    'how many relationships a capability takes',
    `${version}node_types: { A: { capabilities: { c: { type: tosca.capabilities.Node, occurrences: [ 0, 2 ] } } } }\n`,
    2,
    '§8.2',
  ],
  [
    'a constraint that is a schema',
    `${version}data_types: { J: { derived_from: string, constraints: [ schema: '{}' ] } }\n`,
    2,
    '§10.2.2',
  ],
  [
    'what refines too much',
    `${version}node_types:\n  W:\n    derived_from: tosca.nodes.WebApplication\n    requirements: [ host: { capability: tosca.capabilities.Compute, occurrences: [ 0, 3 ] } ]\n`,
    5,
    'lie within',
  ],
])('%s is refused where it stands', (_, text, line, reason) => {
  const { files, problems } = convertText(text);
  expect(files).toBeUndefined();
  expect(problems).toEqual([
    expect.objectContaining({ line, severity: 'error', message: expect.stringContaining(reason) }),
  ]);
});

test('what is 2.0 already comes back as it is, and what cannot be read says why', () => {
  const two = 'tosca_definitions_version: tosca_2_0\ndescription:   x\n';
  expect(convertText(two)).toEqual({ files: new Map([['a.yaml', two]]), problems: [] });
  expect(convertText('a: [\n').problems).not.toEqual([]);
});

test('a package is converted whole, with the files of all its variants', () => {
  const encoder = new TextEncoder();
  const texts = new Map([
    ...threeTier,
    ['notes.yaml', 'just: data\n'],
    ['TOSCA.meta', 'CSAR-Version: 1.1\nEntry-Definitions: shop.yaml\n'],
  ]);
  for (const path of ['connect.sh', 'data.sh', 'web.sh', 'configure.sh']) texts.set(`scripts/${path}`, '');
  texts.set('files/shop.tgz', '');
  const files = new Map([...texts].map(([path, text]) => [path, encoder.encode(text)]));
  const { files: converted = new Map<string, Uint8Array>(), problems } = convertPackage(files);
  expect(problems).toEqual([]);
  const { variants, problems: after } = readPackage(converted);
  expect(after).toEqual([]);
  expect(variants.map(({ template }) => template?.toscaVersion)).toEqual(['tosca_2_0']);
  expect(converted.get('notes.yaml')).toEqual(files.get('notes.yaml'));
});
